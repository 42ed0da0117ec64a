import type { Check, LeaseHolder, Machine } from '../core/fly.ts'
import { guestOf } from '../core/machine-config.ts'
import { readEvents } from './parse-event.ts'
import { anything, field, flag, items, map, object, text, timeMs } from './schema.ts'

const ImageRef = object({ registry: text, repository: text, tag: text, digest: text })
const Body = object({
  id: text,
  name: text,
  state: text,
  region: text,
  version: text,
  instance_id: text,
  host_status: text,
  cordoned: flag,
  private_ip: text,
  created_at: anything,
  updated_at: anything,
  config: map,
  events: items,
  checks: items,
})
const LeaseBody = object({ owner: text, description: text, expires_at: anything })
const CheckBody = object({ name: text, status: text, output: text })

/** A machine; `undefined` without an id. */
export function readMachine(value: unknown): Machine | undefined {
  const body = Body.parse(value)
  if (!body.id) return undefined
  const config = body.config ?? null
  return {
    id: body.id,
    name: body.name ?? body.id,
    state: body.state ?? 'unknown',
    region: body.region ?? '',
    version: body.version || body.instance_id || '',
    // Answers before about 2025 lack it; a config came only from a host that could be asked.
    hostStatus: body.host_status ?? (config === null ? 'unknown' : 'ok'),
    cordoned: body.cordoned ?? false,
    privateIp: body.private_ip || null,
    createdAt: timeMs(body.created_at),
    updatedAt: timeMs(body.updated_at),
    config,
    guest: config === null ? null : guestOf(config),
    ...imageOf(field(value, 'image_ref'), config),
    events: readEvents(body.events ?? null) ?? [],
    checks: (body.checks ?? []).flatMap(readCheck),
    lease: readHolder(field(value, 'lease')),
  }
}

/** What runs rather than what was asked for; its digest tells images apart, its name may be a mirror's (FLY.md §2.7). */
function imageOf(ref: unknown, config: Machine['config']): Pick<Machine, 'image' | 'imageDigest'> {
  const { registry, repository, tag, digest } = ImageRef.parse(ref)
  const asked = text.parse(config?.['image']) ?? null
  if (!repository) return { image: asked, imageDigest: digest || null }
  const path = registry ? `${registry}/${repository}` : repository
  return { image: tag ? `${path}:${tag}` : path, imageDigest: digest || null }
}

function readCheck(value: unknown): readonly Check[] {
  const { name, status, output } = CheckBody.parse(value)
  if (!name || name.startsWith('bg_deployments_compat')) return []
  return [{ name, status: status ?? 'unknown', output: output ?? '' }]
}

/** The lease as it stands beside a machine, without its nonce. */
function readHolder(value: unknown): LeaseHolder | null {
  if (typeof value !== 'object' || value === null) return null
  const { owner, description, expires_at: until } = LeaseBody.parse(value)
  if (!owner && !description && until === undefined) return null
  return { owner: owner || null, description: description || null, expiresAt: timeMs(until) }
}
