import { z } from 'zod'
import type { Alert } from '../../core/oncall/alert.ts'
import { tr } from '../../core/text.ts'
import {
  alertOf,
  ALERTS_MAX,
  appName,
  digest,
  isMachine,
  severityOf,
  timeOf,
  type Told,
} from './alert-of.ts'
import {
  fieldsOf,
  labelled,
  labels,
  type Labels,
  labelsOf,
  list,
  parsed,
  words,
} from './lenient.ts'
import type { HookRequest, SourceReceiver } from './receiver.ts'
import { unsigned } from './signature.ts'

/** Version 4, with what Grafana adds. */
const BODY = z.object({
  groupKey: words,
  receiver: words,
  externalURL: words,
  truncatedAlerts: words,
  alerts: list,
})
const ALERT = z.object({
  status: words,
  labels,
  annotations: labels,
  startsAt: words,
  generatorURL: words,
  fingerprint: words,
  valueString: words,
  dashboardURL: words,
  panelURL: words,
  silenceURL: words,
})
type Fields = z.output<typeof ALERT>
type Body = z.output<typeof BODY>

/** Said apart already, or by other words. */
const KNOWN = new Set(['alertname', 'severity', 'app', 'fly_app', '__alert_rule_uid__'])

/** Alerts in Alertmanager’s shape, which Grafana shares. */
export function readGroup(source: 'alertmanager' | 'grafana', request: HookRequest): Alert[] {
  const body = fieldsOf(BODY, parsed(request.body))
  if (body === undefined) return []
  const alerts = body.alerts.slice(0, ALERTS_MAX).flatMap((one) => {
    const fields = fieldsOf(ALERT, one)
    return fields ? [alertOf(toldBy(source, body, fields), request.at)] : []
  })
  return [...alerts, ...leftOut(source, body, request.at)]
}

function toldBy(source: Told['source'], body: Body, fields: Fields): Told {
  const { labels: all, annotations, startsAt } = fields
  const name = labelled(all, 'alertname') ?? labelled(annotations, 'title', 'summary')
  const started = timeOf(startsAt)
  const over = fields.status === 'resolved'
  const id = fields.fingerprint ?? digest(...all.flat().toSorted())
  return {
    source,
    id,
    group: body.groupKey,
    over,
    severity: severityOf(labelled(all, 'severity', 'priority', 'level')),
    app: appName(labelled(all, 'fly_app', 'app')),
    // `instance` is an address with most exporters, and the machine's id in Fly's own metrics.
    machine: labelsOf(all, 'fly_machine_id', 'machine', 'instance').find(isMachine),
    title: name ?? '',
    text: labelled(annotations, 'summary', 'description', 'message') ?? fields.valueString,
    evidence: evidenceOf(all, fields),
    rule: name,
    links: [
      [tr('Runbook', '處理手冊'), labelled(annotations, 'runbook_url')],
      [tr('Panel', '面板'), fields.panelURL ?? fields.dashboardURL],
      [tr('Rule', '規則'), fields.generatorURL],
      [tr('Silence there', '在來源處靜音'), fields.silenceURL],
      [source === 'grafana' ? 'Grafana' : 'Alertmanager', body.externalURL],
    ],
    since: started,
    // When it was told, not when it began: told again means that it was looked at again and still lasts.
  }
}

const evidenceOf = (all: Labels, { valueString }: Fields): NonNullable<Told['evidence']> => [
  [tr('Value', '數值'), valueString],
  ...all.filter(([name]) => !KNOWN.has(name)),
]

/** Nobody may believe that the list is whole when it is not. */
function leftOut(source: Told['source'], body: Body, at: number): Alert[] {
  const there = Number(body.truncatedAlerts ?? 0)
  const here = Math.max(0, body.alerts.length - ALERTS_MAX)
  const missing = (there > 0 ? Math.floor(there) : 0) + here
  if (missing === 0 || !Number.isSafeInteger(missing)) return []
  const group = body.groupKey ?? source
  const told: Told = {
    source,
    id: digest('left out', group),
    group,
    over: false,
    severity: 'warning',
    title: '',
  }
  return [
    {
      ...alertOf(told, at),
      rule: 'left-out',
      title: tr(`${missing} more alerts were left out`, `另有 ${missing} 則警示未附上`),
      text: tr(
        'The source or the limit of one delivery cut the list. Look at the source for the rest.',
        '來源或單次傳送的上限截斷了清單。其餘請至來源查看。',
      ),
    },
  ]
}

export const alertmanager: SourceReceiver = {
  verify: unsigned,
  read: (request) => readGroup('alertmanager', request),
}
