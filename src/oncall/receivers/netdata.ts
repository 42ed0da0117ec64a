import { z } from 'zod'
import { tr } from '../../core/text.ts'
import { alertOf, digest, severityOf, timeOf, type Told } from './alert-of.ts'
import { fieldsOf, parsed, part, words } from './lenient.ts'
import type { SourceReceiver } from './receiver.ts'
import { unsigned } from './signature.ts'

const BODY = z.object({
  message: words,
  alert: words,
  info: words,
  chart: words,
  context: words,
  space: words,
  family: words,
  class: words,
  severity: words,
  date: words,
  alert_url: words,
  host: words,
  node: words,
  url: words,
  status: part({ reachable: z.boolean().optional().catch(undefined), text: words }),
})
type Body = z.output<typeof BODY>

/** Alerts of Netdata Cloud, and whether a node can be reached. */
export const netdata: SourceReceiver = {
  verify: unsigned,
  read(request) {
    const body = fieldsOf(BODY, parsed(request.body))
    const told = body && (reachability(body) ?? chartAlert(body))
    return told ? [alertOf(told, request.at)] : []
  },
}

function reachability({ host, status, severity, message, url }: Body): Told | undefined {
  if (host === undefined || status?.reachable === undefined) return undefined
  return {
    source: 'netdata',
    id: `host:${host}`,
    over: status.reachable,
    severity: severityOf(severity === 'clear' ? undefined : severity, 'critical'),
    title: message ?? host,
    text: status.text,
    evidence: [[tr('Node', '節點'), host]],
    rule: 'reachability',
    links: [['Netdata', url]],
    down: true,
  }
}

function chartAlert(body: Body): Told | undefined {
  const { alert, chart, context, message, severity, space } = body
  if (alert === undefined || severity === undefined) return undefined
  const node = body.node ?? body.host
  return {
    source: 'netdata',
    id: digest(alert, node ?? '', chart ?? context ?? '', space ?? ''),
    group: digest(node ?? space ?? '', alert),
    over: severity.toLowerCase() === 'clear',
    severity: severityOf(severity),
    title: message ?? alert,
    text: body.info,
    evidence: [
      [tr('Node', '節點'), node],
      [tr('Chart', '圖表'), chart],
      [tr('Class', '類別'), body.class],
      [tr('Family', '群組'), body.family],
    ],
    rule: alert,
    links: [['Netdata', body.alert_url]],
    at: timeOf(body.date),
  }
}
