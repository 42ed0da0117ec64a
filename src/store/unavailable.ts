import { OpsError } from '../core/errors.ts'
import { type Text, tr } from '../core/text.ts'

const HINT = tr(
  'Nothing needs to be repaired by hand: try again in a moment. If it stays so, the bot’s own log and its page /readyz say what is down; no command here can.',
  '不需要手動修復：請稍後再試一次。若持續發生，機器人自己的紀錄檔與 /readyz 頁面會說明哪個部分停擺；這裡的指令都無法查看。',
)

const REFUSALS: Readonly<Record<string, Text>> = {
  OOM: tr(
    'Redis is out of memory and refuses to write. Give it more memory or a larger plan.',
    'Redis 記憶體已滿，拒絕寫入。請增加記憶體或改用較大的方案。',
  ),
  MISCONF: tr(
    'Redis cannot save to its disk and refuses to write. Free space on its disk.',
    'Redis 無法寫入磁碟，因此拒絕寫入。請清出它的磁碟空間。',
  ),
  READONLY: tr(
    'This Redis is a read-only replica. REDIS_URL has to name the primary.',
    '這個 Redis 是唯讀副本。REDIS_URL 必須指向主要節點。',
  ),
}

/** The first word of what Redis answered (`OOM`, `WRONGPASS`, …), or nothing when the error came from elsewhere. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return undefined
  return /^[A-Z]+/.exec(error.message)?.[0]
}

/** What may be logged of an error of Redis: clients attach the whole command with its values to theirs. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : ''
  return `${code}${error.message}`.slice(0, 200)
}

/** Redis did not do it, or did not say so in time: then it may have been done all the same. */
export function redisUnavailable(error: unknown): OpsError {
  if (error instanceof OpsError) return error
  const away = tr('Redis does not answer.', 'Redis 沒有回應。')
  const text = REFUSALS[replyCode(error) ?? ''] ?? away
  return new OpsError('unavailable', text, { hint: HINT, cause: new Error(describe(error)) })
}

/** The embedded database could not be read or written: disk full, file gone, closed, or held by someone for too long. */
export function sqliteUnavailable(error: unknown): OpsError {
  if (error instanceof OpsError) return error
  return new OpsError(
    'unavailable',
    tr(
      'The embedded database cannot be used right now. Check that the disk of OPS_STATE_DIR has free space and belongs to this program.',
      '目前無法使用內建資料庫。請確認 OPS_STATE_DIR 所在的磁碟有可用空間，且本程式有權限。',
    ),
    { hint: HINT, cause: new Error(describe(error)) },
  )
}
