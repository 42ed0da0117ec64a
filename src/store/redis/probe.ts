import type { Redis } from 'ioredis'
import { OpsError } from '../../core/errors.ts'
import type { Log } from '../../core/ports.ts'
import { type Text, tr } from '../../core/text.ts'
import { describe, replyCode } from '../unavailable.ts'

const OLDEST = [6, 2] as const

const CHECK_URL = tr(
  'Check REDIS_URL and that the server is running. To use the embedded database instead, remove REDIS_URL.',
  '請檢查 REDIS_URL 以及伺服器是否正在執行。若要改用內建資料庫，請移除 REDIS_URL。',
)

/** Refuses servers the bot would lose or never find its data on; warns of one that may forget. Servers that hide what they are pass. */
export async function checkServer(redis: Redis, log: Log): Promise<void> {
  const info = new Map((await redis.info()).split(/\r?\n/).map(pair))
  const version = info.get('redis_version')
  if (version !== undefined && isOld(version)) throw tooOld(version)
  if (info.get('role') === 'slave') throw replica()
  if (info.get('redis_mode') === 'cluster') throw cluster()
  const policy = info.get('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction')
    log.warn({ policy }, 'Redis may evict keys when it is full: set maxmemory-policy noeviction')
}

const pair = (line: string): [string, string] => {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1)]
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

/** Why the first connection was no use, for the person who starts the program. */
export function refusal(error: unknown): OpsError {
  if (error instanceof OpsError) return error
  const code = replyCode(error)
  const said = describe(error)
  if (code === 'WRONGPASS' || code === 'NOAUTH' || code === 'NOPERM')
    return wrong('auth', NO_ENTRY, said)
  if (/RESP type|Protocol error|reply type/i.test(said)) return wrong('bad_input', NOT_REDIS, said)
  return wrong('unavailable', tr('Redis cannot be reached.', '無法連線到 Redis。'), said)
}

const NO_ENTRY = tr(
  'Redis refuses the user or password in REDIS_URL.',
  'Redis 不接受 REDIS_URL 中的使用者或密碼。',
)
const NOT_REDIS = tr('What answers at REDIS_URL is not Redis.', 'REDIS_URL 所指的服務不是 Redis。')

const wrong = (code: 'auth' | 'bad_input' | 'unavailable', text: Text, said: string): OpsError =>
  new OpsError(code, text, { hint: CHECK_URL, cause: new Error(said) })

const tooOld = (version: string): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      `This Redis is version ${version}; 6.2 or newer is needed.`,
      `這個 Redis 的版本是 ${version}；需要 6.2 以上。`,
    ),
    { hint: CHECK_URL },
  )
const replica = (): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      'This Redis is a read-only replica: REDIS_URL has to name the primary.',
      '這個 Redis 是唯讀副本：REDIS_URL 必須指向主要節點。',
    ),
  )
const cluster = (): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      'This Redis is a cluster, which is not supported: use a single server.',
      '這個 Redis 是叢集，不受支援：請使用單一伺服器。',
    ),
  )
