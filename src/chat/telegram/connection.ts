import type { Update } from 'telegraf/types'
import type { Clock, Health, Log } from '../../core/ports.ts'
import { ChatError } from '../../core/ports.ts'
import type { Api } from './api.ts'
import {
  explain,
  isConflict,
  NOT_YET,
  POLLING,
  RIVAL_LOG,
  RIVALLED,
  UNWRITTEN,
} from './connection-words.ts'

export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const

/** Seconds that Telegram holds a poll open; at most 50. */
const POLL_SECONDS = 50
const POLL_TIMEOUT_MS = 65_000
const CONFIRM_TIMEOUT_MS = 2_000
/** What came is written down within this; the store gives up after 2 s. A webhook then answers that it should come again. */
export const ACCEPT_MS = 5_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
/** Two processes with one token take the updates from each other; each rests so long at most. */
const RIVAL_PAUSE_MS = 30_000
/** Without a rival for so long, there is none any more; longer than both rest. */
const CALM_MS = 3 * RIVAL_PAUSE_MS

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
  /** How often, and when last, another process took the updates, until it is calm again. */
  rival: { readonly times: number; readonly at: number }
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
  const state: State = { health: NOT_YET, prepared: false, offset: 0, failures: 0, rival: NO_RIVAL }
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
function noteFailure(options: ConnectionOptions, state: State, error: unknown): number {
  state.health = { ok: false, detail: explain(error) }
  if (isConflict(error)) return noteRival(options, state, error)
  state.failures += 1
  const pauseMs = pauseAfter(error, state.failures)
  const { failures } = state
  options.log.warn({ err: error, failures, pauseMs }, 'the connection to Telegram failed')
  return pauseMs
}

/** Told once, for it comes again and again until somebody stops one of the two. */
function noteRival({ clock, log }: ConnectionOptions, state: State, error: unknown): number {
  const times = state.rival.times + 1
  state.rival = { times, at: clock.now() }
  // so that the first poll afterwards returns at once
  state.failures = Math.max(1, state.failures)
  // a webhook that somebody set has to be cleared again
  state.prepared = false
  if (times === 1) log.warn({ err: error }, RIVAL_LOG)
  return Math.min(RIVAL_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(times - 1, 10))
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

function connected({ clock, log }: ConnectionOptions, state: State, health: Health): void {
  const { times, at } = state.rival
  // Once happens where a new process takes over from an old one; from then on the two take turns, and neither hears all.
  if (times > 1 && clock.now() - at < CALM_MS) return void (state.health = RIVALLED)
  if (clock.now() - at >= CALM_MS) state.rival = NO_RIVAL
  if (!state.health.ok) log.info({}, 'connected')
  state.health = health
}

/** The next poll tells Telegram to forget what this one brought, so it waits, however long: whoever restarts us meanwhile loses nothing. */
async function written(
  { accepted, log }: ConnectionOptions,
  state: State,
  signal: AbortSignal,
): Promise<void> {
  const before = state.health
  while (!(await accepted(ACCEPT_MS, signal)) && !signal.aborted) {
    state.health = UNWRITTEN
    log.warn({}, 'updates of Telegram are not written down yet, no more are taken')
  }
  if (!signal.aborted) state.health = before
}

const NO_RIVAL: State['rival'] = { times: 0, at: -Infinity }

function pauseAfter(error: unknown, failures: number): number {
  const asked = error instanceof ChatError ? (error.retryAfterMs ?? 0) : 0
  const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10))
  return Math.max(asked, growing)
}
