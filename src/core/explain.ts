import {
  type AccessState,
  actorKey,
  placeKey,
  scopeKey,
  type Subject,
  subjectKey,
} from './access.ts'
import { isGone } from './census.ts'
import type { Confirm } from './command.ts'
import { guardOf } from './guard.ts'
import { decide, type Decision, grantsOf, LIFTS_A_FREEZE, type Question } from './policy.ts'
import { ceilingOf, covers, denies, isHere, isLive, rank, worth } from './reach.ts'
import { axisReason, roleName } from './refusals.ts'
import { secondWords } from './settings-words.ts'
import { join, say, type Text, tr } from './text.ts'

/** One of the things that must all say yes, with what it goes by. */
export interface AxisSeen {
  readonly name: Text
  readonly ok: boolean
  readonly detail: Text
}

/** Every axis of a decision by itself, for people; what counts is what `decide` says. */
export function axesOf(
  state: AccessState,
  question: Question,
  subject: Subject,
): readonly AxisSeen[] {
  const { place, role, now } = question
  const owner = state.owners.includes(actorKey(question.actor))
  const trust = state.trusted.find(
    ({ platform, space }) => platform === place.platform && space === place.space,
  )
  const ceiling = ceilingOf(state, place, now)
  const by = state.ceilings.find(
    (one) => one.role === ceiling && isHere(one.scope, place) && isLive(one.until, now),
  )
  const { risk = 'read' } = question
  return [
    {
      name: tr('Place', '地點'),
      ok: trust !== undefined || (owner && place.private),
      detail: trust
        ? tr(
            `${placeKey(place)}, trusted by ${trust.by}`,
            `${placeKey(place)}，由 ${trust.by} 信任`,
          )
        : placeKey(place),
    },
    thereIs(state, question, subject),
    ...(owner ? [OWNER] : byGrants(state, question)),
    {
      name: tr('Ceiling', '上限'),
      ok: ceiling === undefined || rank(ceiling) >= rank(role),
      detail:
        by === undefined
          ? tr('none', '無')
          : join(' · ', roleName(by.role), scopeKey(by.scope), by.by),
    },
    {
      name: tr('Freeze', '凍結'),
      ok: risk === 'read' || state.freeze === null || question.verb === LIFTS_A_FREEZE,
      detail:
        state.freeze === null
          ? tr('none', '無')
          : question.verb === LIFTS_A_FREEZE
            ? tr('this lifts it', '此指令可解除')
            : RISKS[risk],
    },
    asks(state, question),
  ]
}

/** Where the platform was seen to have them, or the bot, no more: what is given to them counts for nobody until they are back. */
function thereIs(state: AccessState, { place }: Question, subject: Subject): AxisSeen {
  const name = tr('Still there', '仍在')
  if (isGone(state, place)) return { name, ok: false, detail: NOT_HERE.bot }
  const gone = isGone(state, place, subject)
  return gone
    ? { name, ok: false, detail: NOT_HERE[subject.kind] }
    : { name, ok: true, detail: tr('not seen to have gone', '未發現離開') }
}

const NOT_HERE = {
  bot: tr('I was removed from this place', '我已被移出此處'),
  role: tr('the role was deleted', '身分組已刪除'),
  user: tr('they left this place', '此人已離開此處'),
} as const

/** What has to be confirmed, and whose settings ask for more than usual. */
function asks(state: AccessState, question: Question): AxisSeen {
  const decision = decide(state, question)
  const words = confirmWords(question, decision)
  const { by } = guardOf(state, question.place, question.app)
  return {
    name: tr('Then asks', '之後要求'),
    ok: decision.verdict !== 'deny' || decision.axis !== 'second',
    detail: join(
      ' · ',
      words,
      ...by.flatMap(({ on, second }) =>
        second === null
          ? []
          : [join(' ', on, tr('asks for a second person:', '要求第二人：'), secondWords(second))],
      ),
    ),
  }
}

function confirmWords({ confirm }: Question, decision: Decision): Text {
  if (decision.verdict === 'deny' && decision.axis === 'second') return axisReason('second')
  if (decision.verdict !== 'need') return CONFIRMS[confirm]
  return decision.reason === true ? ALONE : CONFIRMS[decision.confirm]
}

const ALONE = tr(
  'the app’s name typed, and a reason: nobody else may approve it',
  '輸入應用程式名稱並說明原因：沒有其他人可以核准',
)

const OWNER: AxisSeen = {
  name: tr('Who', '對象'),
  ok: true,
  detail: tr('owner, by OPS_OWNERS', '擁有者，依據 OPS_OWNERS'),
}

function byGrants(state: AccessState, question: Question): readonly AxisSeen[] {
  const { app, role } = question
  const mine = grantsOf(state, question)
  const given = mine.filter(({ deny }) => !deny)
  const denial = mine.find((grant) => denies(grant, app))
  const onApp = role === 'known' ? given : given.filter((grant) => covers(grant, app))
  const [best] = onApp.toSorted((a, b) => rank(worth(b)) - rank(worth(a)))
  return [
    {
      name: tr('Grants', '授權'),
      ok: given.length > 0,
      detail:
        given.length === 0
          ? tr('none here', '在此沒有')
          : given.map(({ id, subject }) => `${id} (${subjectKey(subject)})`).join(', '),
    },
    {
      name: tr('Denials', '拒絕'),
      ok: denial === undefined,
      detail: denial === undefined ? tr('none', '無') : `${denial.id} (${denial.by})`,
    },
    {
      name: tr('App', '應用程式'),
      ok: onApp.length > 0,
      detail: app ?? tr('no app in particular', '不限應用程式'),
    },
    {
      name: tr('Role', '角色'),
      ok: best !== undefined && rank(worth(best)) >= rank(role),
      detail:
        best === undefined
          ? tr(`needs ${role}`, `需要${say(roleName(role), 'zh-TW')}`)
          : tr(
              `${worth(best)} by ${best.id}${best.elevation ? ', elevated' : ''}, needs ${role}`,
              `${best.id} 給予${say(roleName(worth(best)), 'zh-TW')}${best.elevation ? '（暫時提升）' : ''}，需要${say(roleName(role), 'zh-TW')}`,
            ),
    },
  ]
}

const RISKS = {
  read: tr('reads go on', '查看照常'),
  change: tr('stops changes', '停止變更'),
  dangerous: tr('stops changes', '停止變更'),
} as const
const CONFIRMS: Readonly<Record<Confirm, Text>> = {
  none: tr('nothing', '無'),
  button: tr('a button', '按鈕確認'),
  typed: tr('the app’s name typed', '輸入應用程式名稱'),
  second: tr('a second person', '第二人核准'),
}
