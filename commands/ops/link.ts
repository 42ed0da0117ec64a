import { z } from 'zod'
import { actorKey, isSamePerson } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { option } from '#core/options.ts'
import { code as codeBlock, reply, text } from '#core/reply.ts'
import { tr } from '#core/text.ts'
import { readWho } from '#core/who.ts'

/** Done when: the store knows the two accounts as one person, or no longer does. */
export default defineCommand({
  name: 'access link',
  description: tr(
    'Show that your accounts on both platforms are one person',
    '表明你在兩個平台的帳號屬於同一人',
  ),
  examples: [
    'access link',
    'access link code=7K3M-9QAB-C2DE-F4GH',
    'access link code=off who=telegram:42',
  ],
  options: z.object({
    code: z
      .string()
      .max(40)
      .optional()
      .meta({
        about: tr(
          'The code shown on the other platform; off to unlink',
          '另一平台顯示的代碼；off 解除',
        ),
      }),
    who: option.who().optional(),
  }),
  // Two accounts of one person count twice again once they are unlinked, so that is for somebody else to do.
  role: ({ code }) => (code === 'off' ? 'admin' : 'known'),
  // Who was one person is two again: no time for that while all is stopped.
  risk: ({ code }) => (code === 'off' ? 'change' : 'read'),
  audience: 'author',
  where: 'chat',

  async run(context, { who, code }) {
    const { actor, access } = context
    const me = actorKey(actor)
    if (actor.platform === 'console') throw NO_CONSOLE()
    if (code === 'off') return unlink(context, who)
    if (code !== undefined) return enter(context, code)
    return { kind: 'code' as const, me, code: await access.makeCode({ for: 'link', by: me }) }
  },

  render: (result) => {
    if (result.kind === 'code')
      return reply.info(tr('Type this on the other platform', '請在另一個平台輸入'), [
        codeBlock(`/ops access link code=${result.code}`),
        text(
          tr(
            'Good once, for ten minutes. Linked accounts count as one person where a second one is needed; roles stay apart.',
            '僅能使用一次，十分鐘內有效。需要第二人時，相連的帳號視為同一人；角色各自獨立。',
          ),
        ),
      ])
    const [a, b] = result.accounts
    if (result.kind === 'linked')
      return reply.ok(tr(`${a} and ${b} are one person`, `${a} 與 ${b} 是同一人`))
    return reply[b === 'none' ? 'info' : 'ok'](
      b === 'none'
        ? tr(`${a} was not linked`, `${a} 原本就未相連`)
        : tr(`${a} stands alone again`, `${a} 已解除相連`),
    )
  },
})

async function enter({ actor, access }: ChatContext, code: string) {
  const me = actorKey(actor)
  const use = await access.useCode(code, 'link')
  const isOwn = use?.by.startsWith(`${actor.platform}:`) === true
  if (use === undefined || isOwn) throw BAD_CODE()
  const { links } = await access.fresh()
  const taken = links.find(({ accounts }) => accounts.includes(me) || accounts.includes(use.by))
  if (taken && !isSamePerson({ links }, me, use.by)) throw TAKEN()
  const accounts = [use.by, me] as const
  await access.link(accounts)
  return { kind: 'linked' as const, accounts }
}

async function unlink({ actor, access, may }: ChatContext, typed: string | undefined) {
  const me = actorKey(actor)
  const subject = typed === undefined ? undefined : readWho(typed)
  const whom = subject?.kind === 'user' ? actorKey(subject) : me
  const state = await access.fresh()
  if (isSamePerson(state, whom, me) && !may('owner', null)) throw NOT_SELF()
  const was = await access.unlink(whom)
  return { kind: 'unlinked' as const, accounts: [whom, was ? 'gone' : 'none'] as const }
}

const BAD_CODE = (): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      'That is no code of the other platform, or it is used up or older than ten minutes.',
      '這不是另一個平台的代碼，或已使用、已超過十分鐘。',
    ),
    {
      hint: tr('Get a new one there: /ops access link', '請在另一個平台重新取得：/ops access link'),
    },
  )
const TAKEN = (): OpsError =>
  new OpsError(
    'conflict',
    tr('One of the two is linked to another account.', '其中一個帳號已與其他帳號相連。'),
    {
      hint: tr(
        'Another admin unlinks it first: /ops access link code=off who=…',
        '請由另一位管理員先解除：/ops access link code=off who=…',
      ),
    },
  )
const NOT_SELF = (): OpsError =>
  new OpsError('forbidden', tr('Another admin has to unlink you.', '須由另一位管理員為你解除。'), {
    hint: tr(
      'Two accounts of one person would count as two people again.',
      '否則同一人的兩個帳號又會被視為兩個人。',
    ),
  })
const NO_CONSOLE = (): OpsError =>
  new OpsError('conflict', tr('The console is nobody’s account.', '主控台不是任何人的帳號。'), {
    hint: tr('Link from Discord or Telegram.', '請從 Discord 或 Telegram 進行。'),
  })
