import { type Text, tr } from '../text.ts'
import type { Severity } from './alert.ts'
import type { Found } from './found.ts'

export const SCENARIOS = ['oom', 'crash-loop', 'lock'] as const
export type Scenario = (typeof SCENARIOS)[number]

/** What was noticed, so long after the beginning. */
interface Moment {
  readonly afterMs: number
  readonly severity: Severity
  readonly rule: string
  readonly title: Text
  readonly text: Text
  readonly evidence: ReadonlyArray<readonly [what: Text, value: Text]>
}

/** An incident as it went once, on a deployment that is not there. */
export interface Recording {
  readonly moments: readonly [Moment, ...Moment[]]
  readonly checks: ReadonlyArray<readonly [name: string, output: string]>
  /** Log lines, each so many seconds from the beginning. */
  readonly lines: ReadonlyArray<readonly [atSeconds: number, line: string]>
  /** Used memory in MB, a point a minute, the last one at the beginning. */
  readonly memoryMb: readonly number[]
  readonly change: string
  readonly cure: { readonly label: Text; readonly what: Text; readonly takesMs: number }
}

/** The simulated machine. */
export const DRILL_APP = 'drill-openclaw'
export const DRILL_MACHINE = '0drill0machine'
export const DRILL_MB = 2048

const EXIT: Text = tr('Exit code', '結束代碼')
const STARTS: Text = tr('Hard ends', '非正常結束')

const oom: Recording = {
  moments: [
    {
      afterMs: 0,
      severity: 'critical',
      rule: 'oom.kernel',
      title: tr('Out of memory', '記憶體不足'),
      text: tr(
        'The kernel killed the gateway: 2,031 MB of 2,048 MB were in use. Fly has started it again.',
        '核心終止了閘道：2,048 MB 中已使用 2,031 MB。Fly 已重新啟動。',
      ),
      evidence: [[EXIT, '137 (SIGKILL, OOM)']],
    },
    {
      afterMs: 45_000,
      severity: 'critical',
      rule: 'oom.kernel',
      title: tr('Out of memory again', '再次記憶體不足'),
      text: tr(
        'Killed a second time within a minute: 2,040 MB of 2,048 MB were in use. It will not end by itself.',
        '一分鐘內第二次遭終止：2,048 MB 中已使用 2,040 MB。不會自行恢復。',
      ),
      evidence: [[EXIT, '137 (SIGKILL, OOM)']],
    },
  ],
  checks: [['gateway', 'connect: connection refused']],
  lines: [
    [-41, '[agent] run started: model context 184,112 tokens'],
    [-12, '[gateway] event loop delayed by 1,840 ms'],
    [-1, 'Out of memory: Killed process 321 (node) total-vm:11870204kB, anon-rss:1893120kB'],
    [0, 'Main child exited with signal (with signal SIGKILL, core dumped? false)'],
    [1, 'Process appears to have been OOM killed!'],
    [4, '[gateway] listening on ws://0.0.0.0:3000'],
  ],
  memoryMb: [
    612, 618, 640, 655, 701, 748, 802, 870, 951, 1040, 1152, 1260, 1391, 1544, 1720, 1905, 2031,
  ],
  change: 'J-DR111A /openclaw config set agents.defaults.maxConcurrent (recorded, done)',
  cure: {
    label: tr('Memory (simulated)', '記憶體（模擬）'),
    what: tr('More memory for the simulated machine: 4,096 MB', '為模擬機器增加記憶體：4,096 MB'),
    takesMs: 12_000,
  },
}

const loop: Recording = {
  moments: [
    {
      afterMs: 0,
      severity: 'warning',
      rule: 'crashloop',
      title: tr('The gateway crashed', '閘道當機'),
      text: tr(
        'The gateway ended with code 1 three times in two minutes.',
        '閘道在兩分鐘內以代碼 1 結束三次。',
      ),
      evidence: [[EXIT, '1']],
    },
    {
      afterMs: 30_000,
      severity: 'critical',
      rule: 'crashloop',
      title: tr('Restart loop: the channels are off', '重新啟動迴圈：頻道已停用'),
      text: tr(
        'After 3 hard ends within 5 minutes the gateway runs without its channels: nobody is answered.',
        '5 分鐘內 3 次非正常結束後，閘道在沒有頻道的情況下執行：無人得到回應。',
      ),
      evidence: [[STARTS, tr('3 within 5 min', '5 分鐘內 3 次')]],
    },
  ],
  checks: [],
  lines: [
    [-95, '[gateway] uncaught exception: Cannot read properties of undefined'],
    [-94, 'Main child exited normally with code: 1'],
    [-40, 'Main child exited normally with code: 1'],
    [-2, 'Main child exited normally with code: 1'],
    [3, '[gateway] restart-loop breaker tripped: 3 unclean boot(s) within 300000ms'],
    [3, '[telegram] channel autostart suppressed by crash-loop breaker'],
  ],
  memoryMb: [540, 548, 551, 560, 212, 540, 548, 190, 533, 545, 205, 540],
  change: 'J-DR222B /openclaw deploy image 2026.10.1 (recorded, done)',
  cure: {
    label: tr('Restart (simulated)', '重新啟動（模擬）'),
    what: tr('One restart of the simulated machine after a pause', '暫停後重新啟動模擬機器一次'),
    takesMs: 15_000,
  },
}

const lock: Recording = {
  moments: [
    {
      afterMs: 0,
      severity: 'critical',
      rule: 'lock',
      title: tr('A lock keeps the gateway from starting', '鎖定使閘道無法啟動'),
      text: tr(
        'The state directory is said to belong to pid 1 of an earlier machine. Fly has given up after 11 starts.',
        '狀態目錄據稱屬於先前機器的 pid 1。Fly 嘗試 11 次後已放棄。',
      ),
      evidence: [[EXIT, '1']],
    },
  ],
  checks: [['gateway', 'connect: connection refused']],
  lines: [
    [-70, 'Another gateway (pid 1) already owns this state directory; refusing to run'],
    [-69, 'Main child exited normally with code: 1'],
    [-2, 'Another gateway (pid 1) already owns this state directory; refusing to run'],
    [-1, 'machine has reached its max restart count of 10'],
  ],
  memoryMb: [620, 622, 625, 624, 626, 180, 176, 181, 0, 0],
  change: 'J-DR333C /openclaw machine stop (recorded, done)',
  cure: {
    label: tr('Unlock (simulated)', '解除鎖定（模擬）'),
    what: tr('The simulated lock, which nobody holds, is taken away', '移除無人持有的模擬鎖定'),
    takesMs: 10_000,
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
