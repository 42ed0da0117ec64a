import { AssertionError } from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { createSigner } from './endpoint.ts'
import { createGateway } from './gateway.ts'
import { createPeople } from './people.ts'
import { createRest } from './rest.ts'
import {
  createWorld,
  type Fault,
  type FakeChannel,
  type FakeGuild,
  type FakeMessage,
  type FakeUser,
  type SeenRequest,
  textOf,
  type World,
} from './world.ts'

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>
export { textOf }

/**
 * A Discord on loopback that the real discord.js logs into, as strict as the real one. Its time is `clock`, so that minutes pass
 * when a test says so. `close()` rejects with everything that was against the rules.
 */
export async function startFakeDiscord(options: { clock?: World['clock'] } = {}) {
  const world = createWorld(options.clock ?? { now: () => Date.now() })
  let origin = ''
  const gateway = createGateway(world, () => `ws://${origin}`)
  const handle = createRest(world, () => gatewayInfo(origin))
  const server = await listen(world, { handle, accept: gateway.accept })
  origin = server.origin
  const signer = createSigner(world)
  const people = createPeople(
    world,
    (raw) => gateway.dispatch('INTERACTION_CREATE', raw),
    () => `http://${origin}`,
  )

  return {
    ...people,
    ...createSetup(world),
    ...createWatch(world),
    gateway,
    apiUrl: `http://${origin}/api`,
    token: world.token,
    publicKey: signer.publicKey,
    signed: signer.signed,
    signedText: signer.signedText,
    /** Sends a payload (`command()` makes one) to an interactions endpoint, signed. */
    async postInteraction(url: string, payload: object): Promise<Response> {
      return fetch(url, { method: 'POST', ...signer.signed(payload) })
    },
    /** Delivers a payload by the gateway, as often as it is called. */
    deliver: (raw: object) => gateway.dispatch('INTERACTION_CREATE', raw),
    async close(): Promise<void> {
      await server.close()
      if (world.violations.length > 0)
        throw new AssertionError({ message: `fake Discord: ${world.violations.join('\n')}` })
    },
  }
}

interface Handlers {
  readonly handle: ReturnType<typeof createRest>
  readonly accept: (socket: WebSocket) => void
}

async function listen(world: World, { handle, accept }: Handlers) {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      world.violations.push(`the fake failed: ${String(error)}`)
      response.destroy()
    })
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', accept)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      server.closeAllConnections()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}

const gatewayInfo = (origin: string) => ({
  url: `ws://${origin}`,
  shards: 1,
  session_start_limit: { total: 1000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 },
})

/** Who and what there is, and what goes wrong. */
function createSetup(world: World) {
  return {
    guild({ unavailable = false }: Partial<FakeGuild> = {}): FakeGuild {
      const guild = { id: world.snowflake(), unavailable }
      world.guilds.set(guild.id, guild)
      return guild
    },
    /** A text channel, or a thread when it has a parent. */
    channel(guild: FakeGuild, { parent }: { readonly parent?: FakeChannel } = {}): FakeChannel {
      const thread = parent && { parent: parent.id }
      const channel = { id: world.snowflake(), type: thread ? 11 : 0, guild: guild.id, ...thread }
      world.channels.set(channel.id, channel)
      return channel
    },
    user(user: Partial<FakeUser> = {}): FakeUser {
      const id = user.id ?? world.snowflake()
      const made = { name: `user-${id}`, roles: [], locale: 'en-US', closed: false, ...user, id }
      world.users.set(id, made)
      return made
    },
    /** A person leaves, a role is deleted, or (without an id) the bot is removed. */
    leave: ({ id }: FakeGuild, gone: string = world.app) => void world.left.add(`${id} ${gone}`),
    /** And is there again. */
    join: ({ id }: FakeGuild, back: string = world.app) => void world.left.delete(`${id} ${back}`),
    fail(fault: Fault): void {
      world.faults.push({ ...fault, left: fault.times ?? 1 })
    },
    /** Takes the recorded violations, so that `close()` does not report them. */
    forgive: (): string[] => world.violations.splice(0),
  }
}

/** What can be seen from outside, now or when it comes. */
function createWatch(world: World) {
  const find = <T>(event: string, matches: (value: T) => boolean): Promise<T> =>
    new Promise((resolve) => {
      const look = (value: T): void => {
        if (!matches(value)) return
        world.events.off(event, look)
        resolve(value)
      }
      world.events.on(event, look)
    })
  return {
    requests: world.requests,
    violations: world.violations,
    messages: world.messages,
    channels: world.channels,
    commands: () => world.commands,
    /** The first message for which this holds, now or after some change. */
    async message(matches: (message: FakeMessage) => boolean): Promise<FakeMessage> {
      return [...world.messages.values()].find(matches) ?? find('message', matches)
    },
    /** The next request for which this holds, after it was answered. */
    request: (matches: (request: SeenRequest) => boolean) => find('request', matches),
    /** Resolves when the bot does this next. */
    next: (event: 'identify' | 'resume' | 'heartbeat' | 'gone') => once(world.events, event),
  }
}
