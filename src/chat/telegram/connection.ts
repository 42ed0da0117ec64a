import type { Update } from 'telegraf/types'
import type { Clock, Health, Log } from '../../core/ports.ts'
import { ChatError } from '../../core/ports.ts'
import type { Api } from './api.ts'

export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const

/** Seconds that Telegram holds a poll open; at most 50. */
const POLL_SECONDS = 50
const POLL_TIMEOUT_MS = 65_000
const CONFIRM_TIMEOUT_MS = 2_000
/** What came is written down within this; the store gives up after 2 s. A webhook then answers that it should come again. */
export const ACCEPT_MS = 5_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** The way updates come in, kept up until it is stopped. */
export interface Connection {
  /** Resolves after the first attempt, successful or not: an outage must not keep the process from starting. */
  readonly start: () => Promise<void>
  /** Takes no more updates. */
  readonly stop: () => Promise<void>
  /** Tells Telegram that what was taken need not come again. */
  readonly confirm: () => Promise<void>
  readonly health: () => Health
}

export interface ConnectionOptions {
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
  /** Learns who the bot is, and clears or sets the webhook. */
  readonly prepare: (signal: AbortSignal) => Promise<void>
  /** Left out where a webhook brings the updates. */
  readonly take?: (update: Update) => Promise<void>
  /** Waits until what was taken can't get lost any more, at most so many ms; tells whether it can't. */
  readonly accepted: (ms: number, signal: AbortSignal) => Promise<boolean>
}

interface State {
  health: Health
  prepared: boolean
  offset: number
  failures: number
}

/**
 * A loop of our own in place of telegraf's `launch`: that one ends for good on the first refusal at start or 409, sleeps
 * five seconds through a stop, and keeps its failures to itself, where the health has to tell them.
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { clock } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const first = Promise.withResolvers<void>()
  const state: State = { health: NOT_YET, prepared: false, offset: 0, failures: 0 }
  let loop: Promise<void> | undefined

  const run = async () => {
    while (!signal.aborted) {
      try {
        const more = await turn(options, state, { signal, ready: first.resolve })
        if (!more) return
      } catch (error) {
        if (signal.aborted) return
        const pauseMs = noteFailure(options, state, error)
        first.resolve()
        await clock.sleep(pauseMs, signal).catch(() => undefined)
      }
    }
  }

  return {
    start: () => {
      loop ??= run()
      return first.promise
    },
    stop: async () => {
      stopping.abort()
      state.health = { ok: false, detail: 'Telegram: stopped.' }
      await loop
      first.resolve()
    },
    confirm: () => confirm(options, state.offset),
    health: () => state.health,
  }
}

/** Keeps what went wrong for the health, and gives the pause before the next try, in ms. */
function noteFailure({ log }: ConnectionOptions, state: State, error: unknown): number {
  state.failures += 1
  state.health = { ok: false, detail: explain(error) }
  // a webhook that somebody set has to be cleared again
  if (isConflict(error)) state.prepared = false
  const pauseMs = pauseAfter(error, state.failures)
  const { failures } = state
  log.warn({ err: error, failures, pauseMs }, 'the connection to Telegram failed')
  return pauseMs
}

async function confirm({ api, take, log }: ConnectionOptions, offset: number): Promise<void> {
  if (!take || offset === 0) return
  const payload = { offset, limit: 1, timeout: 0 }
  await api
    .call('getUpdates', payload, { timeoutMs: CONFIRM_TIMEOUT_MS })
    .catch((error: unknown) => log.debug({ err: error }, 'the last updates will come again'))
}

/** One round: connect when needed, take what waits. False when nothing is left to be done. */
async function turn(
  options: ConnectionOptions,
  state: State,
  { signal, ready }: { signal: AbortSignal; ready: () => void },
): Promise<boolean> {
  const { api, prepare, take } = options
  if (!state.prepared) await prepare(signal)
  state.prepared = true
  if (!take) connected(options, state, { ok: true, detail: 'Telegram: connected by webhook.' })
  else if (state.failures === 0) connected(options, state, POLLING)
  ready()
  if (!take) return false
  // after a failure the first poll returns at once, so that the health is not wrong for a whole held poll
  const timeout = state.failures === 0 ? POLL_SECONDS : 0
  const updates = await api.call(
    'getUpdates',
    { offset: state.offset, timeout, allowed_updates: [...ALLOWED_UPDATES] },
    { timeoutMs: POLL_TIMEOUT_MS, signal },
  )
  state.failures = 0
  connected(options, state, POLLING)
  for (const update of updates) {
    // moved on before it is handled: an update that breaks us must not come for ever
    state.offset = update.update_id + 1
    await take(update)
  }
  await written(options, state, signal)
  return !signal.aborted
}

function connected({ log }: ConnectionOptions, state: State, health: Health): void {
  if (!state.health.ok) log.info({}, 'connected')
  state.health = health
}

/** The next poll tells Telegram to forget what this one brought, so it waits, however long: whoever restarts us meanwhile loses nothing. */
async function written(
  { accepted, log }: ConnectionOptions,
  state: State,
  signal: AbortSignal,
): Promise<void> {
  while (!(await accepted(ACCEPT_MS, signal)) && !signal.aborted) {
    state.health = UNWRITTEN
    log.warn({}, 'updates of Telegram are not written down yet, no more are taken')
  }
  if (!signal.aborted) state.health = POLLING
}

const NOT_YET: Health = { ok: false, detail: 'Telegram: connecting.' }
const UNWRITTEN: Health = {
  ok: false,
  detail: 'Telegram: no more is taken until what came is written down.',
}
const POLLING: Health = { ok: true, detail: 'Telegram: connected by long polling.' }

const isConflict = (error: unknown) => error instanceof ChatError && / 409:/.test(error.message)

/** What is wrong and what to do, in one sentence. */
function explain(error: unknown): string {
  if (!(error instanceof ChatError)) return 'Telegram: not connected, trying again.'
  if (isConflict(error))
    return 'Telegram: another process takes updates with the same bot token; stop it, or give it a bot of its own.'
  if (/ (401|404):/.test(error.message))
    return 'Telegram: the bot token is refused; set TELEGRAM_BOT_TOKEN to the one BotFather shows.'
  return `Telegram: not connected, trying again (${error.message}).`
}

function pauseAfter(error: unknown, failures: number): number {
  const asked = error instanceof ChatError ? (error.retryAfterMs ?? 0) : 0
  const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10))
  return Math.max(asked, growing)
}
