import { configFacts } from '../core/doctor/config-facts.ts'
import { noRoom } from '../core/doctor/gather.ts'
import { type ConfigFacts, type Inside, without, withPart } from '../core/doctor/seen.ts'
import { readConfig } from '../core/config/read.ts'
import { OpsError } from '../core/errors.ts'
import type { Fly, Machine, Snapshot } from '../core/fly.ts'
import { look, type Look } from '../core/in-time.ts'
import { FINAL, type JobRecord } from '../core/job-record.ts'
import { mountsOf } from '../core/machine-config.ts'
import { rememberedOf } from '../core/overrides.ts'
import { tr } from '../core/text.ts'
import { type Due, duePart } from '../core/watch/pace.ts'
import type { Deed, Glance, Looked } from '../core/watch/sight.ts'
import { type At, type GlanceDeps, type Looking, mainOf, type Value } from './looking.ts'
import { withMissed } from './missed-events.ts'
import { probeGateway } from './probe.ts'

/** A look is over before the next one is due. */
const LIMIT_MS = 8000
const INSIDE_MS = 12_000
const VOLUMES_MAX = 10

/** One look at an app: its machines, and of everything else what is due. Rejects only when stopped, or when the store can't be read. */
export async function glanceAt(deps: GlanceDeps, at: At): Promise<Glance> {
  const { app, before, signal } = at
  const within = <T>(work: (fly: Fly) => Promise<T>, limitMs = LIMIT_MS): Promise<Looked<T>> =>
    lookedAt(
      deps,
      look({ ...deps, signal }, limitMs, (stop) => work(deps.fly.with(stop))),
    )
  const [listed, recent] = await Promise.all([within((fly) => fly.machines(app)), deps.recent()])
  const machines = await withMissed(listed, { app, before, within })
  const jobs = deedsOf(recent, app)
  // Whatever keeps the machines from being seen keeps the rest from being seen too.
  if (!machines.known) return { jobs, machines }
  const due = duePart(before, deps.clock.now())
  if (due === undefined) return { jobs, machines }
  const part = await partOf({ ...deps, ...at, within, machines: machines.value }, due)
  return { jobs, machines, ...part }
}

const lookedAt = async <T>({ clock }: GlanceDeps, work: Promise<Look<T>>): Promise<Looked<T>> => {
  const found = await work
  const at = clock.now()
  if (found.known) return { known: true, at, value: found.value }
  return { known: false, at, why: found.why, code: found.error.code }
}

async function partOf(looking: Looking, name: Due) {
  const { app, within, machines, store } = looking
  switch (name) {
    case 'gateway':
      return { gateway: await within(() => probeGateway(looking), INSIDE_MS) }
    case 'inside':
      return { inside: await within(() => insideOf(looking), INSIDE_MS) }
    case 'addresses':
      return { addresses: await within((fly) => fly.addresses(app)) }
    case 'secrets':
      return { secrets: await within((fly) => fly.secrets(app)) }
    case 'volumes':
      return { volumes: await within((fly) => fly.volumes(app)) }
    case 'snapshots':
      return { snapshots: await within((fly) => copiesOf(looking, fly)) }
    case 'certificates':
      return { certificates: await within((fly) => fly.certificates(app)) }
    case 'config':
      return { config: await within(() => configOf(looking), INSIDE_MS) }
    case 'remembered':
      return { remembered: await within(() => rememberedOf({ app, store }, machines)) }
    default:
      return name satisfies never
  }
}

const unread = (why: Parameters<typeof without>[0]): OpsError => new OpsError('not_ready', why)

async function insideOf(looking: Looking): Promise<Value<'inside'>> {
  const { app, gateway } = looking
  const machine = mainOf(looking)
  if (machine?.config === null || machine === undefined) return null
  const paths = mountsOf(machine.config).map(({ path }) => path)
  const figures = await gateway.inspect(app, machine, paths)
  if (!figures.known) throw unread(figures.why)
  return { machine: machine.id, figures }
}

/** Takes a second Node in the machine, so only where there is room for it by the figures of the last minutes. */
async function configOf(looking: Looking): Promise<ConfigFacts> {
  const { app, gateway, clock } = looking
  const machine = mainOf(looking)
  if (machine === undefined) throw unread(NOBODY)
  const spare = noRoom(machine, figuresOf(looking, machine), clock.now())
  if (spare !== undefined) throw unread(spare)
  const facts = configFacts(await readConfig({ app, gateway }, machine))
  if (!facts.known) throw unread(facts.why)
  return facts.value
}
const NOBODY = tr('No machine runs that could be asked.', '沒有執行中的機器可供查詢。')

function figuresOf({ before }: Looking, { id }: Machine) {
  const inside = before?.inside
  if (inside?.known !== true || inside.value?.machine !== id) return without(NOBODY)
  return withPart<Inside>(inside.value.figures)
}

async function copiesOf(
  { app, before }: Looking,
  fly: Fly,
): Promise<Readonly<Record<string, readonly Snapshot[]>>> {
  const volumes = before?.volumes
  if (volumes?.known !== true) throw unread(NO_VOLUMES)
  const some = volumes.value.slice(0, VOLUMES_MAX)
  const lists = await Promise.all(some.map(({ id }) => fly.snapshots(app, id)))
  return Object.fromEntries(some.map(({ id }, n) => [id, lists[n] ?? []]))
}
const NO_VOLUMES = tr('The volumes are not known yet.', '尚不知道有哪些磁碟區。')

function deedsOf(recent: readonly JobRecord[], app: string): readonly Deed[] {
  return recent
    .filter((job) => job.app === app && job.lane.startsWith('app-'))
    .map(({ id, invocation, startedAt, askedAt, endedAt, state }) => ({
      id,
      command: invocation.command,
      by: invocation.actor.name,
      at: startedAt ?? askedAt,
      endedAt: FINAL.has(state) ? (endedAt ?? askedAt) : null,
    }))
}
