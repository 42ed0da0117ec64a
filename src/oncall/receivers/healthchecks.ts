import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, digest, severityOf, timeOf } from './alert-of.ts'
import { fieldsOf, parsed, part, words } from './lenient.ts'
import type { SourceReceiver } from './receiver.ts'
import { unsigned } from './signature.ts'

/** Healthchecks has no body of its own: this is the template of docs/oncall.md. */
const BODY = z.object({
  code: words,
  status: words,
  at: words,
  name: words,
  exit: words,
  body: words,
  check: part({ tags: words, schedule: words, last_ping: words, desc: words, slug: words }),
})

export const healthchecks: SourceReceiver = {
  verify: unsigned,
  read(request) {
    const body = fieldsOf(BODY, parsed(request.body))
    const status = body?.status?.toLowerCase()
    if (body === undefined || (status !== 'up' && status !== 'down')) return []
    const { code, name, check } = body
    const id = code ?? check?.slug ?? name
    if (id === undefined) return []
    const tags = check?.tags?.split(/[\s,]+/) ?? []
    const alert = alertOf(
      {
        source: 'healthchecks',
        id: code ?? digest(id),
        over: status === 'up',
        severity: severityOf(tags.find((tag) => /^(?:critical|warning|info)$/.test(tag))),
        title: name ?? id,
        text: check?.desc,
        evidence: [
          [tr('Exit status', '結束代碼'), body.exit],
          [tr('Last ping', '上次回報'), check?.last_ping],
          [tr('Schedule', '排程'), check?.schedule],
          [tr('Tags', '標籤'), check?.tags],
          [tr('Last body', '上次內容'), body.body],
        ],
        at: timeOf(body.at),
      },
      request.at,
    )
    if (alert.text !== '') return [alert]
    const text =
      status === 'up'
        ? tr('It reports again.', '已恢復回報。')
        : tr('No report came in time, or a failure was reported.', '未在時限內回報，或回報了失敗。')
    return [{ ...alert, text }]
  },
}
