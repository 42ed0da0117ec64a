import type { Machine } from '../core/fly.ts'
import type { Gateway, RestartSafety } from '../core/gateway.ts'
import { locate } from '../core/locate.ts'
import { count, join, say, tr } from '../core/text.ts'
import type { Text } from '../core/text.ts'
import { linesOf } from './frame.ts'
import { createScript, excuse } from './script.ts'
import type { GatewayDeps } from './script.ts'

/** The script gives the command line 12 s. */
const SECONDS = 15
/** Beside a gateway of 850 MB the command line's 190 MB would be the last straw here (OPENCLAW.md §8). */
const TOO_SMALL_MB = 1024

const unknown = (detail: Text): RestartSafety => ({ safe: null, detail })

const NOT_RUNNING = tr('The machine does not run.', '機器並未執行。')
const SMALL = tr(
  'Asking takes memory that a machine of 1 GB or less does not have. Look at its logs.',
  '查詢需要記憶體，1 GB 以下的機器不足以負擔，請查看日誌。',
)
const GARBLED = tr(
  'What the gateway said about its work could not be read. Look at its logs.',
  '無法讀取閘道對其工作的回覆，請查看日誌。',
)
const TOO_OLD = tr(
  'This version of OpenClaw cannot say whether work is running. Look at its logs.',
  '此版本的 OpenClaw 無法回報是否有工作在進行，請查看日誌。',
)
const NO_ANSWER = tr(
  'The gateway did not say in time whether work is running. Look at its logs.',
  '閘道未及時回報是否有工作在進行，請查看日誌。',
)
const REFUSED = tr(
  "The gateway refuses the machine's own token, so it was not asked about its work. Check the token.",
  '閘道拒絕機器本身的權杖，因此無法查詢其工作，請檢查權杖。',
)
const CANNOT: Readonly<Record<string, Text>> = {
  owner: tr(
    'No gateway process was found in the machine, so nothing was asked. See status.',
    '機器內找不到閘道程序，因此未查詢，請查看 status。',
  ),
  version: tr(
    'Its version is not known or is before 2026.8.2, which pairs a device when asked about its work, so it was not asked. Look at its logs.',
    '版本不明或早於 2026.8.2，詢問其工作會配對一部裝置，因此未查詢，請查看日誌。',
  ),
  memory: tr(
    'The machine has too little free memory to ask the gateway about its work.',
    '機器可用記憶體太少，無法向閘道查詢其工作。',
  ),
  cli: tr(
    'The OpenClaw command line was not found in the machine, so nothing was asked. Check the image.',
    '機器內找不到 OpenClaw 指令列，因此未查詢，請檢查映像檔。',
  ),
  user: tr(
    "The machine offers no way to act as the gateway's user, so nothing was asked. Look at its logs.",
    '無法在機器內以閘道的使用者身分執行，因此未查詢，請查看日誌。',
  ),
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const noun = (one: string, many: string, zh: string) => (n: number) => count(n, one, many, zh)

/** The gateway's own figures, in words. Its sums are left out. */
const KINDS: Readonly<Record<string, (n: number) => Text>> = {
  embeddedRuns: noun('agent run', 'agent runs', '個代理程式執行'),
  cronRuns: noun('scheduled run', 'scheduled runs', '個排程執行'),
  pendingReplies: noun('reply under way', 'replies under way', '則待送回覆'),
  queueSize: noun('message waiting', 'messages waiting', '則等候訊息'),
  backgroundExecSessions: noun('background command', 'background commands', '個背景指令'),
  rootRequests: noun('request', 'requests', '個請求'),
  activeTasks: noun('task', 'tasks', '個任務'),
}

function work(counts: unknown): Text {
  const found = Object.entries(isObject(counts) ? counts : {}).flatMap(([name, n]) => {
    const words = KINDS[name]
    return words !== undefined && typeof n === 'number' && n > 0 ? [words(n)] : []
  })
  if (found.length === 0) return tr('it does not say what', '未說明是什麼工作')
  const joined = join(', ', ...found)
  return tr(say(joined, 'en'), say(joined, 'zh-TW').replaceAll(', ', '、'))
}

const busy = (counts: unknown): Text => {
  const what = work(counts)
  return tr(
    `Work is running that a restart would interrupt: ${say(what, 'en')}.`,
    `有工作正在進行，重新啟動會中斷：${say(what, 'zh-TW')}。`,
  )
}

/** The command line's JSON: the answer of the call, or why there is none. */
function judge(exit: number, body: unknown): RestartSafety {
  if (!isObject(body)) return unknown(GARBLED)
  const { safe, counts, error } = body
  if (exit === 0 && safe === true) return { safe: true, detail: null }
  if (exit === 0 && safe === false) return { safe: false, detail: busy(counts) }
  if (exit === 0 || !isObject(error)) return unknown(GARBLED)
  const said = JSON.stringify(error)
  if (/unknown method/i.test(said)) return unknown(TOO_OLD)
  return unknown(/AUTH_|unauthorized|credentials|device identity/i.test(said) ? REFUSED : NO_ANSWER)
}

const ANSWER = /^answer ((?:[0-9a-f]{2})*) (\d{1,3})$/
const CANNOT_LINE = /^cannot (owner|version|memory|cli|user)$/
/** What `timeout` ends with, and the shell when a signal did it. */
const RAN_OUT = new Set([124, 137, 143])

/** Reads the output of preflight.sh; whatever is not the whole of a known answer is unknown. */
export function readPreflight(stdout: string, nonce: string): RestartSafety {
  const lines = linesOf(stdout, 'gateway-preflight', nonce)
  const [line = '', ...more] = lines ?? []
  if (more.length > 0) return unknown(GARBLED)
  const why = CANNOT_LINE.exec(line)?.[1]
  if (why !== undefined) return unknown(CANNOT[why] ?? GARBLED)
  const [, hex, code] = ANSWER.exec(line) ?? []
  if (hex === undefined) return unknown(GARBLED)
  if (RAN_OUT.has(Number(code))) return unknown(NO_ANSWER)
  try {
    return judge(Number(code), JSON.parse(Buffer.from(hex, 'hex').toString('utf8')))
  } catch {
    return unknown(/unknown method/i.test(Buffer.from(hex, 'hex').toString()) ? TOO_OLD : GARBLED)
  }
}

/** Asks a gateway about its work with one `exec`, where the machine is large enough for that. */
export function createPreflight(deps: GatewayDeps): Gateway['preflight'] {
  const script = createScript(deps, 'preflight.sh')
  return async (app: string, machine: Machine) => {
    if (machine.state !== 'started' || machine.config === null) return unknown(NOT_RUNNING)
    if (machine.guest === null || machine.guest.memoryMb <= TOO_SMALL_MB) return unknown(SMALL)
    const location = locate(machine.config, deps.overrides)
    try {
      const { stdout, nonce } = await script({ app, machine, location, seconds: SECONDS })
      return readPreflight(stdout, nonce)
    } catch (error) {
      return unknown(excuse(error))
    }
  }
}
