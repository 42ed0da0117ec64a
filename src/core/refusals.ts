import { actorKey, placeKey } from './access.ts'
import { OpsError } from './errors.ts'
import type { Actor, Place } from './invocation.ts'
import type { Axis, Decision, Question } from './policy.ts'
import { type Block, code, fields, type Reply, reply, text } from './reply.ts'
import type { Role } from './command.ts'
import { type Text, tr } from './text.ts'

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
}

type Denied = Extract<Decision, { verdict: 'deny' }>

/** Why not, which of the things that must match did not, and what someone else can do about it. */
export function refusal({ axis, role }: Denied, question: Question): Reply {
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
    default:
      return axis satisfies never
  }
}

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
  return reply.error(error.text, [
    ...(error.hint === undefined ? [] : [text(error.hint)]),
    ...(error.reference === undefined
      ? []
      : [fields([tr('Reference', '參考編號'), error.reference])]),
  ])
}
