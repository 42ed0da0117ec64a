import { createHash, randomInt } from 'node:crypto'
import type { Access, CodeUse } from '../core/access.ts'
import type { Store } from '../core/ports.ts'

const BUCKET = 'access-code'
const CODE_MS = 600_000
/** Nothing that is mistaken for something else when it is read aloud. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 80 bits: nobody guesses that in ten minutes, so attempts need not be counted. */
const LENGTH = 16

const digestOf = (code: string): string => createHash('sha256').update(code).digest('base64url')

/** As Crockford reads it: small letters, missing hyphens, O for 0, I and L for 1. */
const bare = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')

/** One-time codes. The store never holds one: only what it hashes to, so a copy of the store opens nothing. */
export function createCodes(store: Store): Pick<Access, 'makeCode' | 'useCode'> {
  return {
    async makeCode(use) {
      const code = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
      await store.put(BUCKET, digestOf(code), use, { ttlMs: CODE_MS })
      return code.replaceAll(/(.{4})(?=.)/g, '$1-')
    },
    async useCode<F extends CodeUse['for']>(code: string, what: F) {
      const id = digestOf(bare(code))
      const use = (await store.get(BUCKET, id)) as CodeUse | undefined
      if (use?.for !== what) return undefined
      return (await store.take(BUCKET, id)) as Extract<CodeUse, { for: F }> | undefined
    },
  }
}
