import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, timeOf } from './alert-of.ts'
import { fieldsOf, parsed, part, words } from './lenient.ts'
import type { SourceReceiver } from './receiver.ts'
import { unsigned } from './signature.ts'
import { testAlert } from './test-alert.ts'

const BODY = z.object({
  msg: words,
  heartbeat: part({
    monitorID: words,
    status: words,
    time: words,
    msg: words,
    ping: words,
    duration: words,
    retries: words,
  }),
  monitor: part({ id: words, name: words, url: words, hostname: words, type: words }),
})

const DOWN = '0'
const UP = '1'

/** Pending and maintenance are no news to anybody. */
export const uptimeKuma: SourceReceiver = {
  verify: unsigned,
  read(request) {
    const body = fieldsOf(BODY, parsed(request.body))
    if (body === undefined) return []
    const { heartbeat, monitor, msg } = body
    if (heartbeat === undefined && monitor === undefined)
      return msg === undefined ? [] : [testAlert('uptime-kuma', msg, request.at)]
    const id = heartbeat?.monitorID ?? monitor?.id
    if (id === undefined || (heartbeat?.status !== DOWN && heartbeat?.status !== UP)) return []
    const told = {
      source: 'uptime-kuma',
      id,
      over: heartbeat.status === UP,
      severity: 'critical',
      title: monitor?.name ?? msg ?? id,
      text: heartbeat.msg ?? msg,
      evidence: [
        [tr('Address', '位址'), monitor?.url ?? monitor?.hostname],
        [tr('Retries', '重試次數'), heartbeat.retries],
        [tr('Ping in ms', '延遲（毫秒）'), heartbeat.ping],
      ],
      rule: monitor?.type,
      links: [[tr('Monitored', '監控對象'), monitor?.url]],
      at: timeOf(utcOf(heartbeat.time)),
      down: true,
    } as const
    return [alertOf(told, request.at)]
  },
}

/** `2026-11-22 12:00:00.123` is UTC there. */
const utcOf = (time: string | undefined): string | undefined =>
  time?.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/, '$1T$2Z')
