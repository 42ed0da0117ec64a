import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, digest, severityOf, timeOf, type Told } from './alert-of.ts'
import { fieldsOf, labels, list, parsed, part, words } from './lenient.ts'
import type { SourceReceiver } from './receiver.ts'
import { unsigned } from './signature.ts'

/** `routing_key` is not read: it is a secret of the sender. */
const BODY = z.object({
  event_action: words,
  dedup_key: words,
  client: words,
  client_url: words,
  links: list,
  payload: part({
    summary: words,
    source: words,
    severity: words,
    timestamp: words,
    component: words,
    group: words,
    class: words,
    custom_details: labels,
  }),
})
const ACTIONS: ReadonlySet<string> = new Set(['trigger', 'acknowledge', 'resolve'])
const LINK = z.object({ href: words, text: words })

/** The shape of PagerDuty’s Events API v2, which many tools can send. */
export const events: SourceReceiver = {
  verify: unsigned,
  read(request) {
    const body = fieldsOf(BODY, parsed(request.body))
    const action = body?.event_action
    if (body === undefined || action === undefined || !ACTIONS.has(action)) return []
    const { payload, dedup_key: key } = body
    // Without a key nothing says what is over.
    if (key === undefined && (payload?.summary === undefined || action !== 'trigger')) return []
    const { summary, source, component, severity } = payload ?? {}
    const told: Told = {
      source: 'events',
      id: key ?? digest(source ?? '', component ?? '', summary ?? ''),
      over: action === 'resolve',
      severity: severity === 'error' ? 'critical' : severityOf(severity),
      title: summary ?? key ?? '',
      text: [source, component, payload?.group].filter(Boolean).join(' · '),
      evidence: payload?.custom_details ?? [],
      rule: payload?.class ?? body.client,
      links: [
        ...body.links.flatMap(linkOf),
        [body.client ?? tr('Source', '來源'), body.client_url],
      ],
      since: timeOf(payload?.timestamp),
      ack: action === 'acknowledge' ? (body.client ?? source ?? 'events') : undefined,
    }
    return [alertOf(told, request.at)]
  },
}

function linkOf(value: unknown): NonNullable<Told['links']> {
  const link = fieldsOf(LINK, value)
  return link?.href === undefined
    ? []
    : [[link.text?.slice(0, 40) || tr('Link', '連結'), link.href]]
}
