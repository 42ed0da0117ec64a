import { ApiError } from './errors.ts'
import type { FakeChat } from './world.ts'

export interface Limits {
  /** Messages a group takes within a minute, edits included. */
  readonly perGroupMinute: number
  /** Messages a private chat takes at once, before one a second. */
  readonly privateBurst: number
}

/** Throws 429 with `retry_after` when a chat gets more than Telegram's published pace. */
export function createLimits(limits: Limits, now: () => number): (chat: FakeChat) => void {
  const sent = new Map<FakeChat, number[]>()
  return (chat) => {
    const group = chat.type !== 'private'
    const max = group ? limits.perGroupMinute : limits.privateBurst
    const window = group ? 60_000 : limits.privateBurst * 1000
    const recent = (sent.get(chat) ?? []).filter((at) => now() - at < window)
    sent.set(chat, recent)
    const oldest = recent[0]
    if (recent.length < max || oldest === undefined) return void recent.push(now())
    const wait = Math.max(1, Math.ceil((oldest + window - now()) / 1000))
    throw new ApiError(429, `Too Many Requests: retry after ${wait}`, { retry_after: wait })
  }
}
