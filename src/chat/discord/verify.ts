import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Clock } from '../../core/ports.ts'

/** Older or newer requests are replays or broken clocks; Discord itself states no window. */
const WINDOW_MS = 5 * 60_000

/** What the endpoint was sent: two headers and the body as it came, before any parsing. */
export interface SignedRequest {
  readonly signature: string | undefined
  readonly timestamp: string | undefined
  readonly body: string | Buffer
}

/** Tells whether a request was signed by Discord within the last five minutes. Never throws; a malformed key verifies nothing. */
export function createInteractionVerifier(
  publicKeyHex: string,
  clock: Pick<Clock, 'now'>,
): (request: SignedRequest) => boolean {
  const key = readKey(publicKeyHex)
  return ({ signature, timestamp, body }) => {
    if (key === undefined || !/^[0-9a-f]{128}$/i.test(signature ?? '')) return false
    if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false
    if (Math.abs(clock.now() - Number(timestamp) * 1000) > WINDOW_MS) return false
    const signed = Buffer.concat([Buffer.from(timestamp), Buffer.from(body)])
    return verify(null, signed, key, Buffer.from(signature ?? '', 'hex'))
  }
}

function readKey(hex: string): KeyObject | undefined {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return undefined
  const x = Buffer.from(hex, 'hex').toString('base64url')
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  } catch {
    return undefined
  }
}
