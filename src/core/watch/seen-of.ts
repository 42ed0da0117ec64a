import type { Deployment } from '../deployment.ts'
import { type Inside, type Part, type Seen, without, withPart } from '../doctor/seen.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import type { Look } from '../in-time.ts'
import { tr } from '../text.ts'
import { gatewaysOf } from '../token/look.ts'
import { newestStart } from './remember.ts'
import type { Looked, Sight } from './sight.ts'

const NO_LOOK = tr('It was not looked at.', '未查看。')
const NOBODY = without(NO_LOOK)
const UNKNOWN: Look<never> = {
  known: false,
  why: NO_LOOK,
  error: new OpsError('not_ready', NO_LOOK),
}

const lookOf = <T>(part: Looked<T>): Look<T> =>
  part.known
    ? { known: true, value: part.value }
    : { known: false, why: part.why, error: new OpsError(part.code, part.why) }

/** A sight as the doctor's checks read it: one rule for both. What the watcher does not look at is unknown to them. */
function seenOf(sight: Sight, machines: Look<readonly Machine[]>, now: number): Seen {
  const machine = machines.known ? machines.value[0] : undefined
  const { addresses, volumes, secrets, remembered, config, snapshots, memory } = sight
  const deployment: Deployment = {
    app: sight.app,
    info: UNKNOWN,
    machines,
    addresses: lookOf(addresses),
    volumes: lookOf(volumes),
    secrets: lookOf(secrets),
    gateway: machine === undefined ? UNKNOWN : gatewayOf(sight, machine),
    remembered: lookOf(remembered),
  }
  const copies = snapshots.known ? Object.entries(snapshots.value) : []
  return {
    deployment,
    now,
    machine: machine && settled(sight, machine),
    inside: machine === undefined ? NOBODY : insideOf(sight, machine),
    token: NOBODY,
    config: config.known ? withPart(config.value) : without(config.why),
    snapshots: Object.fromEntries(copies.map(([id, value]) => [id, { known: true, value }])),
    logs: {
      known: true,
      value: memory.lines.filter((line) => line.machine === null || line.machine === machine?.id),
    },
    scopes: UNKNOWN,
    releases: UNKNOWN,
    redacted: null,
  }
}

/** The app as a whole. */
export const appSeen = (sight: Sight, now: number): Seen =>
  seenOf(sight, lookOf(sight.machines), now)

/** With one machine in front, as a volume of it is seen. */
export function machineSeen(sight: Sight, id: string | null, now: number): Seen {
  const all = sight.machines.known ? sight.machines.value : []
  return seenOf(sight, { known: true, value: all.filter((machine) => machine.id === id) }, now)
}

/** The machines that run a gateway; a release command or a worker of its own may end as it likes. */
export const gateways = ({ machines }: Sight): readonly Machine[] =>
  machines.known ? gatewaysOf(machines.value) : []

/** Each of them for itself, so that what is found of one is found of no other. */
export const gatewaysSeen = (
  sight: Sight,
  now: number,
): ReadonlyArray<{ readonly machine: Machine; readonly seen: Seen }> =>
  gateways(sight).map((machine) => ({
    machine,
    seen: seenOf(sight, { known: true, value: [machine] }, now),
  }))

/** A report of before the newest start is of another run. */
function gatewayOf(
  { gateway }: Sight,
  machine: Machine,
): Look<never> | ReturnType<typeof reportOf> {
  if (!gateway.known || gateway.value?.machine !== machine.id) return UNKNOWN
  return gateway.at < newestStart(machine) ? UNKNOWN : reportOf(gateway.value)
}
const reportOf = ({ report }: { readonly report: NonNullable<GatewayValue>['report'] }) => ({
  known: true as const,
  value: report,
})
type GatewayValue = Extract<Sight['gateway'], { known: true }>['value']

function insideOf({ inside }: Sight, { id }: Machine): Part<Inside> {
  if (!inside.known || inside.value?.machine !== id) return NOBODY
  return withPart(inside.value.figures)
}

/** Without the starts that have not led to a gateway that runs: lines of before them still tell why. */
function settled({ memory }: Sight, machine: Machine): Machine {
  const until = memory.settled[machine.id] ?? 0
  const events = machine.events.filter(({ type, at }) => type !== 'start' || at <= until)
  return { ...machine, events }
}
