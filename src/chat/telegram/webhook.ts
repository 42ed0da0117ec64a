import { createHash, timingSafeEqual } from 'node:crypto'
import type { Update } from 'telegraf/types'
import { OpsError } from '../../core/errors.ts'
import type { Sealer } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { tr } from '../../core/text.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** The endpoint that Telegram posts updates to. */
export interface Webhook {
  /** Not to be guessed, and the same in every process with the same key: `/telegram/…`. */
  readonly path: string
  /** Takes a parsed or raw body; gives the HTTP status: 200, 400, 401, 403, or 503 while it may be sent again. */
  readonly handle: (headers: Headers, body: unknown) => Promise<number>
}

export interface WebhookOptions {
  readonly secret: Secret
  readonly sealer: Sealer
  /** Hands one update over; false when we are not ready for it. */
  readonly take: (update: Update) => Promise<boolean>
}

const HEADER = 'x-telegram-bot-api-secret-token'

export function createWebhook({ secret, sealer, take }: WebhookOptions): Webhook {
  if (!/^[\w-]{1,256}$/.test(secret.reveal()))
    throw new OpsError(
      'bad_input',
      tr(
        'TELEGRAM_WEBHOOK_SECRET must be 1 to 256 letters, digits, underscores or hyphens.',
        'TELEGRAM_WEBHOOK_SECRET 必須是 1 到 256 個英文字母、數字、底線或連字號。',
      ),
    )
  return {
    path: `/telegram/${sealer.digest(`telegram-webhook ${secret.reveal()}`)}`,
    handle: async (headers, body) => {
      const given = headers[HEADER]
      if (given === undefined) return 401
      if (typeof given !== 'string' || !isSame(given, secret.reveal())) return 403
      const update = readUpdate(body)
      if (!update) return 400
      return (await take(update)) ? 200 : 503
    },
  }
}

/** Digests are of one length, so the comparison tells nothing by its time. */
function isSame(one: string, other: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** The body as an update: whoever knows the secret is Telegram, and telegraf skips kinds it does not know. */
function readUpdate(body: unknown): Update | undefined {
  const value = typeof body === 'string' || Buffer.isBuffer(body) ? parse(String(body)) : body
  if (typeof value !== 'object' || value === null || !('update_id' in value)) return undefined
  return typeof value.update_id === 'number' ? (value as Update) : undefined
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
