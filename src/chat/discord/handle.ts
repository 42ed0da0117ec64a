import {
  type APIInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandType,
  InteractionType,
} from 'discord-api-types/v10'
import type { Admission, Admitted, Front, Question, Refused } from '../../core/front.ts'
import type { Invocation, Press } from '../../core/invocation.ts'
import { type Chat, ChatError, type Clock, type Log, type Metrics } from '../../core/ports.ts'
import type { SaidReply } from '../../core/reply.ts'
import type { Call } from './call.ts'
import type { CommandInteraction } from './command-options.ts'
import { complete } from './complete.ts'
import { renderModal } from './components.ts'
import { type ReadOptions, readLocale, toInvocation, toPress } from './invocation.ts'
import { STALE_MS } from './limits.ts'
import { persistently } from './persistently.ts'
import { internalError } from './render.ts'
import { createResponder, type Responder } from './responder.ts'

export interface HandleDeps extends ReadOptions {
  readonly front: Front
  readonly chat: Chat
  readonly byToken: Call
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}
interface Turn {
  readonly deps: HandleDeps
  readonly respond: Responder
}

/** Takes one interaction from its first answer to its outcome. Never rejects: what fails is logged and told under a reference. */
export async function handleInteraction(deps: HandleDeps, raw: APIInteraction): Promise<void> {
  const respond = createResponder(raw, deps.byToken)
  try {
    await route({ deps, respond }, raw)
  } catch (error) {
    await fail({ deps, respond }, raw, error).catch((second: unknown) => {
      deps.log.warn({ err: second, reference: `d-${raw.id}` }, 'discord failure could not be told')
    })
  }
}

async function route(turn: Turn, raw: APIInteraction): Promise<void> {
  switch (raw.type) {
    case InteractionType.ApplicationCommand:
      if (raw.data.type === ApplicationCommandType.ChatInput)
        await command(turn, raw as CommandInteraction)
      return
    case InteractionType.MessageComponent:
    case InteractionType.ModalSubmit:
      return press(turn, raw)
    case InteractionType.ApplicationCommandAutocomplete:
      return complete(turn.deps, turn.respond, raw)
    case InteractionType.Ping:
      return
    default:
      raw satisfies never
  }
}

async function command(turn: Turn, raw: CommandInteraction): Promise<void> {
  const { deps } = turn
  const invocation = toInvocation(raw, deps)
  const isStale = deps.clock.now() - invocation.at > STALE_MS
  const admission = isStale ? stale(deps, invocation) : deps.front.admit(invocation)
  await (admission.kind === 'question'
    ? ask(turn, invocation, admission)
    : settle(turn, invocation, admission))
}

async function press(
  turn: Turn,
  raw: APIMessageComponentInteraction | APIModalSubmitInteraction,
): Promise<void> {
  const { deps } = turn
  const request = toPress(raw, deps)
  if (deps.clock.now() - request.at > STALE_MS) return settle(turn, request, stale(deps, request))
  const admission = await deps.front.press(request)
  if (admission.kind !== 'question') return settle(turn, request, admission)
  await ask(turn, request, admission)
}

/** A modal opens only as the first answer, so what it stands for is written down behind it, while it is filled in. */
async function ask(turn: Turn, request: Invocation | Press, question: Question): Promise<void> {
  const asking = acknowledged(turn, request, () => turn.respond.ask(renderModal(question)))
  await question.value?.begin()
  await asking
}

const stale = ({ front }: HandleDeps, request: Invocation | Press): Refused => ({
  kind: 'refused',
  reply: front.stale(request),
})

async function settle(turn: Turn, request: Invocation | Press, admission: Admission) {
  const { respond } = turn
  if (admission.kind === 'refused')
    return void (await acknowledged(turn, request, () => respond.refuse(admission.reply)))
  const isForOne = admission.audience === 'author'
  const { address } = request
  // A modal that no message opened has nothing to update, and words for one person never replace a public message.
  const isUpdate =
    admission.mode === 'update' && address.message !== undefined && (!isForOne || address.private)
  const isPrivate = isForOne && !isDirect(request)
  const shown = await acknowledged(turn, request, async () => {
    if (!isUpdate) return respond.defer({ private: isPrivate })
    await respond.deferUpdate()
    return address.message
  })
  if (shown !== undefined) await run(turn, request, { admission, isUpdate, message: shown.value })
}

/** A direct talk is private as it is, and its messages can still be edited when the token is dead. */
const isDirect = ({ place }: Pick<Invocation, 'place'>): boolean => place.private

/** Runs the first answer; nothing when Discord did not take it, and then nothing else may happen for this request. */
async function acknowledged<T>(
  { deps }: Turn,
  { id, at }: Pick<Invocation, 'id' | 'at'>,
  answer: () => Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  try {
    const value = await answer()
    deps.metrics.chatSend('discord', 'ok')
    return { value }
  } catch (error) {
    const kind = error instanceof ChatError ? error.kind : 'internal'
    deps.metrics.chatSend('discord', kind)
    const data = { err: error, interaction: id, ageMs: deps.clock.now() - at }
    deps.log.warn(data, 'discord did not take the acknowledgement, nothing was run')
    return undefined
  }
}

interface Shown {
  readonly admission: Admitted
  readonly isUpdate: boolean
  /** The message that will hold the answer. */
  readonly message: string | undefined
}

async function run(turn: Turn, request: Invocation | Press, shown: Shown): Promise<void> {
  const { respond } = turn
  const { admission, isUpdate, message } = shown
  const outcome = await admission.run(message)
  switch (outcome.kind) {
    case 'queued':
      return
    case 'duplicate':
      return isUpdate ? undefined : respond.removeAnswer()
    case 'notice':
      // The first message after a deferral would become its answer, as public as it is.
      if (!isUpdate) await respond.removeAnswer()
      return respond.tell(outcome.reply)
    case 'reply':
      return answer(turn, request, { reply: outcome.reply, shown })
    default:
      outcome satisfies never
  }
}

async function answer(
  { deps }: Turn,
  request: Invocation | Press,
  { reply, shown }: { readonly reply: SaidReply; readonly shown: Shown },
): Promise<void> {
  const { message: _, ...address } = request.address
  const isPrivate = address.private || shown.admission.audience === 'author'
  const message = shown.message === undefined ? {} : { message: shown.message }
  await persistently(deps.clock, () =>
    deps.chat.deliver({ ...address, private: isPrivate, ...message }, reply, undefined),
  )
}

async function fail({ deps, respond }: Turn, raw: APIInteraction, error: unknown): Promise<void> {
  const reference = `d-${raw.id}`
  deps.log.error({ err: error, reference }, 'discord interaction failed')
  const reply = internalError(reference, readLocale(raw, deps.defaultLocale))
  if (raw.type === InteractionType.ApplicationCommandAutocomplete) return
  await (respond.isAnswered() ? respond.tell(reply) : respond.refuse(reply))
}
