import { accept } from './accept.ts'
import type { AcceptDeps } from './accept-deps.ts'
import { actorKey } from './access.ts'
import { admittedWith, refusedHere, worldOf } from './admit.ts'
import { assess } from './assess.ts'
import type { Admission, Question } from './front.ts'
import type { Invocation, Place, Press } from './invocation.ts'
import { type Asked, ASKED, privateQuestion } from './private-ask.ts'
import { keepGiven, type PrivateOption, refOf } from './private.ts'
import { refuse, within } from './press-answers.ts'
import { LATE } from './press-words.ts'
import { reply, text } from './reply.ts'
import { Secret } from './secret.ts'
import { tr } from './text.ts'

/** The answer to a question that a command waits for; without an answer (a followed link), the question once more. */
export async function answerPrivately(
  deps: AcceptDeps,
  request: Press,
): Promise<Admission | Question> {
  const asked = (await within(deps, deps.store.get(ASKED, request.token))) as
    Asked | 'late' | undefined
  if (asked === 'late') return refuse(deps, request, 'store', LATE)
  if (asked === undefined || asked.until <= deps.clock.now())
    return refuse(deps, request, 'expired', OVER)
  if (actorKey(asked.invocation.actor) !== actorKey(request.actor))
    return refuse(deps, request, 'asker', OTHERS)
  const hidden = deps.registry.get(asked.invocation.command)?.command.private
  if (hidden === undefined) return refuse(deps, request, 'unknown', OVER)
  const { token, answer } = request
  if (answer === undefined) return privateQuestion({ token, invocation: asked.invocation, hidden })
  return given(deps, resumed(deps, asked, request), { hidden, value: answer })
}

/**
 * The command goes on where it was asked, answered by what the platform gives for that now; its id follows from the question, so that two
 * answers make one job.
 */
function resumed({ sealer }: AcceptDeps, { invocation }: Asked, request: Press): Invocation {
  const { actor, place, address, at, surface } = request
  const { message: _, ...fresh } = address
  return {
    ...invocation,
    id: `q-${sealer.digest(request.token)}`,
    actor,
    at,
    surface,
    address: isSame(place, invocation.place) ? fresh : invocation.address,
  }
}

const isSame = (one: Place, other: Place): boolean =>
  one.platform === other.platform && one.space === other.space && one.room === other.room

interface Given {
  readonly hidden: PrivateOption<never>
  readonly value: string
}

function given(deps: AcceptDeps, invocation: Invocation, { hidden, value }: Given): Admission {
  const input = { ...invocation.input, [hidden.option]: refOf(deps, invocation) }
  const complete = { ...invocation, input }
  const assessed = assess(worldOf(deps), complete)
  if (!assessed.ok) return refusedHere(deps, complete, assessed)
  const wrong =
    value === ''
      ? tr('You gave nothing.', '沒有輸入任何內容。')
      : hidden.check?.(value, assessed.options as never)
  if (wrong !== undefined)
    return refusedHere(deps, complete, {
      axis: 'input',
      reply: reply.error(wrong, [text(AGAIN)]),
    })
  const secret = new Secret(value)
  return admittedWith(deps, complete, assessed, async (here) => {
    await keepGiven(deps, complete, secret)
    return accept(deps, here, assessed)
  })
}

const AGAIN = tr(
  'Nothing was kept and nothing was changed. Send the command again to be asked anew.',
  '沒有保留任何內容，也未做任何變更。請重新送出指令以再次輸入。',
)
const OVER = tr(
  'This question was answered, cancelled, or its ten minutes are over; nothing was kept. Send the command again.',
  '這個問題已回答、已取消，或已超過十分鐘；沒有保留任何內容。請重新送出指令。',
)
const OTHERS = tr(
  'Only the person who sent the command can answer this.',
  '只有送出指令的人可以回答。',
)
