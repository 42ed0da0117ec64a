import { createHash } from 'node:crypto'
import type { Clock, FileBeside, Log, MessageRef, Metrics } from '../../core/ports.ts'
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

/** The files of a message that is there; `missing` hears of those that did not get there, once. */
export type Attach = (
  ref: MessageRef,
  documents: readonly Document[],
  missing: (names: readonly string[]) => Promise<unknown>,
) => void

/** Within the lease of whoever sends it. */
const TIMEOUT_MS = 25_000
const DAY_MS = 86_400_000

/** Sends files after a message that no outbox stands behind, each once, by themselves so that the message is not sent twice for them. */
export function createAttachments(options: AttachmentOptions): Attach {
  const { api, tasks, log, clock } = options
  const sent = createSeen({ ttlMs: DAY_MS, max: 1_000, clock })
  const got = async (file: FileBeside): Promise<boolean> => {
    try {
      await patiently(options, file.send)
      return true
    } catch (error) {
      log.warn({ err: error, file: file.name }, 'a file could not be sent to Telegram')
      return false
    }
  }
  return (ref, documents, missing) => {
    const isNew = ({ id }: FileBeside) => sent.claim(`${ref.chat}.${ref.message}.${id}`)
    const files = filesBeside(api, ref, documents).filter(isNew)
    if (files.length === 0) return
    tasks.run(async () => {
      const lost: string[] = []
      for (const file of files) if (!(await got(file))) lost.push(file.name)
      if (lost.length > 0) await missing(lost)
    })
  }
}

/** What follows a message, known in all tries by its content, and among equals by its turn. */
export const filesBeside = (
  api: Api,
  ref: MessageRef,
  documents: readonly Document[],
): readonly FileBeside[] =>
  documents.map((document, at) => {
    const digest = digestOf(document)
    const before = documents.slice(0, at).filter((one) => digestOf(one) === digest).length
    return {
      id: before === 0 ? digest : `${digest}.${before}`,
      name: document.name,
      send: () => send(api, ref, document),
    }
  })

const digestOf = ({ content }: Document): string =>
  createHash('sha256').update(content).digest('base64url').slice(0, 16)

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
