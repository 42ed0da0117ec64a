import { actorKey, type Freeze, placeKey } from './access.ts'
import { OpsError } from './errors.ts'
import type { Actor, Place } from './invocation.ts'
import type { Axis, Decision, Question } from './policy.ts'
import { type Block, code, fields, type Reply, reply, text } from './reply.ts'
import type { Role } from './command.ts'
import { type Text, tr, utc } from './text.ts'

/** The name of a role as people read it. */
export const roleName = (role: Role): Text => ROLE_NAMES[role]
const ROLE_NAMES: Readonly<Record<Role, Text>> = {
  known: tr('known', '已知成員'),
  viewer: tr('viewer', '檢視者'),
  responder: tr('responder', '應變人員'),
  operator: tr('operator', '操作員'),
  admin: tr('admin', '管理員'),
  owner: tr('owner', '擁有者'),
}

/** Why not, in a few words: for lists. */
export const axisReason = (axis: Axis): Text => AXES[axis]
const AXES: Readonly<Record<Axis, Text>> = {
  store: tr('the grants cannot be read', '無法讀取授權'),
  place: tr('this place is not trusted', '此處未受信任'),
  subject: tr('no grant here', '在此沒有任何授權'),
  denied: tr('a denial wins', '有明確的拒絕'),
  app: tr('the grants do not cover the app', '授權不包含此應用程式'),
  role: tr('the role is too low', '角色不足'),
  ceiling: tr('the ceiling of this place', '此處的權限上限'),
  frozen: tr('everything is frozen', '目前已凍結'),
  second: tr('nobody else here may approve it', '此處沒有其他人可以核准'),
}

type Denied = Extract<Decision, { verdict: 'deny' }>

/** Why not, which of the things that must match did not, and what someone else can do about it. */
export function refusal({ axis, role, freeze }: Denied, question: Question): Reply {
  const { actor, place, role: needed } = question
  const id = actorKey(actor)
  switch (axis) {
    case 'store':
      return reply.error(tr('Not now', '暫時無法處理'), [
        text(
          tr(
            'The record of who may do what cannot be read, so nothing is allowed. Try again in a minute.',
            '目前讀不到權限紀錄，因此一律不允許。請一分鐘後再試。',
          ),
        ),
      ])
    case 'place':
      return reply.error(tr('This place is not trusted', '此處尚未受信任'), [
        text(
          tr(
            'I do nothing here until an owner allows it. An owner can type this here:',
            '在擁有者允許之前，我在這裡不會做任何事。擁有者可以在此輸入：',
          ),
        ),
        code('/ops access trust'),
        fields([tr('Place', '地點'), placeKey(place)], [tr('You', '你'), id]),
      ])
    case 'subject':
      return denied(tr('You have no role here.', '你在這裡沒有角色。'), ask(actor, place, needed))
    case 'app':
      return denied(
        tr(
          `Your role here does not cover ${question.app}.`,
          `你在這裡的角色不包含 ${question.app}。`,
        ),
        ask(actor, place, needed),
      )
    case 'denied':
      return denied(tr('An admin has denied you this here.', '管理員已在此拒絕你使用。'), [
        fields([tr('You', '你'), id]),
      ])
    case 'role':
      return denied(
        tr(
          `This needs the role ${needed}; you are ${role}.`,
          `這需要 ${word(needed)} 角色；你是 ${word(role ?? 'known')}。`,
        ),
        ask(actor, place, needed),
      )
    case 'ceiling':
      return denied(
        tr(
          `Nobody may do more than ${role} here, owners neither; this needs ${needed}.`,
          `在此處任何人（包含擁有者）最多只能是${word(role ?? 'known')}；這需要${word(needed)}。`,
        ),
        [
          text(tr('Ask in another place, or see the ceilings:', '請在其他地點提出，或查看上限：')),
          code('/ops access list'),
          fields([tr('Place', '地點'), placeKey(place)]),
        ],
      )
    case 'frozen':
      return reply.error(tr('Everything is frozen', '目前已凍結'), [
        text(
          tr(
            'Nothing is changed anywhere until it is lifted; looking and answering alerts go on.',
            '解除之前不會變更任何東西；查看與回應警報照常。',
          ),
        ),
        ...(freeze ? [frozenBy(freeze)] : []),
        text(tr('An admin lifts it, and another approves:', '由管理員解除，並由另一人核准：')),
        code('/ops unfreeze'),
      ])
    case 'second':
      return denied(
        tr(
          'A second person has to approve this, and nobody here may.',
          '這須由第二人核准，但此處沒有人有此權限。',
        ),
        [text(tr('Ask where an admin is.', '請在有管理員的地方提出。'))],
      )
    default:
      return axis satisfies never
  }
}

/** Who stopped everything, when and why. */
export const frozenBy = ({ by, name, at, reason }: Freeze): Block =>
  fields(
    [tr('Frozen by', '凍結者'), `${name} (${by})`],
    [tr('Since', '自'), utc(at)],
    [tr('Why', '原因'), reason ?? undefined],
  )

const word = (role: Role): string => {
  const name = ROLE_NAMES[role]
  return typeof name === 'string' ? name : name['zh-TW']
}
const denied = (why: Text, blocks: readonly Block[]): Reply =>
  reply.error(tr('You may not do this', '你不能這樣做'), [text(why), ...blocks])

const ask = (actor: Actor, place: Place, needed: Role): readonly Block[] => [
  ...(needed === 'owner'
    ? [text(tr('Owners come from OPS_OWNERS only.', '擁有者只能由 OPS_OWNERS 設定。'))]
    : [
        text(tr('An admin of this place can type:', '此處的管理員可以輸入：')),
        code(`/ops access allow ${actorKey(actor)} ${needed === 'known' ? 'viewer' : needed}`),
      ]),
  fields([tr('You', '你'), actorKey(actor)], [tr('Place', '地點'), placeKey(place)]),
]

/** A failure as people see it: what happened, what to do, what to search for. Never the words of an unexpected error. */
export function failureReply(error: unknown, reference: string): Reply {
  if (!(error instanceof OpsError))
    return reply.error(tr('Something went wrong inside me', '我的內部發生錯誤'), [
      text(
        tr(
          `This is a fault of the bot. The log has it under ${reference}.`,
          `這是機器人本身的錯誤，紀錄中的編號為 ${reference}。`,
        ),
      ),
    ])
  const { text: what, hint, reference: number, next } = error
  const blocks = [
    ...(hint === undefined ? [] : [text(hint)]),
    ...(number === undefined ? [] : [fields([tr('Reference', '參考編號'), number])]),
  ]
  return reply.error(what, blocks, next.length === 0 ? {} : { actions: next })
}
