import type { Log, Sealer, Store } from '../../core/ports.ts'

/**
 * Tells a press sent again from a new one. Telegram repeats a press that was not answered, under another update id, and keeps
 * it for 150 s; a press that was answered is not repeated, so the same button may soon be pressed again on purpose.
 */
export interface Claims {
  /** The id of the request, or nothing when this is a repetition of one that is taken care of. */
  readonly claim: (press: PressKey, update: number) => Promise<string | undefined>
  /** The press was answered: what still comes of it is on its way already. */
  readonly answered: (press: PressKey, update: number) => Promise<void>
  /** The press came to nothing and may be made again at once. */
  readonly release: (press: PressKey) => Promise<void>
}
interface PressKey {
  readonly chat: number
  readonly message: number
  readonly from: number
  readonly data: string
}

const BUCKET = 'telegram-press'
const REPEATED_MS = 150_000
const ON_ITS_WAY_MS = 5_000

export function createClaims(deps: {
  readonly store: Store
  readonly sealer: Sealer
  readonly log: Log
}): Claims {
  const { store, sealer, log } = deps
  const keyOf = ({ chat, message, from, data }: PressKey) =>
    sealer.digest(JSON.stringify([chat, message, from, data]))
  const unsure = (error: unknown) =>
    log.warn({ err: error }, 'a Telegram press could not be noted as handled')

  return {
    claim: async (press, update) => {
      const key = keyOf(press)
      const id = `tp-${sealer.digest(`${key} ${update}`)}`
      try {
        const isFirst = await store.create(BUCKET, key, update, { ttlMs: REPEATED_MS })
        // the same update after a restart: the dispatcher knows by its id how far it got
        return isFirst || (await store.get(BUCKET, key)) === update ? id : undefined
      } catch (error) {
        // without the store the dispatcher refuses, and says why
        unsure(error)
        return id
      }
    },
    answered: (press, update) =>
      store.put(BUCKET, keyOf(press), update, { ttlMs: ON_ITS_WAY_MS }).catch(unsure),
    release: (press) => store.remove(BUCKET, keyOf(press)).catch(unsure),
  }
}
