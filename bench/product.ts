import { realClock } from '../test/fakes/fly/clock.ts'
import type { FakeDiscord } from '../test/fakes/discord/fake-discord.ts'
import type { FakeFly } from '../test/fakes/fly/fake-fly.ts'
import { type Shape, SHAPES, startSystem, type System } from '../test/helpers/system.ts'

/** The shapes of the product that can run on this machine. */
export const shapes: readonly Shape[] = SHAPES.filter(({ skip }) => skip === false)

/** As Redis is usually run: its log reaches the disk once a second. */
export const EVERY_SECOND = ['--appendfsync', 'everysec']

/** So many owners that none of them is told to slow down (src/core/limits.ts): a refusal is quicker than any answer. */
const CROWD = 100

/** The whole product on loopback, beside a Fly that answers at once and whose machines have no inside. */
export async function startProduct(
  shape: Shape,
  apps: readonly string[],
  {
    rateLimits = false,
    owners = CROWD,
  }: { readonly rateLimits?: boolean; readonly owners?: number } = {},
): Promise<System & { readonly crowd: readonly string[] }> {
  const crowd: string[] = []
  const system = await startSystem(
    shape,
    (discord) => {
      for (let i = 0; i < owners; i++) crowd.push(discord.user().id)
      return { OPS_APPS: apps.join(','), OPS_OWNERS: crowd.map((id) => `discord:${id}`).join(',') }
    },
    { runtime: 'none', rateLimits, clock: realClock() },
  )
  await untilRegistered(system.discord)
  answerProbes(system.fly)
  for (const app of apps) await system.fly.deployOpenclaw({ app, state: 'started' })
  return { ...system, crowd }
}

async function untilRegistered(discord: FakeDiscord): Promise<void> {
  if (discord.commands().length > 0) return
  await discord.request(({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
}

/** People who talk to the bot alone, one after another: what an owner needs no trusted place for. An answer in place of an acknowledgement is a refusal, and fails. */
export function privateTalk(discord: FakeDiscord, ids?: readonly string[]) {
  const users = ids?.map((id) => discord.user({ id })) ?? [discord.user()]
  const talks = users.map((user) => ({ user, channel: discord.direct(user) }))
  let turn = 0
  return (line: string, values: Readonly<Record<string, string>> = {}) => {
    const { user, channel } = talks[turn++ % talks.length] ?? neverEmpty()
    const { exchange, raw } = discord.command(user, channel, line, values)
    void exchange.acked.promise.then((type) => {
      if (ids && type !== DEFERRED) throw new Error(`${line} was refused`)
    })
    return { exchange, send: () => discord.deliver(raw) }
  }
}
const DEFERRED = 5
const neverEmpty = (): never => {
  throw new Error('nobody to talk')
}
export type Talk = ReturnType<typeof privateTalk>

/** What probe.sh writes in a machine whose gateway is ready; its word stands behind directory and port. */
function answerProbes(fly: FakeFly): void {
  fly.onExec(({ command }) => {
    const word = command.at(-2) ?? ''
    const body = JSON.stringify({
      ok: true,
      status: 'started',
      version: '2026.9.6',
      uptimeMs: 60_000,
    })
    const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${body}`
    const lines = ['client curl', `http startupz ${Buffer.from(answer).toString('hex')} 0`]
    return {
      stdout: [`gateway-probe ${word}`, ...lines, `end ${word} ${lines.length}`, ''].join('\n'),
    }
  })
}
