import { readPath } from './path.ts'
import { isCount, isSecretKey, looksSecret } from './secret-words.mjs'

/** Whether what stands at a path is masked, and so must not be typed where others read. */
export function isSecretPath(words: string): boolean {
  const keys = (readPath(words) ?? []).filter((key) => typeof key === 'string')
  return keys.some((key, index) => isSecretKey(key) && !(index === keys.length - 1 && isCount(key)))
}

/** Whether a typed value had better not been typed. */
export const isSecretValue = (value: string): boolean => looksSecret(value)

/** What a masked read shows in place of a value: it must not be written as one. */
export const isStandIn = (value: string): boolean => /•|__OPENCLAW_REDACTED__/.test(value)

/** Words of the gateway with whatever looks like a secret masked. */
export const cleanWords = (words: string): string =>
  words.replaceAll(/\S+/g, (word) => (looksSecret(word) ? '•••' : word))
