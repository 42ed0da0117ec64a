import { randomBytes } from 'node:crypto'
import type { Hook, Hooks } from '../../core/oncall/hooks.ts'
import { isReceiver, type Receiver } from '../../core/oncall/route.ts'
import type { Clock, Sealer, Store } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'

const BUCKET = 'hook'
/** 128 bits: nobody guesses them. */
const SECRET_BYTES = 16
const KEY_BYTES = 32

/** What is stored under the keyed digest of source and secret; from neither can the address be told. */
interface Kept {
  readonly source: Receiver
  readonly by: string
  readonly at: number
  readonly key: string | null
}

interface Deps {
  readonly store: Pick<Store, 'get' | 'put' | 'list' | 'take'>
  readonly sealer: Sealer
  readonly clock: Pick<Clock, 'now'>
  /** Signing keys of the configuration, by source; they are good for every hook of theirs. */
  readonly signing: Readonly<Partial<Record<string, readonly Secret[]>>>
}

/** A hook that exists, and the keys of which any may have signed what comes; none: it need not be signed. */
export interface Verified {
  readonly source: Receiver
  readonly keys: readonly Secret[]
}

export interface HookKeyring extends Hooks {
  /** Nothing when there is no such hook. An unknown source and a wrong secret are sought in the same way, by a keyed digest, so that time tells nothing. */
  readonly verifyHook: (source: string, secret: string) => Promise<Verified | undefined>
}

export function createHookKeyring({ store, sealer, clock, signing }: Deps): HookKeyring {
  const idOf = (source: string, secret: string) => sealer.digest(`hook ${source} ${secret}`)
  return {
    async createHook(source, { by, key }) {
      const secret = randomBytes(SECRET_BYTES).toString('base64url')
      const chosen = key === undefined && source === 'grafana' ? newKey() : null
      const used = key instanceof Secret ? key : chosen
      const id = idOf(source, secret)
      const kept = { source, by, at: clock.now(), key: used && sealer.seal(used.reveal()) }
      await store.put(BUCKET, id, kept satisfies Kept)
      return {
        hook: hookOf(id, kept),
        path: new Secret(`/hooks/${source}/${secret}`),
        key: chosen,
      }
    },
    async verifyHook(source, secret) {
      const kept = (await store.get(BUCKET, idOf(source, secret))) as Kept | undefined
      if (kept === undefined || !isReceiver(source) || kept.source !== source) return undefined
      return { source, keys: [...openedKey(sealer, kept), ...(signing[source] ?? [])] }
    },
    listHooks: async () =>
      (await store.list(BUCKET)).map(({ id, value }) => hookOf(id, value as Kept)),
    removeHook: async (id) => (await store.take(BUCKET, id)) !== undefined,
  }
}

const newKey = (): Secret => new Secret(randomBytes(KEY_BYTES).toString('base64url'))

const hookOf = (id: string, { source, by, at, key }: Kept): Hook => ({
  id,
  source,
  by,
  at,
  signed: key !== null,
})

/** One that does not open any more (another sealing key) fits nothing: what it should guard stays shut. */
function openedKey(sealer: Sealer, { key }: Kept): readonly Secret[] {
  return key === null ? [] : [new Secret(sealer.open(key) ?? newKey().reveal())]
}
