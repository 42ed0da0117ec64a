import { OpsError } from '../../core/errors.ts'
import { tr } from '../../core/text.ts'

type RedisTarget =
  | { readonly path: string }
  | {
      readonly host: string
      readonly port: number
      readonly db: number
      readonly username?: string
      readonly password?: string
      readonly tls?: object
    }

/** What a `REDIS_URL` says: `redis://`, `rediss://` or `unix:/path`. Rejects anything else with `bad_input`; never repeats the URL, it may hold a password. */
export function parseRedisUrl(url: string): RedisTarget {
  if (url.startsWith('unix:')) return unixSocket(url)
  const parsed = URL.parse(url)
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') throw badUrl()
  const db = parsed.pathname.slice(1)
  if (!/^\d{0,4}$/.test(db)) throw badUrl()
  const { username, password } = parsed
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    db: Number(db),
    ...(username !== '' && { username: decode(username) }),
    ...(password !== '' && { password: decode(password) }),
    ...(parsed.protocol === 'rediss:' && { tls: {} }),
  }
}

function unixSocket(url: string): RedisTarget {
  const path = url.slice('unix:'.length).replace(/^\/\/(?=\/)/, '')
  if (!path.startsWith('/')) throw badUrl()
  return { path }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw badUrl()
  }
}

const badUrl = (): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      'REDIS_URL is not a Redis address. Write redis://user:password@host:6379, rediss://… for TLS, or unix:/path/to/redis.sock; special characters in the password have to be percent-encoded.',
      'REDIS_URL 不是 Redis 位址。請寫成 redis://user:password@host:6379、使用 TLS 的 rediss://…，或 unix:/path/to/redis.sock；密碼中的特殊字元必須以百分號編碼。',
    ),
  )
