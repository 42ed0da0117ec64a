import { CURES } from '../doctor/cures.ts'
import type { Action } from '../reply.ts'
import { type Locale, say, type Text, tr } from '../text.ts'
import { recordingOf } from './drill-recordings.ts'
import { scenarioOf } from './drill-play.ts'
import { isSilenced } from './incident-clock.ts'
import type { Around, Incident } from './incident.ts'
import { isPretended } from './pretended.ts'

/** `locale`: of the place, for words that a press carries on. */
type Now = Pick<Around, 'now' | 'rules'> & { readonly locale?: Locale }

/** A press of a button of `/oncall`, about this incident. */
const verb = (
  label: Text,
  style: Action['style'],
  [command, input]: readonly [string, object],
): Action => ({
  label,
  style,
  intent: { do: 'run', command: `oncall ${command}`, input: { ...input } },
})

/** What can be done from the card; each press is decided about as if its command had been typed. */
export function actionsOf(incident: Incident, around: Now): readonly Action[] {
  const { id, state, alerts } = incident
  const links = (alerts[0]?.links ?? []).map(({ label, url }): Action => ({
    label,
    url,
    style: 'neutral',
  }))
  const timeline = verb(tr('Timeline', '時間軸'), 'neutral', ['alerts', { id }])
  if (state === 'resolved') return [noteButton(id), timeline, ...links]
  const owned =
    state === 'acknowledged'
      ? verb(tr('Unacknowledge', '取消確認'), 'neutral', ['ack', { id, scope: 'off' }])
      : verb(tr('Acknowledge', '確認'), 'primary', ['ack', { id }])
  return [
    owned,
    verb(tr('Resolve', '解決'), 'success', ['resolve', { id }]),
    ...workButtons(incident),
    noteButton(id),
    timeline,
    ...links,
    ...quietButtons(incident, around),
    ...pageSelect(incident, around),
  ]
}

function workButtons(incident: Incident): readonly Action[] {
  const { app, machine, alerts } = incident
  if (app === null) return cureButton(incident)
  const where = { app, ...(machine !== null && { machine }) }
  const run = (label: Text, command: string, input: object): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command, input: { ...where, ...input } },
  })
  const logs = run(tr('Logs', '紀錄'), 'openclaw logs', { since: '15m' })
  const restart = run(tr('Restart', '重新啟動'), RESTART, {})
  const fix = alerts.find((one) => one.fix !== null)?.fix
  if (!fix) return [logs, restart]
  const words = fix.command.replace(/^openclaw /, '')
  const label = CURES[words]?.label ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  const input = { app, ...fix.input }
  const cure: Action = {
    label,
    style: 'neutral',
    intent: { do: 'run', command: fix.command, input },
  }
  return fix.command === RESTART ? [logs, cure] : [logs, cure, restart]
}
const RESTART = 'openclaw restart'

/** Of a drill: what the recording was cured with. */
function cureButton(incident: Incident): readonly Action[] {
  const scenario = scenarioOf(incident)
  if (scenario === undefined || incident.drill) return []
  const { label } = recordingOf(scenario).cure
  return [verb(label, 'neutral', ['drill', { scenario, id: incident.id }])]
}

const noteButton = (id: string): Action => ({
  ...verb(tr('Note', '備註'), 'neutral', ['note', { id }]),
  ask: { label: tr('What should be remembered?', '要記下什麼？') },
  into: 'text',
})

/** After a silence nothing but the way back. */
function quietButtons(incident: Incident, { now, rules }: Now): readonly Action[] {
  const { id, silence } = incident
  if (!isSilenced(incident, now)) return [silenceUntil(id), silenceSelect(id)]
  const fresh = silence !== null && now < silence.at + rules.undoMs
  return [
    verb(fresh ? tr('Undo', '復原') : tr('Unsilence', '解除靜音'), 'neutral', [
      'unsilence',
      { id },
    ]),
  ]
}

const silenceUntil = (id: string): Action => ({
  ...verb(tr('Silence until…', '靜音至…'), 'neutral', ['silence', { id }]),
  ask: { label: tr('Until when, or how long?', '到何時，或多久？'), placeholder: '17:30, 2h' },
  into: 'for',
})

const silenceSelect = (id: string): Action => ({
  ...verb(tr('Silence', '靜音'), 'neutral', ['silence', { id }]),
  into: 'for',
  choices: [
    { label: tr('30 min', '30 分鐘'), value: '30m' },
    { label: tr('1 h', '1 小時'), value: '1h' },
    { label: tr('4 h', '4 小時'), value: '4h' },
  ],
})

/** Calls one more person; a drill calls nobody by a button. */
function pageSelect(incident: Incident, { locale = 'en' }: Now): readonly Action[] {
  const { id, title, responders = [] } = incident
  if (responders.length === 0 || isPretended(incident)) return []
  return [
    {
      ...verb(tr('Page', '呼叫'), 'neutral', ['page', { text: `${id} ${say(title, locale)}` }]),
      into: 'people',
      choices: responders.map(({ key, name }) => ({ label: name, value: key })),
    },
  ]
}
