import type { NatsConnection } from '@nats-io/transport-node'
import type { LogLine } from '../../core/fly.ts'
import type { Log } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { tokenParts } from '../token.ts'
import { readStreamLine } from '../logs.ts'

/** Who hears of an app's lines. */
export interface Listener {
  readonly line: (line: LogLine) => void
  /** Whether lines come in now; told again at every change. */
  readonly live: (live: boolean) => void
}
/** Lines as they are written, without history and without promise. */
export interface LogStream {
  /** Gives a function that stops listening. */
  readonly subscribe: (app: string, listener: Listener) => () => void
  readonly close: () => Promise<void>
}

interface StreamOptions {
  readonly url: string
  readonly org: string
  readonly token: Secret
  readonly log: Log
}

const RECONNECT_MS = 2000

/**
 * Fly's NATS stream (FLY.md §4.2): the organisation is the user, the token without scheme the password. One connection for all apps,
 * made on the first use and kept up for ever; the library comes with it, so that whoever has no stream does not carry it.
 */
export function createLogStream(options: StreamOptions): LogStream {
  let connection: ReturnType<typeof connect> | undefined
  const listeners = new Set<Listener>()
  let live = false
  const tell = (now: boolean) => {
    live = now
    for (const listener of listeners) listener.live(now)
  }
  return {
    subscribe(app, listener) {
      listeners.add(listener)
      connection ??= connect(options, tell)
      const stop = connection.then(
        (nats) => subscribe(nats, app, listener),
        () => undefined,
      )
      if (live) listener.live(true)
      return () => {
        listeners.delete(listener)
        void stop.then((end) => end?.())
      }
    },
    async close() {
      // One that never came up is not waited for: it would try for ever.
      const closed = connection?.then((nats) => nats.close()).catch(() => undefined)
      if (live) await closed
    },
  }
}

async function connect({ url, org, token, log }: StreamOptions, tell: (live: boolean) => void) {
  const { connect: open } = await import('@nats-io/transport-node')
  const nats = await open({
    servers: url.replace(/^nats:\/\//, ''),
    user: org,
    pass: tokenParts(token.reveal()).join(','),
    name: 'openclaw-ops',
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    waitOnFirstConnect: true,
  })
  void watch(nats, log, tell)
  tell(true)
  return nats
}

async function watch(nats: NatsConnection, log: Log, tell: (live: boolean) => void): Promise<void> {
  for await (const { type } of nats.status()) {
    if (type === 'reconnect') tell(true)
    if (type === 'disconnect' || type === 'close') {
      log.warn({}, 'the log stream is away; logs are polled')
      tell(false)
    }
  }
}

function subscribe(nats: NatsConnection, app: string, { line }: Listener): () => void {
  const subscription = nats.subscribe(`logs.${app}.>`, {
    callback: (error, message) => {
      const read = error === null ? readStreamLine(message.string()) : undefined
      if (read !== undefined) line(read)
    },
  })
  return () => subscription.unsubscribe()
}
