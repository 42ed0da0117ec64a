import {
  DefaultRestOptions,
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  type RateLimitData,
  REST,
  type RESTOptions,
} from '@discordjs/rest'
import { ChatError, type Metrics } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'

/** Longer waits belong to the queue, which can replace the words while it waits. In ms. */
const LONGEST_WAIT_MS = 5000
const TIMEOUT_MS = 10_000
/** A message that is edited too often after an hour answers 30046 without saying for how long; seen: 3 edits in 20 s. */
const OLD_EDIT_PAUSE_MS = 20_000

/**
 * Two clients: `bot` with the bot's token, and `token` for interaction tokens, which Discord exempts from the 50/s that the library
 * would count them in. Neither repeats a request: a POST that timed out may have been done, and the queue knows better.
 */
export interface Rests {
  readonly bot: REST
  readonly token: REST
  readonly close: () => void
}

export function createRests(options: {
  readonly token: Secret
  readonly apiUrl: string
  readonly metrics: Pick<Metrics, 'rateLimitWait'>
}): Rests {
  const { token, apiUrl, metrics } = options
  const shared = {
    api: apiUrl,
    retries: 0,
    timeout: TIMEOUT_MS,
    makeRequest,
    rejectOnRateLimit(data: RateLimitData) {
      metrics.rateLimitWait('discord', waitOf(data) / 1000)
      return rejectOnRateLimit(data)
    },
  }
  const bot = new REST(shared).setToken(token.reveal())
  const byToken = new REST({ ...shared, globalRequestsPerSecond: 5000 })
  return {
    bot,
    token: byToken,
    close() {
      for (const rest of [bot, byToken]) {
        rest.clearHashSweeper()
        rest.clearHandlerSweeper()
      }
    },
  }
}

/**
 * A form is written out before it is handed over: the library's own undici sends through whatever dispatcher a newer undici has made the
 * global one, and that one takes no forms but its own.
 */
const makeRequest: RESTOptions['makeRequest'] = async (url, init) => {
  if (!(init.body instanceof FormData)) return DefaultRestOptions.makeRequest(url, init)
  const form = new Response(init.body)
  const headers = new Headers(init.headers as ConstructorParameters<typeof Headers>[0])
  headers.set('content-type', form.headers.get('content-type') ?? '')
  const body = Buffer.from(await form.arrayBuffer())
  const written = { ...init, body, headers: Object.fromEntries(headers) }
  return DefaultRestOptions.makeRequest(url, written)
}

/** An acknowledgement that waits is one that comes too late, so it never does. */
export const rejectOnRateLimit = (data: RateLimitData): boolean =>
  data.route.endsWith('/callback') || waitOf(data) > LONGEST_WAIT_MS

const waitOf = ({ timeToReset, retryAfter }: Pick<RateLimitData, 'timeToReset' | 'retryAfter'>) =>
  Math.max(timeToReset, retryAfter, 0)

/** A refusal with Discord's own number for it. */
class Refusal extends ChatError {
  readonly code: number
  constructor(kind: ChatError['kind'], message: string, code: number) {
    super(kind, message)
    this.code = code
  }
}

/** Whether Discord refused with this number. */
export const isRefusal = (error: unknown, code: number): boolean =>
  error instanceof Refusal && error.code === code

/** The same failure in the words of the port. The library's errors carry URLs with interaction tokens, so none is kept as a cause. */
export function toChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error
  if (error instanceof RateLimitError) {
    return new ChatError('rate_limited', 'Discord rate limit', { retryAfterMs: waitOf(error) })
  }
  if (error instanceof DiscordAPIError) return fromApi(error)
  if (error instanceof HTTPError)
    return new ChatError('network', `Discord answered ${error.status}`)
  const message = error instanceof Error ? error.message : 'unknown failure'
  const kind = message.startsWith('Expected token') ? 'forbidden' : 'network'
  return new ChatError(kind, `Discord request failed: ${message}`)
}

function fromApi({ status, code, message }: DiscordAPIError): ChatError {
  const words = `Discord answered ${status} (${code}): ${message}`
  if (code === 30046 || code === 20028)
    return new ChatError('rate_limited', words, { retryAfterMs: OLD_EDIT_PAUSE_MS })
  return new Refusal(kindOf(status, code), words, Number(code))
}

function kindOf(status: number, code: number | string): ChatError['kind'] {
  // A page instead of Discord's own answer: the network in front turned us away for a while.
  if (status === 403 && Number(code) === 403) return 'network'
  if (code === 50027 || code === 50005 || code === 40060 || status === 404) return 'gone'
  return status === 401 || status === 403 ? 'forbidden' : 'invalid'
}

/** Whether Discord refused the bot's own token: the library forgets it then, and nothing works until a restart. */
export const isTokenRefused = (error: unknown): boolean =>
  error instanceof DiscordAPIError && error.status === 401 && error.code !== 50027
