import { ChatError, type Health } from '../../core/ports.ts'

export const NOT_YET: Health = { ok: false, detail: 'Telegram: connecting.' }
export const UNWRITTEN: Health = {
  ok: false,
  detail: 'Telegram: no more is taken until what came is written down.',
}
export const POLLING: Health = { ok: true, detail: 'Telegram: connected by long polling.' }

/** Updates go to somebody else. */
export const isConflict = (error: unknown) =>
  error instanceof ChatError && / 409:/.test(error.message)

const RIVAL =
  'Telegram: another process takes updates with the same bot token; stop it, or give it a bot of its own.'
export const RIVALLED: Health = { ok: false, detail: RIVAL }
export const RIVAL_LOG =
  'another process takes the updates of this Telegram bot token; stop it, or give it a bot of its own'

/** What is wrong and what to do, in one sentence. */
export function explain(error: unknown): string {
  if (!(error instanceof ChatError)) return 'Telegram: not connected, trying again.'
  if (isConflict(error)) return RIVAL
  if (/ (401|404):/.test(error.message))
    return 'Telegram: the bot token is refused; set TELEGRAM_BOT_TOKEN to the one BotFather shows.'
  return `Telegram: not connected, trying again (${error.message}).`
}
