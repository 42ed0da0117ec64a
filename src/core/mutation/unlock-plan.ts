import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import type { LeaseHolder, LogLine, Machine } from '../fly.ts'
import type { LockFile, LockReport } from '../gateway.ts'
import { locate } from '../locate.ts'
import { cleanLine, matchLine } from '../signatures.ts'
import { type Text, tr } from '../text.ts'
import { attempt } from './attempt.ts'
import { reachable, settledNow } from './kept.ts'
import { refuseOwn, refuseShared, type Sharers, sharersOf } from './sharers.ts'
import { gatewayMachines, named, onlyOne } from './targets.ts'
import { planBlocks } from './unlock-words.ts'

/** What was found out about a lock before anything was done. */
export interface Evidence {
  /** Null where nobody could look inside. */
  readonly files: readonly LockFile[] | null
  /** Why not. */
  readonly why: Text | null
  readonly unreadable: readonly string[]
  /** The newest line of the log that speaks of a lock; the gateway's own words. */
  readonly line: { readonly at: number; readonly text: string } | null
  readonly stateDir: string
  readonly bootedAt: number | null
  /** The machine’s own clock when it was read; 0 where it was not. */
  readonly now: number
}

/**
 * `held`: a live gateway has it; `ready`: the gateway is up, so nothing keeps it from that; `fresh`: a file that may be being written;
 * `none`: there is no lock file; `unlock`: there is one that belongs to nobody, or nobody can look before the machine runs.
 */
export type LockKind = 'held' | 'ready' | 'fresh' | 'none' | 'unlock'

/** What the run needs of a plan. */
export interface UnlockPlan {
  readonly kind: LockKind
  readonly id: string
  readonly version: string
  readonly started: boolean
  readonly lease: LeaseHolder | null
  readonly evidence: Evidence
}

export interface UnlockOptions {
  readonly machine?: string | undefined
}

/** Looks who holds what; a live owner is told about and never robbed. */
export async function planUnlock(context: WorkContext, { machine: word }: UnlockOptions) {
  const { app, fly } = context
  const all = await fly.machines(app)
  const machine = settledNow(reachable(targetOf(all, word)))
  const { id, version, state, lease } = machine
  refuseOwn(context, id)
  const started = state === 'started'
  const sharers = await sharersOf(context, machine, all)
  refuseShared(id, sharers)
  const { ready, report } = await lookInside(context, machine)
  const line = ready === true ? null : await lineOf(context, machine)
  const evidence = evidenceOf(machine, report, line)
  const kind = kindOf(started, ready, evidence)
  const data: UnlockPlan = { kind, id, version, started, lease, evidence }
  return planned(context, machine, { data, sharers })
}

/** Without a name the one that does not run is meant, or the only one. */
function targetOf(all: readonly Machine[], word: string | undefined): Machine {
  if (word !== undefined) return named(all, word)
  const own = gatewayMachines(all)
  const down = own.filter(({ state }) => state !== 'started')
  return onlyOne(down.length === 1 ? down : own)
}

interface Found {
  readonly data: UnlockPlan
  readonly sharers: Sharers
}

function planned({ app }: WorkContext, machine: Machine, { data, sharers }: Found): Plan {
  const { id, kind, version, started, lease, evidence } = data
  const files = evidence.files?.map(({ key, mark, verdict }) => [key, mark, verdict]) ?? null
  return {
    title: tr(
      `Free the gateway of ${id} of ${app} from its lock?`,
      `要解除 ${app} 的 ${id} 的閘道鎖定嗎？`,
    ),
    blocks: planBlocks(machine, data, sharers),
    fingerprint: JSON.stringify([
      [id, kind, version, started, lease?.owner, lease?.description],
      files,
      sharers.apart,
    ]),
    data,
    ...(kind !== 'unlock' && { nothing: true }),
  }
}

async function lookInside({ app, gateway }: WorkContext, machine: Machine) {
  if (machine.state !== 'started')
    return { ready: false, report: { known: false, why: NOT_RUNNING } as LockReport }
  const [{ ready }, report] = await Promise.all([
    gateway.probe(app, machine),
    gateway.locks(app, machine),
  ])
  return { ready, report }
}

const NOT_RUNNING = tr(
  'The machine does not run, so nobody can look inside.',
  '機器並未執行，無法查看其內部。',
)

function evidenceOf(machine: Machine, report: LockReport, line: Evidence['line']): Evidence {
  const { stateDir } = locate(machine.config ?? {})
  return report.known
    ? {
        files: report.files,
        why: null,
        unreadable: report.unreadable,
        line,
        stateDir,
        bootedAt: report.bootedAt,
        now: report.now,
      }
    : { files: null, why: report.why, unreadable: [], line, stateDir, bootedAt: null, now: 0 }
}

/** What the gateway itself last said of a lock; for people to read, nothing is decided by it. */
async function lineOf({ app, fly, signal, phase }: WorkContext, { id }: Machine) {
  if (phase !== 'plan') return null
  const page = await attempt(fly.logs(app, { machine: id }), signal)
  const lines = page.known ? page.value.lines : []
  const found = lines.findLast(({ message }: LogLine) =>
    matchLine(message).some(({ signature }) => signature.id.startsWith('lock.')),
  )
  return found === undefined ? null : { at: found.at, text: cleanLine(found.message).slice(0, 300) }
}

function kindOf(started: boolean, ready: boolean | null, { files }: Evidence): LockKind {
  if (files?.some(({ verdict }) => verdict === 'live')) return ready === true ? 'ready' : 'held'
  if (ready === true) return 'ready'
  if (files?.some(({ verdict }) => verdict === 'fresh')) return 'fresh'
  return started && files?.length === 0 ? 'none' : 'unlock'
}
