import { flyErrors } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { json, machineOf, noContent } from './router.ts'
import type { FakeMachine, Json } from './types.ts'
import { record, text } from './values.ts'

const path = '/v1/apps/:app/machines/:machine/metadata'

/** Metadata changes make no new version and reboot nothing. */
export const metadataRoutes: readonly Route[] = [
  {
    method: 'GET',
    path,
    action: 'machine.metadata.get',
    handle: (context) => json(record(machineOf(context).config['metadata'])),
  },
  ...['PATCH', 'PUT'].map((method) => ({
    method,
    path,
    action: 'machine.metadata.patch',
    schema: 'updateMetadataRequest',
    writes: true,
    handle: patch,
  })),
  {
    method: 'GET',
    path: `${path}/:key`,
    action: 'machine.metadata.key.get',
    handle: (context) => {
      const value = text(record(machineOf(context).config['metadata'])[keyOf(context)])
      if (value === undefined) throw flyErrors.machineNotFound()
      return json({ value })
    },
  },
  {
    method: 'POST',
    path: `${path}/:key`,
    action: 'machine.metadata.key.set',
    schema: 'upsertMetadataKeyRequest',
    writes: true,
    handle: (context) => {
      merge(machineOf(context), { [keyOf(context)]: context.body['value'] })
      return noContent
    },
  },
  {
    method: 'DELETE',
    path: `${path}/:key`,
    action: 'machine.metadata.key.delete',
    writes: true,
    handle: (context) => {
      merge(machineOf(context), { [keyOf(context)]: null })
      return noContent
    },
  },
]

function keyOf(context: Context): string {
  return context.params['key'] ?? ''
}

function patch(context: Context): Answer {
  const machine = machineOf(context)
  const version = text(context.body['machine_version'])
  if (version !== undefined && version !== machine.instanceId) throw flyErrors.staleMetadata()
  merge(machine, record(context.body['metadata']))
  return noContent
}

/** Null or an empty text removes a key; keys not named stay. */
function merge(machine: FakeMachine, changes: Json): void {
  const merged = { ...record(machine.config['metadata']), ...changes }
  const kept = Object.entries(merged).filter(([, value]) => text(value) !== undefined)
  machine.config = { ...machine.config, metadata: Object.fromEntries(kept) }
}
