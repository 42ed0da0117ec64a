import type { MachineExit } from '../fly.ts'
import { type Text, tr } from '../text.ts'
import type { Found } from './found.ts'

export const SCENARIOS = ['oom', 'crash-loop', 'lock'] as const
export type Scenario = (typeof SCENARIOS)[number]

/** An event as Fly tells it of the machine, so many seconds from the beginning or from the cure. */
export type Happened = readonly [atSeconds: number, type: string, exit?: Partial<MachineExit>]

/**
 * An incident as it went once, on a deployment that is not there: what a look at it gave. What is wrong with it is not written here; the
 * watcher's detectors find that.
 */
export interface Recording {
  readonly events: readonly Happened[]
  /** When it was looked at until somebody began the cure, in seconds from the beginning. */
  readonly looks: readonly number[]
  readonly checks: ReadonlyArray<readonly [name: string, output: string]>
  /** Log lines, each so many seconds from the beginning. */
  readonly lines: ReadonlyArray<readonly [atSeconds: number, line: string]>
  /** Used memory in MB, a point a minute, the last one at the beginning. */
  readonly memoryMb: readonly number[]
  readonly change: string
  readonly cure: {
    readonly label: Text
    readonly what: Text
    /** Both in seconds from the cure. */
    readonly events: readonly Happened[]
    readonly looks: readonly number[]
    readonly memoryMb?: number
  }
}

/** The simulated machine. */
export const DRILL_APP = 'drill-openclaw'
export const DRILL_MACHINE = '0drill0machine'
export const DRILL_MB = 2048

/** Long before: a run that is well. */
const WELL: Happened = [-3600, 'start']
const OOM: Partial<MachineExit> = { code: 137, oom: true }
const ASKED: Partial<MachineExit> = { code: 0, requested: true, restarting: false }
/** How Fly tells of an update: the old run ends after it. */
const RENEWED: readonly Happened[] = [
  [2, 'update'],
  [4, 'exit', ASKED],
  [7, 'start'],
]
/** Every 15 seconds, as the watcher looks. */
const upTo = (seconds: number): readonly number[] =>
  Array.from({ length: seconds / 15 }, (_, n) => 15 * (n + 1))

const oom: Recording = {
  events: [WELL, [-9, 'exit', OOM], [-5, 'start'], [40, 'exit', OOM], [43, 'start']],
  looks: [0, 45],
  checks: [['gateway', 'connect: connection refused']],
  lines: [
    [-41, '[agent] run started: model context 184,112 tokens'],
    [-12, '[gateway] event loop delayed by 1,840 ms'],
    [-10, 'Out of memory: Killed process 321 (node) total-vm:11870204kB, anon-rss:1893120kB'],
    [-9, 'Main child exited with signal (with signal SIGKILL, core dumped? false)'],
    [-8, 'Process appears to have been OOM killed!'],
    [-1, '[gateway] listening on ws://0.0.0.0:3000'],
  ],
  memoryMb: [
    612, 618, 640, 655, 701, 748, 802, 870, 951, 1040, 1152, 1260, 1391, 1544, 1720, 1905, 2031,
  ],
  change: 'J-DR111A /openclaw config set agents.defaults.maxConcurrent (recorded, done)',
  cure: {
    label: tr('Memory (simulated)', '記憶體（模擬）'),
    what: tr('More memory for the simulated machine: 4,096 MB', '為模擬機器增加記憶體：4,096 MB'),
    events: RENEWED,
    looks: [12],
    memoryMb: 4096,
  },
}

const loop: Recording = {
  // It would go on so for longer than a drill may last.
  events: [
    WELL,
    ...Array.from({ length: 24 }, (_, n): readonly Happened[] => [
      [90 * n - 185, 'exit', { code: 1 }],
      [90 * n - 183, 'start'],
    ]).flat(),
  ],
  looks: [0, 90],
  checks: [],
  lines: [
    [-186, '[gateway] uncaught exception: Cannot read properties of undefined'],
    [-185, 'Main child exited normally with code: 1'],
    [-95, 'Main child exited normally with code: 1'],
    [-5, 'Main child exited normally with code: 1'],
    [-1, '[gateway] restart-loop breaker tripped: 3 unclean boot(s) within 300000ms'],
    [-1, '[telegram] channel autostart suppressed by crash-loop breaker'],
  ],
  memoryMb: [540, 548, 551, 560, 212, 540, 548, 190, 533, 545, 205, 540],
  change: 'J-DR222B /openclaw deploy image 2026.10.1 (recorded, done)',
  cure: {
    label: tr('Roll back (simulated)', '還原版本（模擬）'),
    what: tr(
      'The simulated machine gets the image of before back; a loop is over when five minutes hold fewer than three ends',
      '模擬機器換回先前的映像；五分鐘內異常結束少於三次，迴圈才算結束',
    ),
    events: RENEWED,
    looks: upTo(135),
  },
}

const OWNED =
  'Another gateway (pid 16876) already owns this state directory; refusing to run automatic startup migrations or report the gateway ready.'

const lock: Recording = {
  events: [
    WELL,
    [-69, 'exit', { code: 78 }],
    [-66, 'start'],
    [-6, 'exit', { code: 78 }],
    [-3, 'start'],
  ],
  looks: [0],
  checks: [['gateway', 'connect: connection refused']],
  lines: [
    [-70, OWNED],
    [-69, 'Main child exited normally with code: 78'],
    [-7, OWNED],
    [-6, 'Main child exited normally with code: 78'],
  ],
  memoryMb: [620, 622, 625, 624, 626, 180, 176, 181],
  change: 'J-DR333C /openclaw machine stop (recorded, done)',
  cure: {
    label: tr('Unlock (simulated)', '解除鎖定（模擬）'),
    what: tr('The simulated lock, which nobody holds, is taken away', '移除無人持有的模擬鎖定'),
    events: [[5, 'start']],
    looks: [10],
  },
}

const RECORDINGS: Readonly<Record<Scenario, Recording>> = { oom, 'crash-loop': loop, lock }

export const recordingOf = (scenario: Scenario): Recording => RECORDINGS[scenario]

/** What a look at the simulated deployment would have found. */
export function foundIn(
  { checks, lines, change }: Recording,
  since: number,
): Omit<Found, 'similar'> {
  return {
    logs: { lines: lines.map(([s, line]) => `${clockAt(since + s * 1000)} ${line}`) },
    checks: { failing: checks },
    changes: { list: [{ at: since - 240_000, what: change }] },
  }
}

const clockAt = (at: number): string => new Date(at).toISOString().slice(11, 19)
