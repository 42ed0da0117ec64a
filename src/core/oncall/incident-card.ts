import { localise } from '../localise.ts'
import { type Block, fields, type Reply, reply, text } from '../reply.ts'
import { cut, duration, join, type Locale, LOCALES, type Text, tr, utc } from '../text.ts'
import type { Severity } from './alert.ts'
import { isMuted, isSilenced } from './incident-clock.ts'
import { actionsOf } from './incident-buttons.ts'
import { foundBlocks, logBlocks } from './incident-found.ts'
import { jobNotices } from './incident-job.ts'
import type { Around, Incident } from './incident.ts'
import { sayLine, sayMute } from './incident-line.ts'

type Now = Pick<Around, 'now' | 'rules'> & { readonly locale?: Locale }

/** Of the history, the fewer the more else there is. */
const LINES = [8, 5, 3]
const OTHERS = 4
const CARD_MAX = 3400
const VALUE_MAX = 120
const LINE_MAX = 120

export const SEVERITY: Readonly<Record<Severity, Text>> = {
  critical: tr('Critical', '嚴重'),
  warning: tr('Warning', '警告'),
  info: tr('Info', '資訊'),
}
export const STATE: Readonly<Record<Incident['state'], Text>> = {
  firing: tr('firing', '進行中'),
  acknowledged: tr('acknowledged', '已確認'),
  resolved: tr('resolved', '已解決'),
}
const SIGN: Readonly<Record<Severity, string>> = { critical: '🔴', warning: '🟠', info: '🔵' }
const TONE = { critical: 'error', warning: 'warn', info: 'info' } as const

const COLOUR = { critical: 0xa30200, warning: 0xe67e22, info: 0x3274d9 } as const

interface Looks {
  readonly tone: Reply['tone']
  readonly glyph: string
  readonly colour: number
}

/** By severity while it fires, by state afterwards. */
function looks(incident: Incident, now: number): Looks {
  const { state, severity } = incident
  if (state === 'resolved') return { tone: 'ok', glyph: '🟢', colour: 0x2eb886 }
  if (isSilenced(incident, now)) return { tone: 'pending', glyph: '🔕', colour: 0xdddddd }
  if (state === 'acknowledged') return { tone: 'warn', glyph: '👀', colour: 0xdaa038 }
  return { tone: TONE[severity], glyph: SIGN[severity], colour: COLOUR[severity] }
}

/** The one message that stands for an incident in a room. */
export function incidentCard(incident: Incident, around: Now): Reply {
  const { tone, ...look } = looks(incident, around.now)
  const title = join(
    ' · ',
    ...drilled(incident),
    SEVERITY[incident.severity],
    incident.title,
    incident.id,
  )
  const said = reply[tone](title, blocksOf(incident, around), {
    actions: actionsOf(incident, around),
    footer: footerOf(incident),
  })
  const { app, state } = incident
  return {
    ...said,
    ...look,
    short: join(' · ', join(' ', look.glyph, title), app ?? '', STATE[state]),
  }
}

/** What says everywhere that it is not for real. */
export const drilled = ({ source }: Pick<Incident, 'source'>): readonly Text[] =>
  source === 'drill' ? [tr('DRILL', 'DRILL 演練')] : source === 'test' ? [tr('TEST', '測試')] : []

/** As much fits one message of every platform; the rest would come as a file with each edit. The log is what is left room for. */
function blocksOf(incident: Incident, around: Now): readonly Block[] {
  const tries = LINES.map((lines) => blocksBut(incident, { ...around, lines }))
  const blocks = tries.find((some) => lengthOf(some) <= CARD_MAX) ?? tries.at(-1) ?? []
  return [...blocks, ...logBlocks(incident.found, CARD_MAX - lengthOf(blocks))]
}

const lengthOf = (blocks: readonly Block[]): number => {
  const lengths = LOCALES.map(
    (locale) => JSON.stringify(localise(reply.info('', blocks), locale).blocks).length,
  )
  return Math.max(...lengths)
}

