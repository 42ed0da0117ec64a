import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Alert, Intake } from '../../src/core/oncall/alert.ts'
import type { Receiver } from '../../src/core/oncall/route.ts'
import type { HookRequest } from '../../src/oncall/receivers/receiver.ts'

/** What a source sends, from `test/fixtures/hooks`. */
export const payload = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/hooks/${name}`, import.meta.url))

/** A minute after everything in the fixtures. */
export const CAME = Date.UTC(2026, 10, 22, 12)

export const request = (
  body: Buffer | string,
  { headers = {}, query = '', at = CAME }: Partial<Omit<HookRequest, 'body'>> = {},
): HookRequest => ({ headers, query, at, body: Buffer.from(body) })

export const hex = (key: string, ...parts: ReadonlyArray<Buffer | string>): string => {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest('hex')
}

const SECONDS = String(CAME / 1000)

/** Headers with which a source that signs would send this. */
export const SIGN = {
  pagerduty: (key: string, body: Buffer) => ({ 'x-pagerduty-signature': `v1=${hex(key, body)}` }),
  sentry: (key: string, body: Buffer) => ({
    'sentry-hook-signature': hex(key, body),
    'sentry-hook-timestamp': SECONDS,
    'sentry-hook-resource': 'event_alert',
    'request-id': 'f0e1d2c3b4a5',
  }),
  grafana: (key: string, body: Buffer, seconds = SECONDS) => ({
    'x-grafana-alerting-signature': hex(key, `${seconds}:`, body),
    'x-grafana-alerting-timestamp': seconds,
  }),
  generic: (key: string, body: Buffer, seconds = SECONDS) => ({
    'x-ops-signature': `v1=${hex(key, `${seconds}:`, body)}`,
    'x-ops-timestamp': seconds,
  }),
} as const satisfies Partial<
  Record<Receiver, (key: string, body: Buffer, seconds?: string) => Record<string, string>>
>

export interface MemoryIntake extends Intake {
  /** Everything taken, by call. */
  readonly calls: Array<readonly Alert[]>
  readonly all: () => readonly Alert[]
  /** Runs before each call; what it throws is what the caller gets. */
  before: (alerts: readonly Alert[]) => void | Promise<void>
  /** Resolves with the first alert, taken already or to come, that fits. */
  readonly first: (fits: (alert: Alert) => boolean) => Promise<Alert>
}

export function memoryIntake(): MemoryIntake {
  const waiting = new Set<() => void>()
  const intake: MemoryIntake = {
    calls: [],
    all: () => intake.calls.flat(),
    before: () => {},
    async take(alerts) {
      await intake.before(alerts)
      intake.calls.push(alerts)
      for (const look of waiting) look()
    },
    first: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = intake.all().find(fits)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
  return intake
}
