import { lastExit } from '../checks/machine.ts'
import { readConfig } from '../config/read.ts'
import type { WorkContext } from '../context.ts'
import { lookAt, mainMachine } from '../deployment.ts'
import type { Machine } from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'
import type { InsideReport } from '../inside.ts'
import { look, type Look, valueOr } from '../in-time.ts'
import { mountsOf } from '../machine-config.ts'
import { bytes, type Text, tr } from '../text.ts'
import { configFacts } from './config-facts.ts'
import { copies, lines, withoutSecrets } from './gather-logs.ts'
import { type ConfigFacts, type Inside, type Part, type Seen, without, withPart } from './seen.ts'

/** A person waits; what is not there by then is unknown. */
const LIMIT_MS = 9500
/** Looking at token and config takes a second Node of 60 MB, and the probe's may still be there; below this a machine can't spare it. */
const ROOM = 192 * 1_048_576
const SICK_MS = 600_000

/**
 * Looks at everything side by side within 10 s. Only reads: calls of Fly that change nothing, shell in the machine, and a second Node of
 * 60 MB there only where memory is left for it.
 */
export async function gather(context: WorkContext): Promise<Seen> {
  const { app, clock, fly } = context
  const until = clock.now() + LIMIT_MS
  const within = <T>(work: (bound: typeof fly) => Promise<T>): Promise<Look<T>> =>
    look(context, Math.max(1, until - clock.now()), (signal) => work(fly.with(signal)))

  const machines = within((bound) => bound.machines(app))
  const probed = Promise.withResolvers<Look<GatewayReport>>()
  const deep = machines.then((found) => lookInside({ ...context, within }, found, probed.promise))
  // Awaited behind the others: when the job is aborted these reject first.
  deep.catch(() => {})
  const deployment = lookAt({
    ...context,
    fly: known(fly, machines),
    gateway: { ...context.gateway, probe: inTime(context, within) },
  })
  const [parts, scopes, releases, logs] = await Promise.all([
    deployment.then((seen) => {
      probed.resolve(seen.gateway)
      return seen
    }),
    within((bound) => bound.tokenScopes()),
    within((bound) => bound.releases(app, 5)),
    machines.then((found) => within((bound) => lines({ ...context, fly: bound }, found))),
  ])
  const [snapshots, inside, clean] = await Promise.all([
    copies(valueOr(parts.volumes, []), (id) => within((bound) => bound.snapshots(app, id))),
    deep,
    withoutSecrets(context, logs),
  ])
  return {
    deployment: parts,
    now: clock.now(),
    machine: mainMachine(valueOr(parts.machines, [])),
    ...inside,
    snapshots,
    ...clean,
    scopes,
    releases,
  }
}

type Within = <T>(work: (bound: WorkContext['fly']) => Promise<T>) => Promise<Look<T>>

/** The list that was asked for already need not be asked for twice. */
const known = (fly: WorkContext['fly'], machines: Promise<Look<readonly Machine[]>>) => ({
  ...fly,
  with: (signal: AbortSignal): WorkContext['fly'] => ({
    ...fly.with(signal),
    machines: async () => {
      const found = await machines
      if (found.known) return found.value
      throw found.error
    },
  }),
})

const inTime =
  ({ gateway }: WorkContext, within: Within): WorkContext['gateway']['probe'] =>
  async (app, machine, how) => {
    const found = await within(() => gateway.probe(app, machine, how))
    if (found.known) return found.value
    throw found.error
  }

interface Deep {
  readonly inside: Part<Inside>
  readonly token: Seen['token']
  readonly config: Part<ConfigFacts>
  readonly locks: NonNullable<Seen['locks']>
}

