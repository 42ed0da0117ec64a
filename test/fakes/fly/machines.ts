import { flyErrors } from './errors.ts'
import { createMachine, destroyMachine, updateMachine } from './machine-changes.ts'
import { eventView, machineView, oldVersionView, summaryOf } from './machine-view.ts'
import type { Answer, Context, Route } from './router.ts'
import { appOf, json, machineOf, machineToChange, ok, page } from './router.ts'
import type { FakeMachine } from './types.ts'
import type { World } from './world.ts'
import { record, rfc3339 } from './values.ts'

const one = '/v1/apps/:app/machines/:machine'

export const machineRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/apps/:app/machines',
    action: 'machines.list',
    query: [
      'include_deleted',
      'include_leases',
      'region',
      'state',
      'summary',
      'metadata.',
      'cursor',
      'limit',
    ],
    handle: list,
  },
  {
    method: 'POST',
    path: '/v1/apps/:app/machines',
    action: 'machines.create',
    schema: 'CreateMachineRequest',
    writes: true,
    handle: createMachine,
  },
  {
    method: 'GET',
    path: one,
    action: 'machine.get',
    query: ['version', 'include_leases'],
    handle: get,
  },
  {
    method: 'POST',
    path: one,
    action: 'machine.update',
    schema: 'UpdateMachineRequest',
    writes: true,
    handle: updateMachine,
  },
  {
    method: 'DELETE',
    path: one,
    action: 'machine.delete',
    query: ['force', 'kill'],
    writes: true,
    handle: destroyMachine,
  },
  {
    method: 'GET',
    path: `${one}/events`,
    action: 'machine.events',
    query: ['limit'],
    handle: (context) => {
      const limit = Math.min(Number(context.query.get('limit') ?? 20), 50)
      return json(machineOf(context).events.slice(0, limit).map(eventView))
    },
  },
  {
    method: 'GET',
    path: `${one}/versions`,
    action: 'machine.versions',
    handle: (context) =>
      json(
        machineOf(context).versions.map(({ version, config }) => ({
          version,
          user_config: config,
        })),
      ),
  },
  ...(['cordon', 'uncordon'] as const).map((action) => ({
    method: 'POST',
    path: `${one}/${action}`,
    action: `machine.${action}`,
    writes: true,
    handle: (context: Context) => {
      machineToChange(context).cordoned = action === 'cordon'
      return ok
    },
  })),
  {
    method: 'GET',
    path: '/v1/orgs/:org/machines',
    action: 'org.machines',
    query: ['include_deleted', 'region', 'state', 'summary', 'updated_after', 'cursor', 'limit'],
    handle: listOrg,
  },
]

/** Destroyed machines stay in the list for a moment, as they do on Fly. */
function shown(world: World, machine: FakeMachine, query: URLSearchParams): boolean {
  const states = query.get('state')?.split(',')
  const region = query.get('region')
  if (states !== undefined && !states.includes(machine.state)) return false
  if (region !== null && region !== machine.region) return false
  if (machine.state !== 'destroyed' || query.get('include_deleted') === 'true') return true
  return machine.updatedAt + world.settings.delays.forget > world.clock.now()
}

function hasMetadata(machine: FakeMachine, query: URLSearchParams): boolean {
  const metadata = record(machine.config['metadata'])
  return [...query]
    .filter(([name]) => name.startsWith('metadata.'))
    .every(([name, value]) => metadata[name.slice('metadata.'.length)] === value)
}

async function list(context: Context): Promise<Answer> {
  const { world, query } = context
  const all = [...appOf(context).machines.values()].filter(
    (machine) => shown(world, machine, query) && hasMetadata(machine, query),
  )
  const [machines, next] = page(all, query, 1000)
  await Promise.all(machines.map((machine) => world.runtime.refreshChecks(machine)))
  const options = {
    summary: query.get('summary') === 'true',
    leases: query.get('include_leases') === 'true',
  }
  const body = machines.map((machine) => machineView(world, machine, options))
  return { status: 200, body, headers: next === '' ? {} : { 'fly-next-cursor': next } }
}

async function get(context: Context): Promise<Answer> {
  const { world, query } = context
  const machine = machineOf(context)
  await world.runtime.refreshChecks(machine)
  const version = query.get('version')
  if (version !== null) {
    const view = oldVersionView(world, machine, version)
    if (view === null) throw flyErrors.machineNotFound()
    return json(view)
  }
  return json(machineView(world, machine, { leases: query.get('include_leases') === 'true' }))
}

function listOrg({ world, params, query, token }: Context): Answer {
  const slug = params['org'] ?? ''
  if (slug !== world.settings.orgSlug && slug !== 'personal') throw flyErrors.forbidden()
  const since = Date.parse(query.get('updated_after') ?? '') || 0
  const all = [...world.apps.values()]
    .filter((app) => token.apps === '*' || token.apps.includes(app.name))
    .flatMap((app) => [...app.machines.values()])
    .filter((machine) => shown(world, machine, query) && machine.updatedAt > since)
  const [machines, next] = page(all, query, 1000)
  const last = machines.at(-1)
  return json({
    machines: machines.map((machine) => ({
      app_name: machine.app,
      id: machine.id,
      name: machine.name,
      state: machine.state,
      region: machine.region,
      version: machine.instanceId,
      private_ip: machine.privateIp,
      created_at: rfc3339(machine.createdAt),
      updated_at: rfc3339(machine.updatedAt),
      config: machine.hostStatus === 'ok' ? summaryOf(machine.config) : null,
    })),
    next_cursor: next,
    last_machine_id: last?.id ?? '',
    last_updated_at: last === undefined ? '' : rfc3339(last.updatedAt),
    error_regions: [],
  })
}
