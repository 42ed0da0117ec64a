import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, severityOf, timeOf, type Told } from './alert-of.ts'
import { fieldsOf, list, parsed, part, words } from './lenient.ts'
import type { SourceReceiver } from './receiver.ts'
import { eventOf, header, isSigned } from './signature.ts'

const NAMED = part({ summary: words, html_url: words })
const DATA = z.object({
  id: words,
  type: words,
  html_url: words,
  number: words,
  status: words,
  created_at: words,
  title: words,
  urgency: words,
  resolve_reason: part({ type: words }),
  service: NAMED,
  priority: NAMED,
  assignees: list,
})
const BODY = z.object({
  event: z.object({
    id: words,
    event_type: words,
    occurred_at: words,
    agent: NAMED,
    data: DATA.catch(DATA.parse({})),
  }),
})

/** Signed deliveries are tried again for 48 hours; what is older was kept by somebody. */
const OLDEST_MS = 72 * 3_600_000
const FIRING =
  /^incident\.(?:triggered|acknowledged|reopened|escalated|unacknowledged|delegated|priority_updated)$/

/** Webhooks of version 3. */
export const pagerduty: SourceReceiver = {
  verify({ headers, body }, keys, now) {
    if (keys.length === 0) return { ok: true, event: null }
    const given = header(headers, 'x-pagerduty-signature')
    const signatures = [...given.matchAll(/(?:^|,)\s*v1=([^,\s]+)/g)].map(([, hex = '']) => hex)
    if (signatures.length === 0) return { ok: false, why: 'unsigned' }
    if (!isSigned({ signatures, message: [body], keys })) return { ok: false, why: 'wrong' }
    const occurred = timeOf(fieldsOf(BODY, parsed(body))?.event.occurred_at)
    if (occurred !== undefined && now - occurred > OLDEST_MS) return { ok: false, why: 'old' }
    return { ok: true, event: eventOf(body) }
  },
  read(request) {
    const event = fieldsOf(BODY, parsed(request.body))?.event
    const type = event?.event_type ?? ''
    const over = type === 'incident.resolved'
    if (event?.data.id === undefined || !(over || FIRING.test(type))) return []
    const { data } = event
    const told: Told = {
      source: 'pagerduty',
      id: data.id ?? '',
      over,
      severity: severityOf(data.urgency, 'critical'),
      title: data.title ?? '',
      text: data.service?.summary,
      evidence: [
        [tr('Number', '編號'), data.number],
        [tr('Priority', '優先順序'), data.priority?.summary],
        [tr('Assigned to', '指派給'), assigned(data.assignees)],
        [tr('Event', '事件'), type],
      ],
      rule: data.service?.summary,
      links: [['PagerDuty', data.html_url]],
      since: timeOf(data.created_at),
      at: timeOf(event.occurred_at),
      ack: acknowledged(type, event.agent?.summary),
    }
    return [alertOf(told, request.at)]
  },
}

/** Who has it there now; nothing where the event says nothing of that. */
function acknowledged(type: string, agent: string | undefined): string | null | undefined {
  if (type === 'incident.acknowledged') return agent ?? 'PagerDuty'
  return type === 'incident.unacknowledged' ? null : undefined
}

const PERSON = z.object({ summary: words })
const assigned = (people: readonly unknown[]): string =>
  people
    .slice(0, 5)
    .flatMap((one) => fieldsOf(PERSON, one)?.summary ?? [])
    .join(', ')
