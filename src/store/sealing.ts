import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { Sealer } from '../core/ports.ts'

const ALGORITHM = 'aes-256-gcm'
const VERSION = 'v1.'
const IV = 12
const TAG = 16

/** Seals with AES-256-GCM under a fresh nonce each time: `v1.` and base64url of nonce, tag, ciphertext. Takes 32 bytes, from which a key for each use is derived. */
export function createSealer(key: Buffer): Sealer {
  if (key.length !== 32) throw new RangeError('a sealing key has 32 bytes')
  const sealing = derive(key, 'ocops seal v1')
  const digesting = derive(key, 'ocops digest v1')
  return {
    seal(plain) {
      const iv = randomBytes(IV)
      const cipher = createCipheriv(ALGORITHM, sealing, iv)
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return VERSION + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
    },
    open: (sealed) => open(sealing, sealed),
    digest: (value) =>
      createHmac('sha256', digesting).update(value).digest().subarray(0, 16).toString('base64url'),
  }
}

/** As an object of its own: sealing with bare bytes takes four times as long, and stands before each acknowledgement. */
const derive = (key: Buffer, use: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), use, 32)))

function open(key: KeyObject, sealed: string): string | undefined {
  const text = sealed.slice(VERSION.length)
  const bytes = Buffer.from(text, 'base64url')
  // Other spellings of the same bytes are refused, so that what was touched never opens.
  if (!sealed.startsWith(VERSION) || bytes.toString('base64url') !== text) return undefined
  if (bytes.length < IV + TAG) return undefined
  const options = { authTagLength: TAG }
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV), options)
  decipher.setAuthTag(bytes.subarray(IV, IV + TAG))
  try {
    const plain = [decipher.update(bytes.subarray(IV + TAG)), decipher.final()]
    return Buffer.concat(plain).toString('utf8')
  } catch {
    return undefined
  }
}
