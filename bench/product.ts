import { realClock } from '../test/fakes/fly/clock.ts'
import type { FakeDiscord } from '../test/fakes/discord/fake-discord.ts'
import type { FakeFly } from '../test/fakes/fly/fake-fly.ts'
import { type Shape, SHAPES, startSystem, type System } from '../test/helpers/system.ts'

/** The shapes of the product that can run on this machine. */
export const shapes: readonly Shape[] = SHAPES.filter(({ skip }) => skip === false)

/** The whole product on loopback, beside a Fly that answers at once and whose machines have no inside. */
export async function startProduct(
  shape: Shape,
  apps: readonly string[],
  { rateLimits = false }: { readonly rateLimits?: boolean } = {},
): Promise<System> {
  const system = await startSystem(
    shape,
    { OPS_APPS: apps.join(',') },
    { runtime: 'none', rateLimits, clock: realClock() },
  )
  await untilRegistered(system.discord)
  answerProbes(system.fly)
  for (const app of apps) await system.fly.deployOpenclaw({ app, state: 'started' })
  return system
}

async function untilRegistered(discord: FakeDiscord): Promise<void> {
  if (discord.commands().length > 0) return
  await discord.request(({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
}

/** A person who talks to the bot alone: what an owner needs no trusted place for. */
export function privateTalk(discord: FakeDiscord, id?: string) {
  const user = discord.user(id === undefined ? {} : { id })
  const channel = discord.direct(user)
  return (line: string, values: Readonly<Record<string, string>> = {}) => {
    const { exchange, raw } = discord.command(user, channel, line, values)
    return { exchange, send: () => discord.deliver(raw) }
  }
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