function blocksBut(incident: Incident, around: Now & { readonly lines: number }): readonly Block[] {
  const [newest] = incident.alerts
  const evidence = newest?.evidence ?? []
  return [
    ...(incident.ours.length === 0 ? [] : [text(oursOf(incident))]),
    text(incident.text),
    ...noticesOf(incident, around),
    ...jobNotices(incident),
    fields(
      [tr('App', '應用程式'), incident.app ?? undefined],
      [tr('Machine', '機器'), machineOf(incident)],
      [tr('State', '狀態'), STATE[incident.state]],
      [tr('Owner', '負責人'), incident.owner?.name],
      [tr('Lasted', '歷時'), lasted(incident)],
      ...evidence.map(([what, value]) => [what, cut(value, VALUE_MAX)] as const),
    ),
    timesOf(incident, around.now),
    ...othersOf(incident),
    historyOf(incident, around.lines),
    ...foundBlocks(incident.found),
  ]
}

function machineOf({ machine, found }: Incident): string | undefined {
  if (machine === null) return undefined
  return found?.region === undefined ? machine : `${machine} (${found.region})`
}

const lasted = ({ openedAt, resolvedAt }: Incident): Text | undefined =>
  resolvedAt === null ? undefined : duration(resolvedAt - openedAt)

const oursOf = ({ ours }: Incident): Text => {
  const list = ours.map(({ id, command, by, at }) => `${id} /${command} (${by}, ${utc(at)})`)
  const said = list.join('; ')
  return tr(`Did we do it? Shortly before: ${said}.`, `是我們造成的嗎？稍早執行過：${said}。`)
}

function noticesOf(incident: Incident, { now, rules }: Now): readonly Block[] {
  const { silence, answerBy, owner } = incident
  const asked =
    answerBy !== null && owner !== null
      ? [
          text(
            tr(
              `${owner.name}, are you still on it? Without an answer it goes back to whoever is on call at ${utc(answerBy)}.`,
              `${owner.name}，仍在處理嗎？若沒有回應，${utc(answerBy)} 會交還給值班人員。`,
            ),
          ),
        ]
      : []
  const silent =
    silence !== null && silence.until > now
      ? [text(tr(`Silenced by ${silence.by}.`, `${silence.by} 已設為靜音。`))]
      : []
  const mute = isMuted(incident, now) ? [text(sayMute(incident, rules.flapMs))] : []
  return [...asked, ...silent, ...mute]
}

function timesOf({ openedAt, alerts, silence, resolvedAt, owner }: Incident, now: number): Block {
  const since = alerts.at(-1)?.since ?? openedAt
  const times: Array<readonly [Text, number]> = [[tr('Began', '開始'), Math.min(since, openedAt)]]
  if (owner) times.push([tr('Acknowledged', '確認'), owner.at])
  if (silence && silence.until > now) times.push([tr('Silenced until', '靜音至'), silence.until])
  if (resolvedAt !== null) times.push([tr('Resolved', '解決'), resolvedAt])
  return { type: 'times', times }
}

/** Further troubles of the same incident. */
function othersOf({ alerts, state }: Incident): readonly Block[] {
  return alerts.slice(1, 1 + OTHERS).map(({ status, severity, title, machine }) => {
    const over = state === 'resolved' || status === 'resolved'
    const sign = over ? '🟢' : SIGN[severity]
    return text(join(' ', sign, title, machine === null ? '' : `(${machine})`))
  })
}

function historyOf({ log, logged }: Incident, lines: number): Block {
  const shown = log.slice(-lines)
  const left = logged - shown.length
  const more =
    left > 0
      ? [[`… ${left}`, tr('earlier lines: Timeline has them', '更早的紀錄請見時間軸')] as const]
      : []
  const rows = shown.map(
    (entry) => [utc(entry.at).slice(11, 19), cut(sayLine(entry), LINE_MAX)] as const,
  )
  return {
    type: 'table',
    head: ['UTC', tr('What happened', '經過')],
    rows: [...more, ...rows],
  }
}

function footerOf({ source, rule, alerts, count }: Incident): Text {
  const more =
    count > alerts.length
      ? tr(
          `showing the last ${alerts.length} of ${count}`,
          `顯示 ${count} 項中的最後 ${alerts.length} 項`,
        )
      : ''
  return join(' · ', source, rule, more)
}
