import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, severityOf, timeOf, type Told } from './alert-of.ts'
import { fieldsOf, parsed, part, words } from './lenient.ts'
import type { SourceReceiver } from './receiver.ts'
import { signedBy } from './signature.ts'

const ISSUE = {
  id: words,
  title: words,
  culprit: words,
  level: words,
  platform: words,
  status: words,
  permalink: words,
  web_url: words,
  firstSeen: words,
  lastSeen: words,
}
const BODY = z.object({
  action: words,
  data: z.object({
    triggered_rule: words,
    description_title: words,
    description_text: words,
    web_url: words,
    event: part({
      issue_id: words,
      event_id: words,
      title: words,
      level: words,
      platform: words,
      culprit: words,
      web_url: words,
      datetime: words,
    }),
    metric_alert: part({
      id: words,
      date_started: words,
      date_detected: words,
      alert_rule: part({ name: words, query: words, aggregate: words }),
    }),
    issue: part(ISSUE),
  }),
})
type Body = z.output<typeof BODY>

/** Issue alerts, metric alerts and changes of issues; anything else Sentry tells is no alert. */
export const sentry: SourceReceiver = {
  verify: signedBy({ signature: 'sentry-hook-signature' }),
  read(request) {
    const body = fieldsOf(BODY, parsed(request.body))
    const told = body && (eventAlert(body) ?? metricAlert(body) ?? issue(body))
    return told ? [alertOf(told, request.at)] : []
  },
}

function eventAlert({ data }: Body): Told | undefined {
  const { event } = data
  const id = event?.issue_id ?? event?.event_id
  if (event === undefined || id === undefined) return undefined
  return {
    source: 'sentry',
    id: `issue:${id}`,
    over: false,
    severity: levelOf(event.level),
    title: event.title ?? '',
    text: event.culprit,
    evidence: [
      [tr('Level', '等級'), event.level],
      [tr('Platform', '平台'), event.platform],
      [tr('Rule', '規則'), data.triggered_rule],
    ],
    rule: data.triggered_rule,
    links: [['Sentry', event.web_url]],
    at: timeOf(event.datetime),
  }
}

function metricAlert({ action, data }: Body): Told | undefined {
  const alert = data.metric_alert
  if (alert?.id === undefined) return undefined
  const { name, aggregate, query } = alert.alert_rule ?? {}
  return {
    source: 'sentry',
    id: `metric:${alert.id}`,
    over: action === 'resolved',
    severity: severityOf(action),
    title: data.description_title ?? name ?? '',
    text: data.description_text,
    evidence: [
      [tr('Measured', '量測'), aggregate],
      [tr('Query', '查詢'), query],
    ],
    rule: name,
    links: [['Sentry', data.web_url]],
    since: timeOf(alert.date_started),
  }
}

const OVER = new Set(['resolved', 'ignored', 'archived'])
const FIRING = new Set(['created', 'unresolved'])

function issue({ action = '', data }: Body): Told | undefined {
  const { issue: one } = data
  if (one?.id === undefined || !(OVER.has(action) || FIRING.has(action))) return undefined
  return {
    source: 'sentry',
    id: `issue:${one.id}`,
    over: OVER.has(action),
    severity: levelOf(one.level),
    title: one.title ?? '',
    text: one.culprit,
    evidence: [
      [tr('Level', '等級'), one.level],
      [tr('Platform', '平台'), one.platform],
    ],
    links: [['Sentry', one.web_url ?? one.permalink]],
    since: timeOf(one.firstSeen),
  }
}

/** `error` is what every exception is: no reason to page as for `fatal`. */
const levelOf = (level: string | undefined) => severityOf(level)
