import type { ChatContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { type Reply, reply, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import { drillAlert, scenarioOf } from './drill-play.ts'
import { recordingOf, type Scenario } from './drill-recordings.ts'
import { drilled } from './incident-card.ts'
import { byOf, findIncident, oncallOf } from './incident-find.ts'
import type { Incident } from './incident.ts'

interface Given {
  readonly scenario?: Scenario | undefined
  readonly page?: boolean | undefined
  readonly id?: string | undefined
}

/** What came of it: a drill that has begun, or the cure of one. */
export type Drilled =
  | { readonly begun: Incident; readonly scenario: Scenario; readonly page: boolean }
  | { readonly cured: Incident; readonly outcome: 'begun' | 'again' | 'over' }

/** Begins a recorded incident in this place, or, with an id, the cure of one that goes on. Nothing of it reaches Fly. */
export async function drill(context: ChatContext, given: Given): Promise<Drilled> {
  if (given.id !== undefined) return cure(context, given.id)
  const { place, clock } = context
  const { scenario = 'oom', page = false } = given
  const now = clock.now()
  const here = { platform: place.platform, space: place.space, room: place.room ?? null }
  const group = `drill:${scenario}:${here.platform}.${here.space}.${now}`
  const alert = drillAlert(scenario, { group, since: now, calls: page })
  return { begun: await oncallOf(context).open(alert, here), scenario, page }
}

/** What the question says besides its options. */
export function drillNote({ id, page }: Given): Text {
  const safe = tr('No real app is touched.', '不會動到真正的應用程式。')
  if (id !== undefined) return join(' ', tr('Begins the simulated cure.', '開始模擬處理。'), safe)
  const paged = tr('Whoever is on call is paged, marked as a drill.', '會以演練名義呼叫值班人員。')
  return join(' ', safe, page === true ? paged : tr('Nobody is paged.', '不會呼叫任何人。'))
}

async function cure(context: ChatContext, id: string): Promise<Drilled> {
  const before = await findIncident(context, id, 'responder')
  if (scenarioOf(before) === undefined) throw noDrill(before.id)
  if (before.state === 'resolved') return { cured: before, outcome: 'over' }
  const after = await oncallOf(context).act(before.id, { do: 'cure', by: byOf(context) })
  return { cured: after ?? before, outcome: before.drill ? 'again' : 'begun' }
}

const noDrill = (id: string): OpsError =>
  new OpsError('bad_input', tr(`${id} is no drill.`, `${id} 不是演練。`), {
    hint: tr(
      'Cure it with the buttons of its card; /oncall drill begins a drill.',
      '請使用其卡片上的按鈕處理；/oncall drill 可開始演練。',
    ),
  })

export function drillReply(result: Drilled): Reply {
  if ('cured' in result) return curedReply(result.cured, result.outcome)
  const { begun, scenario, page } = result
  const who: Text = page
    ? tr(
        'Whoever is on call is paged, and told that it is a drill.',
        '會呼叫值班人員，並註明這是演練。',
      )
    : tr('Nobody is paged; page=true does that, too.', '不會呼叫任何人；page=true 才會。')
  return reply.ok(join(' ', ...drilled(begun), tr(`${begun.id} has begun`, `${begun.id} 已開始`)), [
    text(
      tr(
        `A recorded incident (${scenario}) against a simulated deployment. No real app is touched. Acknowledge it, find the cause, press the cure on its card; then the card says how long each took.`,
        `對模擬部署重播的事件（${scenario}），不會動到真正的應用程式。請確認、找出原因，並按下卡片上的處理按鈕；之後卡片會顯示各花了多久。`,
      ),
    ),
    text(who),
  ])
}

function curedReply(incident: Incident, outcome: 'begun' | 'again' | 'over'): Reply {
  const scenario = scenarioOf(incident)
  const mark = drilled(incident)
  if (outcome === 'over')
    return reply.info(join(' ', ...mark, tr('The drill is over already', '演練已經結束')))
  const what = scenario === undefined ? '' : recordingOf(scenario).cure.what
  const title =
    outcome === 'begun'
      ? tr('The simulated cure has begun', '模擬處理已開始')
      : tr('The simulated cure is under way already', '模擬處理已在進行')
  return reply.ok(join(' ', ...mark, title), [text(join(' · ', incident.id, what))])
}
