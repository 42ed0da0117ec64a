import { TelegramError } from 'telegraf'
import { ChatError } from '../../core/ports.ts'

/** 400s that mean: the message or its place is no longer there. */
const GONE =
  /message to (edit|delete|be replied) not found|message can't be (edited|deleted)|message thread not found|MESSAGE_ID_INVALID/i
/** 400s that mean: this person or chat never met the bot. */
const STRANGER = /chat not found|PEER_ID_INVALID|user not found/i

/**
 * What telegraf threw, in the port's words. The original is left behind on purpose: it carries the whole request,
 * secrets included, and a failed fetch names the URL with the token.
 */
export function toChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error
  if (!(error instanceof TelegramError)) return new ChatError('network', networkReason(error))
  const { code, description } = error
  const message = `Telegram answered ${code}: ${description}`
  if (code === 429) {
    const seconds = error.parameters?.retry_after ?? 1
    return new ChatError('rate_limited', message, { retryAfterMs: seconds * 1000 })
  }
  if (code === 403 || (code === 400 && STRANGER.test(description)))
    return new ChatError('forbidden', message)
  // the token or the connection is at fault, not the message: worth another try later
  if (code === 401 || code === 404 || code === 409 || code >= 500)
    return new ChatError('network', message)
  return new ChatError(GONE.test(description) ? 'gone' : 'invalid', message)
}

function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'Telegram could not be reached'
  if (error.name === 'AbortError') return 'Telegram did not answer in time'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return `Telegram could not be reached (${code})`
}

const says = (error: unknown, words: RegExp) =>
  error instanceof ChatError && words.test(error.message)

export const isForbidden = (error: unknown): boolean =>
  error instanceof ChatError && error.kind === 'forbidden'
export const isGone = (error: unknown): boolean =>
  error instanceof ChatError && error.kind === 'gone'
/** The text is already what we want it to be. */
export const isNotModified = (error: unknown): boolean => says(error, /message is not modified/)
export const isBadMarkup = (error: unknown): boolean => says(error, /can't parse entities/)
/** There is nothing to delete; a message that is there and may not be deleted is another thing. */
export const isDeletedAlready = (error: unknown): boolean =>
  says(error, /message to delete not found/)
/** The press waited too long to be answered. */
export const isTooOld = (error: unknown): boolean => says(error, /query is too old/)

/** The id a group has moved to, where that is why a request failed. */
export function movedTo(error: unknown): number | undefined {
  return error instanceof TelegramError ? error.parameters?.migrate_to_chat_id : undefined
}
