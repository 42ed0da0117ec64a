import { assess, type Assessed } from '../assess.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { deskOf } from '../oncall/desk.ts'
import { createReadWords } from '../parse-line.ts'
import { type Text, tr } from '../text.ts'
import type { RuleCommand } from './rule-settings.ts'

/** Whether one yes is enough for it: what takes more than a button takes people each time. */
export const mayAlone = ({ decision, entry }: Assessed): boolean =>
  entry.command.where === 'worker' &&
  entry.command.kind === 'change' &&
  entry.path.startsWith('openclaw ') &&
  (decision.verdict === 'allow' || decision.confirm === 'button')

/** Reads the command as if the asker had typed it for the app at hand, and sees that a rule may run it in their name. */
export async function lineOf(
  context: WorkContext,
  rule: string,
  typed: string,
): Promise<Pick<RuleCommand, 'line' | 'command' | 'input'>> {
  const { registry, access } = deskOf(context)
  const line = typed.trim().replace(/^\//, '')
  const read = createReadWords(registry)(line)
  if ('problem' in read) throw bad(read.problem)
  if (read.input['app'] !== undefined) throw bad(NO_APP)
  const { command, input } = read
  const { apps, clock, place } = context
  const actor = { ...context.actor, roles: [] }
  const assessed = assess(
    { registry, apps, state: await access.fresh(), now: clock.now() },
    { ...ASKED, id: `rule:${rule}`, command, input, actor, place },
  )
  if (!assessed.ok) throw new OpsError('forbidden', assessed.reply.title, { hint: BY_NAME })
  if (!mayAlone(assessed)) throw new OpsError('forbidden', notAlone(command))
  return { line, command, input }
}

const ASKED = {
  surface: 'text',
  locale: 'en',
  at: 0,
  address: { platform: 'console', chat: '', user: '', private: true },
} as const
const NO_APP = tr(
  'Leave out the app: the command runs on the app that the trouble is about.',
  '請不要寫 app：指令會在發生問題的應用程式上執行。',
)
const BY_NAME = tr(
  'A rule runs in your name: it needs what you may do by a role of your own, not by a Discord role.',
  '規則以你的名義執行：需要直接授予你本人的角色，而非透過 Discord 身分組取得的角色。',
)
const notAlone = (command: string): Text =>
  tr(
    `/${command} is nothing that a rule may run: only changes under /openclaw that one press of Confirm starts.`,
    `/${command} 不能由規則執行：僅限 /openclaw 之下、按一次「確認」即可開始的變更。`,
  )

const bad = (text: Text): OpsError => new OpsError('bad_input', text)
