import { createHash, timingSafeEqual } from 'node:crypto'
import { at } from './config.ts'
import type { Run } from './runtime.ts'

const PLACEHOLDERS = new Set(['undefined', 'null', 'your-token-here', 'changeme', 'replace-me'])
const TRIES = 10
const WINDOW_MS = 60_000
const LOCKOUT_MS = 300_000

/** The token that counts: the config's before the environment's. Empty when there is none. */
export function tokenOf(run: Pick<Run, 'config' | 'settings'>): string {
  const configured = at(run.config, 'gateway.auth.token')
  if (typeof configured === 'string' && configured.trim() !== '') return configured.trim()
  return run.settings.env['OPENCLAW_GATEWAY_TOKEN']?.trim() ?? ''
}

export const isPlaceholder = (token: string): boolean => PLACEHOLDERS.has(token)
export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(?:::ffff:)?127\./.test(address)

const digest = (value: string) => createHash('sha256').update(value).digest()
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))

export type Verdict =
  | { readonly kind: 'ok' | 'missing' | 'mismatch' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }

/** Judges tokens and counts wrong ones per client: ten in a minute lock it out for five, loopback excepted. */
export interface Judge {
  readonly judge: (run: Run, client: string, token: string | undefined) => Verdict
}

interface Failures {
  readonly times: readonly number[]
  readonly lockedUntil: number
}

export function createJudge(now: () => number): Judge {
  const failures = new Map<string, Failures>()

  const fail = (client: string): Verdict => {
    if (isLoopback(client)) return { kind: 'mismatch' }
    const recent = (failures.get(client)?.times ?? []).filter((time) => time > now() - WINDOW_MS)
    const times = [...recent, now()]
    failures.set(client, { times, lockedUntil: times.length >= TRIES ? now() + LOCKOUT_MS : 0 })
    return { kind: 'mismatch' }
  }

  return {
    judge: (run, client, token) => {
      const left = (failures.get(client)?.lockedUntil ?? 0) - now()
      if (left > 0) return { kind: 'limited', retryAfterMs: left }
      if (token === undefined || token === '') return { kind: 'missing' }
      return same(token, tokenOf(run)) ? { kind: 'ok' } : fail(client)
    },
  }
}

/** The token of an `Authorization: Bearer` header; no other header is read. */
export const bearer = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : /^Bearer\s+(.+)$/i.exec(header)?.[1]
