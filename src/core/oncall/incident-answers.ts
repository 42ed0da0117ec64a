import { type Action, type Block, fields, type Reply, reply, table, text } from '../reply.ts'
import { duration, join, say, type Text, tr, utc } from '../text.ts'
import { drilled, incidentCard, SEVERITY, STATE } from './incident-card.ts'
import { RULES, type Incident } from './incident.ts'
import type { Quiet } from './oncall.ts'
import { callsNobody } from './pretended.ts'
import { timelineText } from './incident-words.ts'

/** What a person did, or why it was not done. */
export interface Acted {
  readonly incident: Incident
  readonly outcome: 'done' | 'owned' | 'over' | 'same' | 'free'
  /** Whose it is, and for how long, where that is why. */
  readonly owner: { readonly name: string; readonly ms: number } | null
}

const TITLE = {
  ack: tr('Acknowledged: it is yours', '已確認：由你負責'),
  take: tr('Taken over: it is yours', '已接手：由你負責'),
  off: tr('Given back', '已取消確認'),
  resolve: tr('Resolved', '已標為解決'),
} as const
export type Deed = keyof typeof TITLE

export function actedReply({ incident, outcome, owner }: Acted, deed: Deed): Reply {
  const { id, severity, title } = incident
  const about = text(join(' · ', ...drilled(incident), id, SEVERITY[severity], title))
  if (outcome === 'over') return reply.info(tr('It is over already', '事件已經結束'), [about])
  if (outcome === 'free')
    return reply.info(tr('Nobody has acknowledged it', '目前沒有人確認'), [about])
  if (outcome === 'owned' && owner !== null)
    return reply.info(ownedBy(owner), [about], { actions: [takeButton(incident.id)] })
  if (outcome === 'same') return reply.ok(tr('It is yours already', '已經由你負責'), [about])
  const next = callsNobody(incident) && deed !== 'resolve' ? REHEARSED : NEXT[deed]
  return reply.ok(TITLE[deed], [about, text(next)])
}

const REHEARSED = tr('Nobody is paged for it.', '不會為此呼叫任何人。')

const NEXT: Readonly<Record<Deed, Text>> = {
  ack: tr(
    'Nobody else is paged. I ask in 30 minutes whether you are still on it.',
    '不再呼叫其他人。30 分鐘後會詢問你是否仍在處理。',
  ),
  take: tr(
    'Nobody else is paged. I ask in 30 minutes whether you are still on it.',
    '不再呼叫其他人。30 分鐘後會詢問你是否仍在處理。',
  ),
  off: tr('Whoever is on call is asked again.', '會再次呼叫值班人員。'),
  resolve: tr(
    'If it fires again within 10 minutes, the same incident is opened again.',
    '若 10 分鐘內再次觸發，會重新開啟同一事件。',
  ),
}

const ownedBy = ({ name, ms }: { readonly name: string; readonly ms: number }): Text => {
  const for_ = duration(ms)
  return tr(`${name} has had it for ${say(for_, 'en')}`, `${name} 已負責 ${say(for_, 'zh-TW')}`)
}

const takeButton = (id: string): Action => ({
  label: tr('Take over', '接手'),
  style: 'primary',
  intent: { do: 'run', command: 'oncall ack', input: { id, scope: 'take' } },
})

export interface Listed {
  readonly incidents: readonly Incident[]
  readonly more: number
  readonly silences: readonly Quiet[]
  readonly windows: readonly Quiet[]
  readonly open: boolean
}

/** What is known at the moment, in one table. */
export function listReply(list: Listed): Reply {
  const { incidents, more, silences, windows, open } = list
  const quiets = [
    ...silences.map((quiet) => quietLine(quiet, tr('Silence', '靜音'))),
    ...windows.map((quiet) => quietLine(quiet, tr('Maintenance', '維護'))),
  ]
  if (incidents.length === 0)
    return reply.ok(
      open ? tr('No incident is open', '目前沒有進行中的事件') : tr('No incidents', '沒有事件'),
      quiets,
    )
  const title = open ? tr('Open incidents', '進行中的事件') : tr('Incidents', '事件')
  const rest = more > 0 ? [text(tr(`${more} more are not shown.`, `另有 ${more} 個未顯示。`))] : []
  return reply.info(title, [tableOf(incidents), ...rest, ...quiets])
}

const tableOf = (incidents: readonly Incident[]): Block =>
  table(
    [
      tr('Incident', '事件'),
      tr('Severity', '嚴重度'),
      tr('App', '應用程式'),
      tr('What', '內容'),
      tr('State', '狀態'),
      tr('Began', '開始'),
    ],
    incidents.map((one) => [
      one.id,
      SEVERITY[one.severity],
      one.app ?? '',
      join(' ', ...drilled(one), one.title),
      one.owner ? join(' ', STATE[one.state], `(${one.owner.name})`) : STATE[one.state],
      utc(one.openedAt),
    ]),
  )

const quietLine = ({ app, until, by, reason }: Quiet, what: Text): Block =>
  text(
    join(
      ' · ',
      what,
      app === '*' ? tr('all apps', '全部應用程式') : app,
      tr(`until ${utc(until)}`, `至 ${utc(until)}`),
      by,
      reason ?? '',
    ),
  )

/** One incident as its card shows it, and its whole history as a file. */
export function oneReply(incident: Incident, now: number): Reply {
  const card = incidentCard(incident, { now, rules: RULES })
  const file: Block = {
    type: 'file',
    name: `${incident.id}.txt`,
    content: timelineText(incident),
    about: tr('the whole timeline', '完整時間軸'),
  }
  const actions = (card.actions ?? []).filter(
    ({ intent }) => !(intent?.do === 'run' && intent.command === 'oncall alerts'),
  )
  return { ...card, blocks: [...card.blocks, file], actions }
}

export const noteReply = (incident: Incident, note: string): Reply =>
  reply.ok(tr(`Noted on ${incident.id}`, `已記在 ${incident.id}`), [text(note)])

/** What is quiet now, until when, and how to end it. */
export function quietReply(title: Text, quiet: Quiet, actions: readonly Action[]): Reply {
  return reply.ok(
    title,
    [
      fields([tr('App', '應用程式'), quiet.app], [tr('Why', '原因'), quiet.reason ?? undefined]),
      { type: 'times', times: [[tr('Until', '直到'), quiet.until]] },
    ],
    { actions },
  )
}