/** First the figures, which cost nothing; by them it is decided whether more may be asked of the machine. */
async function lookInside(
  context: WorkContext & { readonly within: Within },
  machines: Look<readonly Machine[]>,
  probed: Promise<Look<GatewayReport>>,
): Promise<Deep> {
  const { app, gateway, within } = context
  const machine = mainMachine(valueOr(machines, []))
  if (machine === undefined) return nothing(machines.known ? NO_MACHINE : machines.why)
  if (machine.state !== 'started' || machine.config === null)
    return nothing(
      tr(
        `${machine.id} does not run (${machine.state}).`,
        `${machine.id} 未在執行（${machine.state}）。`,
      ),
    )
  const paths = mountsOf(machine.config).map(({ path }) => path)
  const looked = await within(() => gateway.inspect(app, machine, paths))
  const inside = partOf(looked)
  const spare = noRoom(machine, inside, context.clock.now())
  if (spare !== undefined) return { ...nothing(spare), inside }
  // One after another: side by side they would take twice the memory.
  const config = await within(() => readConfig(context, machine, {}))
  const more = await tokenOrLocks(context, machine, await probed)
  return { inside, ...more, config: config.known ? configFacts(config.value) : without(config.why) }
}

const NO_MACHINE = tr('There is no machine.', '沒有任何機器。')
const nothing = (why: Text): Deep => {
  const part = without(why)
  return { inside: part, token: part, config: part, locks: part }
}

function partOf(looked: Look<InsideReport>): Part<Inside> {
  if (!looked.known) return without(looked.why)
  return looked.value.known ? withPart(looked.value) : without(looked.value.why)
}

/** Why nothing more is asked of a machine: the look must not be what kills the gateway. */
export function noRoom(machine: Machine, inside: Part<Inside>, now: number): Text | undefined {
  const memory = inside.known ? inside.value.memory : null
  if (memory === null)
    return tr(
      'Left out: how much memory is free is not known, and looking takes 60 MB.',
      '略過：不知道剩餘記憶體，而查看需要 60 MB。',
    )
  if (memory.freeBytes < ROOM)
    return tr(
      `Left out: ${machine.id} has only ${bytes(memory.freeBytes)} of memory left, and looking takes 60 MB.`,
      `略過：${machine.id} 僅剩 ${bytes(memory.freeBytes)} 記憶體，而查看需要 60 MB。`,
    )
  const exit = lastExit(machine)
  if (exit?.oom === true && now - exit.at < SICK_MS)
    return tr(
      `Left out: ${machine.id} ran out of memory a short while ago, and looking takes 60 MB.`,
      `略過：${machine.id} 剛因記憶體不足而結束，而查看需要 60 MB。`,
    )
  return undefined
}

/** One look more: a token can be tried only on a gateway that is ready, and only one that is not may be kept from it by a lock. */
async function tokenOrLocks(
  { app, gateway, within }: WorkContext & { readonly within: Within },
  machine: Machine,
  probed: Look<GatewayReport>,
): Promise<Pick<Deep, 'token' | 'locks'>> {
  if (!probed.known) return { token: without(probed.why), locks: without(probed.why) }
  const seen = probed.value
  if (seen.ready !== true) {
    const locks = await within(() => gateway.locks(app, machine))
    return {
      token: without(NOT_READY),
      locks: locks.known && locks.value.known ? withPart(locks.value.files) : without(whyOf(locks)),
    }
  }
  const looked = await within(() => gateway.tokens(app, machine, { seen }))
  const token = looked.known && looked.value.known ? withPart(looked.value) : without(whyOf(looked))
  return { token, locks: without(IS_READY) }
}

const NOT_READY = tr(
  'The gateway is not ready, so its token was not tried.',
  '閘道尚未就緒，因此未測試權杖。',
)
const IS_READY = tr('The gateway is ready, so it has its lock.', '閘道已就緒，表示已取得鎖定。')

type Report = { readonly known: true } | { readonly known: false; readonly why: Text }

function whyOf(looked: Look<Report>): Text {
  if (!looked.known) return looked.why
  return looked.value.known ? '' : looked.value.why
}
