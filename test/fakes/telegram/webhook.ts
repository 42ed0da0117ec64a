import type { Update } from './updates.ts'

export interface Webhook {
  readonly url: string
  readonly secret: string | undefined
}
export interface WebhookSender {
  /** Delivers until it is taken, with doubling pauses. */
  readonly post: (to: Webhook, update: Update, pauseMs?: number) => Promise<void>
  readonly lastError: () => string | undefined
  readonly close: () => void
}

export interface WebhookOptions {
  /** Where a public origin really listens, for the webhook. */
  readonly reach: (url: string) => string
  /** First pause before a failed webhook delivery is repeated, in ms; doubles. */
  readonly retryMs: number
}

export function createWebhookSender({ reach, retryMs }: WebhookOptions): WebhookSender {
  const closing = new AbortController()
  const { signal } = closing
  let lastError: string | undefined
  const post: WebhookSender['post'] = async (to, update, pauseMs = retryMs) => {
    lastError = await postOnce(to, update, { reach, signal })
    if (lastError === undefined || signal.aborted) return
    const timer = setTimeout(() => void post(to, update, pauseMs * 2), pauseMs)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  return { post, lastError: () => lastError, close: () => closing.abort() }
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
