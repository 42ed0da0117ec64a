import { accept } from './accept.ts'
import type { AcceptDeps } from './accept-deps.ts'
import { actorKey } from './access.ts'
import { admittedWith, refusedHere, worldOf } from './admit.ts'
import { assess } from './assess.ts'
import type { Admission, Question } from './front.ts'
import type { GivenFile, Invocation, Place, Press } from './invocation.ts'
import { type Asked, ASKED, privateQuestion } from './private-ask.ts'
import { readGiven, wrongSize } from './private-file.ts'
import { keepGiven, type PrivateOption, refOf } from './private.ts'
import { refuse, within } from './press-answers.ts'
import { LATE } from './press-words.ts'
import { reply, text } from './reply.ts'
import { Secret } from './secret.ts'
import { type Text, tr } from './text.ts'

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
  const { token, answer, file } = request
  if (answer === undefined && file === undefined)
    return privateQuestion({ token, invocation: asked.invocation, hidden })
  return given(deps, resumed(deps, asked, request), { hidden, value: answer ?? '', file })
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
  readonly file: GivenFile | undefined
}

function given(
  deps: AcceptDeps,
  invocation: Invocation,
  { hidden, value, file }: Given,
): Admission {
  const input = { ...invocation.input, [hidden.option]: refOf(deps, invocation) }
  const complete = { ...invocation, input }
  const assessed = assess(worldOf(deps), complete)
  if (!assessed.ok) return refusedHere(deps, complete, assessed)
  const wrongWith = (words: string) =>
    words === '' ? NOTHING : hidden.check?.(words, assessed.options as never)
  const refusedFor = (wrong: Text) =>
    refusedHere(deps, complete, { axis: 'input', reply: no(wrong) })
  const early = file === undefined ? wrongWith(value) : value === '' ? wrongSize(file) : BOTH
  if (early !== undefined) return refusedFor(early)
  return admittedWith(deps, complete, assessed, async (here) => {
    // Behind the acknowledgement: what is fetched may take longer than a platform waits.
    const read = file === undefined ? { value } : await readGiven(file, deps.log)
    const late = 'problem' in read ? read.problem : file && wrongWith(read.value)
    if (late !== undefined) return { kind: 'notice', reply: refusedFor(late).reply }
    await keepGiven(deps, complete, new Secret('value' in read ? read.value : ''))
    return accept(deps, here, assessed)
  })
}

const no = (wrong: Text) => reply.error(wrong, [text(AGAIN)])

const NOTHING = tr('You gave nothing.', '沒有輸入任何內容。')
const BOTH = tr(
  'You gave a value and a file: give one of the two.',
  '你同時提供了值與檔案：請只提供其中之一。',
)
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
