import type { Config } from './config/config.ts'
import { OpsError } from './core/errors.ts'
import type { Clock, Sealer, Store } from './core/ports.ts'
import { alive, processes } from './core/processes.ts'
import { tr } from './core/text.ts'
import { loadOrCreateKey, parseKey } from './store/key.ts'
import { createSealer } from './store/sealing.ts'

/** Seals with the configured key, or with one that the state directory keeps. */
export async function loadKey({ secretKey, stateDir }: Config): Promise<Sealer> {
  return createSealer(secretKey ? parseKey(secretKey.reveal()) : await loadOrCreateKey(stateDir))
}

const BUCKET = 'sealing-key'
const MARK = 'mark'

/**
 * Writes down which key the store is used with. Rejects with `conflict` while a process that runs uses another one: neither could open what
 * the other seals. With nobody there, the key may be a new one.
 */
export async function claimKey({
  store,
  sealer,
  clock,
}: {
  readonly store: Store
  readonly sealer: Sealer
  readonly clock: Clock
}): Promise<void> {
  const mine = sealer.digest('which key this is')
  const mark = await store.get(BUCKET, MARK)
  if (mark === mine) return
  const now = clock.now()
  const running = mark === undefined ? [] : await processes(store)
  const [other] = running.filter((one) => alive(one, now))
  if (other !== undefined) throw otherKey(other.place)
  await store.put(BUCKET, MARK, mine)
}

const otherKey = (place: string): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `OPS_SECRET_KEY: is not the key of another process that runs on this Redis (${place}), so neither could open what the other seals.`,
      `OPS_SECRET_KEY：與此 Redis 上另一個執行中的程序（${place}）的金鑰不同，雙方無法開啟對方封存的內容。`,
    ),
    {
      hint: tr(
        'Give all of them the same OPS_SECRET_KEY; to change it, stop them all first. One that was killed counts as running for 100 seconds.',
        '請為所有程序設定相同的 OPS_SECRET_KEY；若要更換，請先全部停止。被強制終止的程序在 100 秒內仍視為執行中。',
      ),
    },
  )
