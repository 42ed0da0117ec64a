import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Fly, LogLine } from '../src/core/fly.ts'
import { nanosOf } from '../src/core/logs/tail.ts'

/** A line of about 110 characters, as a gateway prints them. */
export function line(at: number, n: number): LogLine {
  const nanos = String((at % 1000) * 1_000_000 + (n % 1_000_000)).padStart(9, '0')
  const stamp = `${new Date(at).toISOString().slice(0, 19)}.${nanos}Z`
  const message = `[gateway] ws request ${n} method=chat.send session=agent:main:${n % 97} took ${n % 250}ms ok, queued 0`
  return {
    at,
    stamp,
    machine: 'e2865512c30de8',
    region: 'iad',
    level: 'info',
    provider: 'app',
    message,
  }
}

/** Pages of 100 made when they are asked for: so many lines a second between two moments, and one in so many with a word in it. */
export function pages(options: {
  readonly from: number
  readonly until: () => number
  readonly perSecond: number
}): Pick<Fly, 'logs' | 'with'> {
  const { from, until, perSecond } = options
  const step = 1000 / perSecond
  const at = (n: number): LogLine => line(Math.floor(from + n * step), n)
  const count = () => Math.max(0, Math.floor((until() - from) / step))
  const fly: Pick<Fly, 'logs' | 'with'> = {
    with: () => fly as Fly,
    logs: async (_, { cursor } = {}) => {
      await new Promise((done) => setImmediate(done))
      const all = count()
      let first = cursor === undefined ? Math.max(0, all - 100) : after(cursor)
      while (cursor !== undefined && first < all && nanosOf(at(first)) <= BigInt(cursor)) first += 1
      const lines = Array.from({ length: Math.min(100, all - first) }, (_none, i) => at(first + i))
      const last = lines.at(-1)
      return { lines, cursor: last === undefined ? (cursor ?? null) : String(nanosOf(last)) }
    },
  }
  const after = (cursor: string): number =>
    Math.max(0, Math.floor((Number(BigInt(cursor) / 1_000_000n) - from) / step) - 1)
  return fly
}

/** Publishes so many lines a second for so long, ten times a second; gives how many. */
export async function publish(
  nats: NatsConnection,
  { perSecond, ms }: { readonly perSecond: number; readonly ms: number },
): Promise<number> {
  const began = performance.now()
  let sent = 0
  for (let passed = 0; passed < ms; passed = performance.now() - began) {
    const due = Math.floor((Math.min(ms, performance.now() - began) / 1000) * perSecond)
    for (; sent < due; sent += 1) {
      const { stamp, message, machine, region, level, provider } = line(Date.now(), sent)
      nats.publish(
        `logs.my-openclaw.${region}.${machine}`,
        JSON.stringify({
          event: { provider },
          fly: { app: { instance: machine, name: 'my-openclaw' }, region },
          host: 'h',
          log: { level },
          message,
          timestamp: stamp,
        }),
      )
    }
    await nats.flush()
    await new Promise((done) => setTimeout(done, 50))
  }
  return sent
}

export const connectTo = (port: number, user: string, pass: string): Promise<NatsConnection> =>
  connect({ servers: `127.0.0.1:${port}`, user, pass })
