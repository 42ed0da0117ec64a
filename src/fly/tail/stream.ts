import type { NatsConnection } from '@nats-io/transport-node'
import type { LogLine } from '../../core/fly.ts'
import type { Clock, Log } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { type Text, tr } from '../../core/text.ts'
import { readStreamLine } from '../logs.ts'
import { tokenParts } from '../token.ts'

/** Who hears of an app's lines. */
interface Listener {
  readonly line: (line: LogLine) => void
  /** Whether lines come in now; told again at every change. */
  readonly live: (live: boolean) => void
}
/** Lines as they are written, without history and without promise. */
export interface LogStream {
  /** Gives a function that stops listening. */
  readonly subscribe: (app: string, listener: Listener) => () => void
  /** Why there is no stream just now; nothing while there is one, or before it was tried. */
  readonly trouble: () => Text | null
  readonly close: () => Promise<void>
}

interface StreamOptions {
  readonly url: string
  readonly org: string
  readonly token: Secret
  readonly clock: Clock
  readonly log: Log
}

const AGAIN_MS = 2000
const LONGEST_MS = 30_000
const DIAL_MS = 5000

/**
 * Fly's NATS stream (FLY.md §4.2): the organisation is the user, the token without scheme the password. One connection for all apps, made
 * on the first use and made again for ever. Dialling is a loop of our own, because the library's can't be ended before it has connected
 * once and gives up for good when a password is refused twice. The library comes with the first use: whoever has no stream does not carry it.
 */
export function createLogStream(options: StreamOptions): LogStream {
  const over = new AbortController()
  const subscribers = new Map<Listener, string>()
  const stops = new Map<Listener, () => void>()
  let nats: NatsConnection | undefined
  let running: Promise<void> | undefined
  let trouble: Text | null = null

  const attach = (listener: Listener, app: string) => {
    if (nats === undefined) return
    stops.set(listener, listen(nats, app, listener))
    listener.live(true)
  }
  const serve = async (connection: NatsConnection) => {
    nats = connection
    trouble = null
    for (const [listener, app] of subscribers) attach(listener, app)
    await connection.closed()
    nats = undefined
    stops.clear()
    if (!over.signal.aborted) trouble = AWAY
    for (const listener of subscribers.keys()) listener.live(false)
  }
  const run = async () => {
    for (let failed = 0; !over.signal.aborted;) {
      try {
        const connection = await dialled(options, over.signal)
        failed = 0
        await serve(connection)
      } catch (error) {
        failed += 1
        trouble = isRefused(error) ? REFUSED : AWAY
      }
      if (over.signal.aborted) return
      options.log.warn({ failed, refused: trouble === REFUSED }, 'no log stream; logs are polled')
      const pauseMs = Math.min(LONGEST_MS, AGAIN_MS * 2 ** Math.min(failed, 5))
      await options.clock.sleep(pauseMs, over.signal).catch(() => {})
    }
  }
  return {
    subscribe(app, listener) {
      subscribers.set(listener, app)
      running ??= run()
      attach(listener, app)
      return () => {
        subscribers.delete(listener)
        stops.get(listener)?.()
        stops.delete(listener)
      }
    },
    trouble: () => trouble,
    async close() {
      over.abort()
      await nats?.close()
      await running
    },
  }
}

const AWAY = tr(
  'The live stream (FLY_NATS_URL) can’t be reached; pages of the log API are read instead.',
  '無法連上即時串流（FLY_NATS_URL），改為讀取日誌 API。',
)
const REFUSED = tr(
  'The live stream refuses the token or the organization: FLY_READ_TOKEN has to be one of `fly tokens create readonly` for FLY_ORG. Pages of the log API are read instead.',
  '即時串流拒絕此權杖或組織：FLY_READ_TOKEN 必須是以 `fly tokens create readonly` 為 FLY_ORG 建立的。改為讀取日誌 API。',
)

const isRefused = (error: unknown): boolean =>
  error instanceof Error &&
  /authori[sz]ation|authentication/i.test(`${error.name} ${error.message}`)

async function dial({ url, org, token }: StreamOptions): Promise<NatsConnection> {
  const { connect } = await import('@nats-io/transport-node')
  return connect({
    servers: url.replace(/^(?:nats|tls):\/\//i, ''),
    user: org,
    pass: tokenParts(token.reveal()).join(','),
    name: 'openclaw-ops',
    timeout: DIAL_MS,
    reconnect: false,
    ...(url.startsWith('tls:') && { tls: {} }),
  })
}

/** The connection, unless it is wanted no more before it is there: then it is closed when it comes, and nobody waits. */
async function dialled(options: StreamOptions, signal: AbortSignal): Promise<NatsConnection> {
  const gone = Promise.withResolvers<never>()
  const leave = () => gone.reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  const coming = dial(options)
  try {
    return await Promise.race([coming, gone.promise])
  } catch (error) {
    coming.then((late) => late.close()).catch(() => {})
    throw error
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

function listen(nats: NatsConnection, app: string, { line }: Listener): () => void {
  const subscription = nats.subscribe(`logs.${app}.>`, {
    callback: (error, message) => {
      const read = error === null ? readStreamLine(message.string()) : undefined
      if (read !== undefined) line(read)
    },
  })
  return () => subscription.unsubscribe()
}
