import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, appName, digest, severityOf, timeOf } from './alert-of.ts'
import { fieldsOf, parsed, words } from './lenient.ts'
import type { SourceReceiver } from './receiver.ts'
import { signedBy } from './signature.ts'

const BODY = z.object({
  alert_uid: words,
  group: words,
  title: words,
  message: words,
  state: words,
  severity: words,
  app: words,
  machine: words,
  at: words,
  image_url: words,
  link_to_upstream_details: words,
})

const OVER = /^(?:ok|up|resolved?|normal|clear|closed|recovered|inactive)$/i

/** Whatever can send JSON: a few fields, of which only a title is needed. */
export const generic: SourceReceiver = {
  verify: signedBy({ signature: 'x-ops-signature', timestamp: 'x-ops-timestamp' }),
  read(request) {
    const body = fieldsOf(BODY, parsed(request.body))
    const title = body?.title ?? body?.message
    if (body === undefined || (title === undefined && body.alert_uid === undefined)) return []
    return [
      alertOf(
        {
          source: 'generic',
          id: body.alert_uid ?? digest(title ?? ''),
          group: body.group,
          over: OVER.test(body.state ?? ''),
          severity: severityOf(body.severity),
          app: appName(body.app),
          machine: body.machine,
          title: title ?? body.alert_uid ?? '',
          text: body.title === undefined ? undefined : body.message,
          links: [
            [tr('Details', '詳細資料'), body.link_to_upstream_details],
            [tr('Image', '圖片'), body.image_url],
          ],
          at: timeOf(body.at),
        },
        request.at,
      ),
    ]
  },
}
