import type { RawFile } from '@discordjs/rest'
import {
  type APICommandAutocompleteInteractionResponseCallbackData,
  type APIInteraction,
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  MessageFlags,
  type RESTPostAPIInteractionCallbackWithResponseResult,
  Routes,
} from 'discord-api-types/v10'
import type { SaidReply } from '../../core/reply.ts'
import type { Call } from './call.ts'
import { renderMessage } from './render.ts'

/** The ways to answer one interaction by its own token. All but the last two are first answers: one of them, once, within 3 s. */
export interface Responder {
  /** To the person alone. */
  readonly refuse: (reply: SaidReply) => Promise<void>
  /** "Thinking…"; gives the id of the message that will hold the answer. Who may see it is fixed here for good. */
  readonly defer: (options: { readonly private: boolean }) => Promise<string | undefined>
  /** The pressed message stays as it is for now. */
  readonly deferUpdate: () => Promise<void>
  readonly ask: (modal: APIModalInteractionResponseCallbackData) => Promise<void>
  readonly offer: (
    choices: NonNullable<APICommandAutocompleteInteractionResponseCallbackData['choices']>,
  ) => Promise<void>
  readonly isAnswered: () => boolean
  /** One more message to the person alone. After a deferral it would take the deferral's place, so settle that first. */
  readonly tell: (reply: SaidReply) => Promise<void>
  readonly removeAnswer: () => Promise<void>
}

/** Answers an interaction over HTTP whichever way it came. Every call rejects with `ChatError`. */
export function createResponder(raw: APIInteraction, call: Call): Responder {
  const { token, application_id: app } = raw
  let answered = false
  const answer = async (type: InteractionResponseType, content: Content = {}): Promise<unknown> => {
    const result = await callback(raw, call, { type, ...content })
    answered = true
    return result
  }
  return {
    async refuse(reply) {
      const { body: data, files } = privately(reply)
      await answer(InteractionResponseType.ChannelMessageWithSource, { data, files })
    },
    async defer({ private: isPrivate }) {
      const flags = isPrivate ? { data: { flags: MessageFlags.Ephemeral } } : {}
      return messageId(
        await answer(InteractionResponseType.DeferredChannelMessageWithSource, flags),
      )
    },
    async deferUpdate() {
      await answer(InteractionResponseType.DeferredMessageUpdate)
    },
    async ask(modal) {
      await answer(InteractionResponseType.Modal, { data: modal })
    },
    async offer(choices) {
      await answer(InteractionResponseType.ApplicationCommandAutocompleteResult, {
        data: { choices },
      })
    },
    isAnswered: () => answered,
    async tell(reply) {
      await call('post', Routes.webhook(app, token), { auth: false, ...privately(reply) })
    },
    async removeAnswer() {
      await call('delete', Routes.webhookMessage(app, token, '@original'), { auth: false })
    },
  }
}

interface Content {
  readonly data?: object
  readonly files?: RawFile[]
}

function callback(
  { id, token }: APIInteraction,
  call: Call,
  { type, data, files = [] }: Content & { readonly type: InteractionResponseType },
): Promise<unknown> {
  return call('post', Routes.interactionCallback(id, token), {
    auth: false,
    body: { type, ...(data && { data }) },
    files,
    query: new URLSearchParams({ with_response: 'true' }),
  })
}

function privately(reply: SaidReply) {
  const { body, files } = renderMessage(reply)
  return { body: { ...body, flags: MessageFlags.Ephemeral }, files }
}

const messageId = (result: unknown): string | undefined =>
  (result as RESTPostAPIInteractionCallbackWithResponseResult | undefined)?.interaction
    .response_message_id
