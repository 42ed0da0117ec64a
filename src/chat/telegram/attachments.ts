import { createHash } from 'node:crypto'
import type { Clock, Log, MessageRef, Metrics } from '../../core/ports.ts'
import type { Api } from './api.ts'
import { patiently } from './patience.ts'
import type { Document } from './render.ts'
import { createSeen } from './seen.ts'
import type { Tasks } from './tasks.ts'

export interface AttachmentOptions {
  readonly api: Api
  readonly tasks: Tasks
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  /** Aborted when nothing may be sent any more. */
  readonly signal: AbortSignal
}

const TIMEOUT_MS = 60_000
const DAY_MS = 86_400_000

/** Sends files after the message they belong to, each once, by themselves so that the message is not sent twice for them. */
export function createAttachments(
  options: AttachmentOptions,
): (ref: MessageRef, documents: readonly Document[]) => void {
  const { api, tasks, log, clock } = options
  const sent = createSeen({ ttlMs: DAY_MS, max: 1_000, clock })
  return (ref, documents) => {
    for (const document of documents) {
      const digest = createHash('sha256').update(document.content).digest('base64url')
      if (!sent.claim(`${ref.chat}.${ref.message}.${digest}`)) continue
      tasks.run(async () => {
        try {
          await patiently(options, () => send(api, ref, document))
        } catch (error) {
          log.warn({ err: error, file: document.name }, 'a file could not be sent to Telegram')
        }
      })
    }
  }
}

function send(api: Api, ref: MessageRef, { name, content, caption }: Document): Promise<unknown> {
  const refer = { message_id: Number(ref.message), allow_sending_without_reply: true }
  const to = {
    chat_id: Number(ref.chat),
    ...(ref.topic !== undefined && { message_thread_id: Number(ref.topic) }),
    // in a multipart body telegraf drops this object unless it is text already
    reply_parameters: JSON.stringify(refer) as never,
  }
  const source = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  const file = { source, filename: name }
  const options = { timeoutMs: TIMEOUT_MS }
  if (caption === undefined) return api.call('sendDocument', { ...to, document: file }, options)
  // a picture belongs to words that made their own sound
  const quiet = { disable_notification: true }
  return api.call('sendPhoto', { ...to, ...quiet, photo: file, caption }, options)
}
