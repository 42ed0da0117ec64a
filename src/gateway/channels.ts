import { z } from 'zod'
import type { ChannelState, GatewayReport } from '../core/gateway.ts'
import { type Text, tr } from '../core/text.ts'
import type { Frame } from './frame.ts'

type Channels = Pick<GatewayReport, 'channels' | 'channelsDown' | 'channelsReason'>

const Account = z.object({
  channel: z.string().min(1).max(40),
  account: z.string().max(40),
  running: z.boolean(),
  connected: z.boolean().nullable(),
  linked: z.boolean().nullable(),
  health: z.string().max(40).nullable(),
  /** Since 2026.8.2. */
  lifecycle: z.string().max(40).nullable(),
  startedMsAgo: z.int().nonnegative().nullable(),
})
type Account = z.output<typeof Account>
const Answer = z.union([
  z.object({ channels: z.array(Account).max(30), more: z.int().nonnegative() }),
  z.object({ cannot: z.string().max(20) }),
])

const unknown = (channelsReason: Text): Channels => ({ channels: null, channelsReason })

/** What a probe learnt of the channels; without an answer the reason why not. Nothing at all when the gateway was not asked. */
export function channelsOf({ channels }: Frame): Channels {
  if (channels === null) return { channels: null }
  if (typeof channels === 'string') return unknown(WHY[channels] ?? GARBLED)
  const answer = parsed(channels.raw)
  if (answer === null) return unknown(channels.raw.length === 0 ? SILENT : GARBLED)
  if ('cannot' in answer)
    return unknown((Object.hasOwn(WHY, answer.cannot) ? WHY[answer.cannot] : undefined) ?? GARBLED)
  return {
    channels: answer.channels.filter((one) => stateOf(one) === 'running').map(nameOf),
    channelsDown: answer.channels.flatMap((one) => {
      const state = stateOf(one)
      return state === 'running' ? [] : [{ name: nameOf(one), state }]
    }),
  }
}

function parsed(raw: Buffer): z.output<typeof Answer> | null {
  try {
    return Answer.parse(JSON.parse(raw.toString('utf8')))
  } catch {
    return null
  }
}

const nameOf = ({ channel, account }: Account): string =>
  account === 'default' ? channel : `${channel}:${account}`

/** A channel has this long to connect before the gateway itself counts that against it (its own health monitor says so in its logs). */
const CONNECT_MS = 120_000
/** On their way up: not yet running is no failure then. */
const COMING: ReadonlySet<string> = new Set(['starting', 'recovering'])
const GRACE: ReadonlySet<string> = new Set(['startup-connect-grace', 'reconnect-grace'])

function stateOf(account: Account): ChannelState | 'running' {
  const { running, connected, linked, health, lifecycle, startedMsAgo } = account
  if (linked === false) return 'unlinked'
  if (health !== null && GRACE.has(health)) return connected === true ? 'running' : 'starting'
  const young = startedMsAgo !== null && startedMsAgo < CONNECT_MS
  if (young && COMING.has(lifecycle ?? '')) return connected === true ? 'running' : 'starting'
  if (!running || lifecycle === 'blocked') return 'stopped'
  if (connected !== false) return 'running'
  return young ? 'starting' : 'disconnected'
}

const GARBLED = tr(
  'What the gateway said about its channels could not be read.',
  '無法讀取閘道對其頻道的回覆。',
)
const SILENT = tr(
  'The program that asks about them ended without a word; the machine may be short of memory.',
  '查詢頻道的程式沒有任何輸出就結束，機器可能記憶體不足。',
)
const WHY: Readonly<Record<string, Text>> = {
  owner: tr('The gateway’s process was not found in the machine.', '在機器內找不到閘道的程序。'),
  gone: tr('The gateway’s process ended meanwhile.', '閘道的程序在此期間結束。'),
  memory: tr(
    'The machine has less than 128 MB free, too little to ask.',
    '機器可用記憶體不到 128 MB，不足以查詢。',
  ),
  node: tr('No node was found in the machine to ask with.', '在機器內找不到可用來查詢的 node。'),
  websocket: tr(
    'The node in the machine is older than 22 and cannot ask.',
    '機器內的 node 版本低於 22，無法查詢。',
  ),
  token: tr(
    'The gateway refuses the token it was started with; see token check.',
    '閘道拒絕其啟動時的權杖，請見 token check。',
  ),
  refused: tr('The gateway refused to be asked.', '閘道拒絕查詢。'),
  scope: tr(
    'This version tells only a paired device, and none is paired for that.',
    '此版本只告知已配對的裝置，而未為此配對任何裝置。',
  ),
  protocol: tr(
    'This version speaks a newer protocol than I know.',
    '此版本使用的通訊協定比我所知的新。',
  ),
  method: tr('This version does not tell.', '此版本不提供此資訊。'),
  starting: tr('The gateway is still starting.', '閘道仍在啟動中。'),
  timeout: tr('The gateway did not tell within 3.5 seconds.', '閘道在 3.5 秒內未回覆。'),
  closed: tr('The gateway closed the connection without telling.', '閘道未回覆就關閉連線。'),
  garbled: GARBLED,
}
