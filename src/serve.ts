import type { App } from './app.ts'
import { createInteractionVerifier } from './chat/discord/verify.ts'
import type { Clock, Health, Log } from './core/ports.ts'
import { createHttp, type HttpServer } from './http/server.ts'
import { SOURCES } from './oncall/receivers/index.ts'
import { createHookReceiver } from './oncall/receivers/receive.ts'

/** Health, metrics and the ways in over HTTP, for one process. */
export function createServer(app: App, { clock, log }: { clock: Clock; log: Log }): HttpServer {
  const { config, chats, metrics, engine, hooks, oncall } = app
  const { discord, telegram } = chats
  const publicKey = config.discord?.publicKey
  return createHttp({
    host: config.http.host,
    port: config.http.port,
    parts: partsOf(app),
    metrics,
    log,
    onForged: forged(app),
    ...(discord &&
      publicKey !== undefined && {
        discord: {
          verify: createInteractionVerifier(publicKey, clock),
          // The signature says that Discord wrote it, so its shape is taken at its word.
          interaction: (payload) =>
            discord.interaction(payload as Parameters<typeof discord.interaction>[0]),
        },
      }),
    ...(telegram?.webhook && { telegram: telegram.webhook }),
    // A worker alone is not to be reached from outside.
    ...(config.role !== 'worker' && {
      hooks: createHookReceiver({
        keyring: hooks,
        intake: oncall.intake,
        store: engine.store,
        clock,
        log,
        apps: config.apps,
        publicUrl: config.publicUrl,
      }),
    }),
  })
}

/** Sources that nobody knows are one: what stands in an address can be anything. */
const forged =
  ({ forged: { seen } }: App) =>
  (way: string, why: string) => {
    const source = /^hooks (.*)$/s.exec(way)?.[1]
    seen(source === undefined || Object.hasOwn(SOURCES, source) ? way : 'hooks other', why)
  }

/** Each part says how it is; the queue is required, and so is every platform that is configured. Fly being away stops nobody from being told so. */
function partsOf({ engine, chats, work, proof }: App) {
  const { discord, telegram } = chats
  const store = engine.name === 'redis' ? 'Redis' : 'the database'
  return {
    queue: { required: true, health: engine.queue.health, late: `No answer from ${store}.` },
    ...(discord && {
      discord: { required: true, health: async (): Promise<Health> => discord.health() },
    }),
    ...(telegram && {
      telegram: { required: true, health: async (): Promise<Health> => telegram.health() },
    }),
    ...(chats.list.length > 0 && {
      delivery: {
        required: false,
        health: proof.health,
        late: `Not known: no answer from ${store}.`,
      },
    }),
    // Calls to Fly are paced by what lies in the store.
    ...(work && {
      fly: {
        required: false,
        health: work.health,
        late: `Not known: no answer from Fly or ${store}.`,
      },
    }),
  }
}
