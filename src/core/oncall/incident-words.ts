import { type Reply, reply, text } from '../reply.ts'
import { duration, inEach, join, say, type Text, tr, utc } from '../text.ts'
import { drilled, SEVERITY, STATE } from './incident-card.ts'
import type { Incident, Page } from './incident.ts'
import { sayLine } from './incident-line.ts'

/** What somebody is woken with: short, for it is read on a locked screen. */
export function pageReply(incident: Incident, page: Page): Reply {
  const { id, severity, title, app } = incident
  const head = join(' · ', ...drilled(incident), SEVERITY[severity], title, app ?? '', id)
  return reply.warn(head, [text(why(incident, page)), text(incident.text)], {
    short: head,
    actions: [
      {
        label: tr('Acknowledge', '確認'),
        style: 'primary',
        intent: { do: 'run', command: 'oncall ack', input: { id } },
      },
      {
        label: tr('Show', '顯示'),
        style: 'neutral',
        intent: { do: 'run', command: 'oncall alerts', input: { id } },
      },
    ],
  })
}

function why({ openedAt, answerBy }: Incident, page: Page): Text {
  const lasted = (locale: 'en' | 'zh-TW') => say(duration(page.at - openedAt), locale)
  switch (page.why) {
    case 'level':
      return page.level === 0
        ? tr('You are on call.', '現在由你值班。')
        : tr(
            `Nobody has acknowledged it for ${lasted('en')}, so it comes to you.`,
            `已經 ${lasted('zh-TW')}沒有人確認，因此通知你。`,
          )
    case 'reminder':
      return tr(
        `Still firing after ${lasted('en')}, and nobody has acknowledged it. Reminder ${page.level}.`,
        `已持續 ${lasted('zh-TW')}，仍沒有人確認。第 ${page.level} 次提醒。`,
      )
    case 'worse':
      return tr('It got worse than what you acknowledged.', '情況比你確認時更嚴重。')
    case 'answer':
      return tr(
        `Still firing. Are you still on it? Acknowledge again, or it goes back to whoever is on call at ${utc(answerBy ?? page.at)}.`,
        `仍在發生。還在處理嗎？請再次確認，否則 ${utc(answerBy ?? page.at)} 會交還給值班人員。`,
      )
    default:
      return page.why satisfies never
  }
}

/** Everything that happened, for a file: times in UTC. */
export const timelineText = (incident: Incident): Text =>
  inEach(
    (locale) =>
      `${linesOf(incident)
        .map((line) => say(line, locale))
        .join('\n')}\n`,
  )

function linesOf(incident: Incident): readonly Text[] {
  const { id, title, text: body, app, machine, source, rule, log, logged } = incident
  const labelled = (label: Text, value: Text) => join(' ', label, value)
  const missing = logged - log.length
  return [
    join(' ', ...drilled(incident), id, title),
    body,
    join(
      ', ',
      labelled(tr('App', '應用程式'), app ?? '-'),
      labelled(tr('machine', '機器'), machine ?? '-'),
      labelled(tr('severity', '嚴重度'), SEVERITY[incident.severity]),
      STATE[incident.state],
    ),
    join(', ', labelled(tr('Source', '來源'), source), labelled(tr('rule', '規則'), rule)),
    ...(incident.alerts[0]?.evidence ?? []).map(([what, value]) => join(': ', what, value)),
    ...(missing > 0
      ? [tr(`${missing} lines in between are not kept.`, `中間有 ${missing} 行未保留。`)]
      : []),
    '',
    ...log.map((entry) => join('  ', utc(entry.at), sayLine(entry))),
  ]
}
