import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, digest, timeOf } from './alert-of.ts'
import { fieldsOf, parsed, words } from './lenient.ts'
import type { HookRequest, SourceReceiver } from './receiver.ts'
import { unsigned } from './signature.ts'

const BODY = z.object({
  monitorID: words,
  monitorURL: words,
  monitorFriendlyName: words,
  alertType: words,
  alertTypeFriendlyName: words,
  alertDetails: words,
  alertDuration: words,
  alertDateTime: words,
})

/** It sends its variables as JSON, as a form or behind the address, as its user set it. */
function fields({ body, query }: HookRequest): z.output<typeof BODY> | undefined {
  const json = fieldsOf(BODY, parsed(body))
  const form = json ? [] : new URLSearchParams(body.toString())
  return fieldsOf(BODY, {
    ...Object.fromEntries(new URLSearchParams(query)),
    ...Object.fromEntries(form),
    ...json,
  })
}

const kindOf = (type: string | undefined, name: string | undefined) => {
  if (type === '1' || (type === undefined && /^down$/i.test(name ?? ''))) return 'down'
  if (type === '2' || (type === undefined && /^up$/i.test(name ?? ''))) return 'up'
  return type === '3' || /ssl|domain/i.test(name ?? '') ? 'ssl' : undefined
}

export const uptimerobot: SourceReceiver = {
  verify: unsigned,
  read(request) {
    const told = fields(request)
    const kind = kindOf(told?.alertType, told?.alertTypeFriendlyName)
    const id = told?.monitorID ?? told?.monitorURL ?? told?.monitorFriendlyName
    if (told === undefined || kind === undefined || id === undefined) return []
    const name = /^\d+$/.test(id) ? id : digest(id)
    return [
      alertOf(
        {
          source: 'uptimerobot',
          id: kind === 'ssl' ? `${name}:ssl` : name,
          over: kind === 'up',
          severity: kind === 'ssl' ? 'warning' : 'critical',
          title: told.monitorFriendlyName ?? id,
          text: told.alertDetails ?? told.alertTypeFriendlyName,
          evidence: [
            [tr('Address', '位址'), told.monitorURL],
            [tr('Lasted, in s', '持續（秒）'), told.alertDuration],
          ],
          rule: told.alertTypeFriendlyName,
          links: [[tr('Monitored', '監控對象'), told.monitorURL]],
          at: timeOf(told.alertDateTime),
          down: kind === 'down',
        },
        request.at,
      ),
    ]
  },
}
