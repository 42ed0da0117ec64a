import { CURES } from '../doctor/cures.ts'
import type { Action } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { isSilenced } from './incident-clock.ts'
import type { Around, Incident } from './incident.ts'

type Now = Pick<Around, 'now' | 'rules'>

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
export function actionsOf(incident: Incident, { now, rules }: Now): readonly Action[] {
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
    timeline,
    ...links,
    isSilenced(incident, now) ? unsilenceButton(incident, { now, rules }) : silenceSelect(id),
  ]
}

function workButtons({ app, machine, alerts }: Incident): readonly Action[] {
  if (app === null) return []
  const where = { app, ...(machine !== null && { machine }) }
  const logs: Action = {
    label: tr('Logs', '紀錄'),
    style: 'neutral',
    intent: { do: 'run', command: 'openclaw logs', input: { ...where, since: '15m' } },
  }
  const fix = alerts.find((one) => one.fix !== null)?.fix
  if (!fix) return [logs]
  const words = fix.command.replace(/^openclaw /, '')
  const label = CURES[words]?.label ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  const input = { app, ...fix.input }
  return [logs, { label, style: 'neutral', intent: { do: 'run', command: fix.command, input } }]
}

const noteButton = (id: string): Action => ({
  ...verb(tr('Note', '備註'), 'neutral', ['note', { id }]),
  ask: { label: tr('What should be remembered?', '要記下什麼？') },
  into: 'text',
})

const unsilenceButton = ({ id, silence }: Incident, { now, rules }: Now): Action => {
  const fresh = silence !== null && now < silence.at + rules.undoMs
  return verb(fresh ? tr('Undo', '復原') : tr('Unsilence', '解除靜音'), 'neutral', [
    'unsilence',
    { id },
  ])
}

const silenceSelect = (id: string): Action => ({
  ...verb(tr('Silence', '靜音'), 'neutral', ['silence', { id }]),
  into: 'for',
  choices: [
    { label: tr('30 min', '30 分鐘'), value: '30m' },
    { label: tr('1 h', '1 小時'), value: '1h' },
    { label: tr('4 h', '4 小時'), value: '4h' },
  ],
})
