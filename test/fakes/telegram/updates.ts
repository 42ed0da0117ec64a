import { ApiError } from './errors.ts'

export type Update = { readonly update_id: number } & Readonly<Record<string, unknown>>

interface Webhook {
  readonly url: string
  readonly secret: string | undefined
}
interface Poll {
  readonly limit: number
  readonly settle: (updates: readonly Update[]) => void
  readonly fail: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

/** The queue of updates and its two ways out: held polls, or POSTs to the webhook with retries. */
export interface Updates {
  readonly push: (kind: string, body: unknown) => number
  readonly poll: (params: PollParams, gone: AbortSignal) => Promise<readonly Update[]>
  /** Sends again what was sent before, under the same update id. */
  readonly repeat: (id: number) => void
  readonly setWebhook: (webhook: Webhook | undefined, allowed: unknown) => void
  readonly webhook: () => (Webhook & { readonly lastError: string | undefined }) | undefined
  readonly pending: () => number
  readonly polling: () => boolean
  readonly close: () => void
}
export interface PollParams {
  readonly offset?: number
  readonly limit?: number
  readonly timeout?: number
  readonly allowed_updates?: unknown
}

export interface UpdatesOptions {
  /** Where a public origin really listens, for the webhook. */
  readonly reach: (url: string) => string
  /** First pause before a failed webhook delivery is repeated, in ms; doubles. */
  readonly retryMs: number
}

const USUAL = ['message', 'edited_message', 'channel_post', 'callback_query', 'my_chat_member']
const CONFLICT =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running'
const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

export function createUpdates(options: UpdatesOptions): Updates {
  const sent = new Map<number, Update>()
  const queue: Update[] = []
  const closing = new AbortController()
  let next = 700_000_001
  let allowed: readonly string[] = USUAL
  let held: Poll | undefined
  let webhook: Webhook | undefined
  let lastError: string | undefined

  const allow = (kinds: unknown) => {
    if (Array.isArray(kinds)) allowed = kinds.length === 0 ? USUAL : kinds.map(String)
  }
  const letGo = (updates: readonly Update[]) => {
    if (!held) return
    clearTimeout(held.timer)
    held.settle(updates)
    held = undefined
  }
  const enqueue = (update: Update) => {
    if (webhook) return void post(webhook, update)
    queue.push(update)
    queue.sort((a, b) => a.update_id - b.update_id)
    if (held) letGo(queue.slice(0, held.limit))
  }
  const post = async (to: Webhook, update: Update, pause = options.retryMs): Promise<void> => {
    const outcome = await postOnce(to, update, { reach: options.reach, signal: closing.signal })
    lastError = outcome
    if (outcome === undefined || closing.signal.aborted) return
    const timer = setTimeout(() => void post(to, update, pause * 2), pause)
    closing.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }

  return {
    push: (kind, body) => {
      const update = { update_id: next++, [kind]: body }
      if (!allowed.includes(kind)) return update.update_id
      sent.set(update.update_id, update)
      enqueue(update)
      return update.update_id
    },
    repeat: (id) => {
      const update = sent.get(id)
      if (!update) throw new Error(`no update ${id} was sent`)
      enqueue(update)
    },
    poll: ({ offset = 0, limit = 100, timeout = 0, allowed_updates }, gone) => {
      if (webhook) throw new ApiError(409, WEBHOOK_ACTIVE)
      allow(allowed_updates)
      held?.fail(new ApiError(409, CONFLICT))
      if (held) clearTimeout(held.timer)
      held = undefined
      while (queue[0] && queue[0].update_id < offset) queue.shift()
      if (queue.length > 0 || timeout === 0) return Promise.resolve(queue.slice(0, limit))
      return new Promise((settle, fail) => {
        const timer = setTimeout(() => letGo([]), Math.min(timeout, 50) * 1000)
        const mine = { limit, settle, fail, timer }
        held = mine
        gone.addEventListener('abort', () => held === mine && letGo([]), { once: true })
      })
    },
    setWebhook: (to, kinds) => {
      allow(kinds)
      webhook = to
      lastError = undefined
      if (to) for (const update of queue.splice(0)) void post(to, update)
    },
    webhook: () => webhook && { ...webhook, lastError },
    pending: () => queue.length,
    polling: () => held !== undefined,
    close: () => {
      closing.abort()
      letGo([])
    },
  }
}

/** Delivers one update; gives what went wrong, or nothing. */
async function postOnce(
  { url, secret }: Webhook,
  update: Update,
  { reach, signal }: { reach: (url: string) => string; signal: AbortSignal },
): Promise<string | undefined> {
  const headers = {
    'content-type': 'application/json',
    ...(secret !== undefined && { 'x-telegram-bot-api-secret-token': secret }),
  }
  try {
    const body = JSON.stringify(update)
    const answer = await fetch(reach(url), { method: 'POST', headers, body, signal })
    await answer.arrayBuffer()
    return answer.ok ? undefined : `Wrong response from the webhook: ${answer.status}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
