import { ApiError } from './errors.ts'
import { createWebhookSender, type Webhook, type WebhookOptions } from './webhook.ts'

export type Update = { readonly update_id: number } & Readonly<Record<string, unknown>>

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
interface PollParams {
  readonly offset?: number
  readonly limit?: number
  readonly timeout?: number
  readonly allowed_updates?: unknown
}

const USUAL = ['message', 'edited_message', 'channel_post', 'callback_query', 'my_chat_member']
const CONFLICT =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running'
const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

interface State {
  readonly sent: Map<number, Update>
  readonly queue: Update[]
  next: number
  allowed: readonly string[]
  held?: Poll | undefined
  webhook?: Webhook | undefined
}

export function createUpdates(options: WebhookOptions): Updates {
  const sender = createWebhookSender(options)
  const state: State = { sent: new Map(), queue: [], next: 700_000_001, allowed: USUAL }
  const enqueue = (update: Update) => {
    if (state.webhook) return void sender.post(state.webhook, update)
    state.queue.push(update)
    state.queue.sort((a, b) => a.update_id - b.update_id)
    if (state.held) letGo(state, state.queue.slice(0, state.held.limit))
  }
  return {
    push: (kind, body) => {
      const update = { update_id: state.next++, [kind]: body }
      if (!state.allowed.includes(kind)) return update.update_id
      state.sent.set(update.update_id, update)
      enqueue(update)
      return update.update_id
    },
    repeat: (id) => {
      const update = state.sent.get(id)
      if (!update) throw new Error(`no update ${id} was sent`)
      enqueue(update)
    },
    poll: (params, gone) => poll(state, params, gone),
    setWebhook: (to, kinds) => {
      allow(state, kinds)
      state.webhook = to
      if (to) for (const update of state.queue.splice(0)) void sender.post(to, update)
    },
    webhook: () => state.webhook && { ...state.webhook, lastError: sender.lastError() },
    pending: () => state.queue.length,
    polling: () => state.held !== undefined,
    close: () => {
      sender.close()
      letGo(state, [])
    },
  }
}

function allow(state: State, kinds: unknown): void {
  if (Array.isArray(kinds)) state.allowed = kinds.length === 0 ? USUAL : kinds.map(String)
}

/** Ends the held poll with these updates. */
function letGo(state: State, updates: readonly Update[]): void {
  if (!state.held) return
  clearTimeout(state.held.timer)
  state.held.settle(updates)
  state.held = undefined
}

function poll(state: State, params: PollParams, gone: AbortSignal): Promise<readonly Update[]> {
  const { offset = 0, limit = 100, timeout = 0, allowed_updates } = params
  const { queue, webhook, held: older } = state
  if (webhook) throw new ApiError(409, WEBHOOK_ACTIVE)
  allow(state, allowed_updates)
  older?.fail(new ApiError(409, CONFLICT))
  if (older) clearTimeout(older.timer)
  state.held = undefined
  while (queue[0] && queue[0].update_id < offset) queue.shift()
  if (queue.length > 0 || timeout === 0) return Promise.resolve(queue.slice(0, limit))
  return new Promise((settle, fail) => {
    const timer = setTimeout(() => letGo(state, []), Math.min(timeout, 50) * 1000)
    const mine = { limit, settle, fail, timer }
    state.held = mine
    gone.addEventListener('abort', () => state.held === mine && letGo(state, []), { once: true })
  })
}
