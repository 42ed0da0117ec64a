import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../core/secret.ts'
import type { Headers, SourceReceiver, Verdict } from './receiver.ts'

/** A signed time may be off by this much; clocks differ, and deliveries wait. */
const OFF_MS = 300_000

/** The first value of a header; empty when there is none. */
export function header(headers: Headers, name: string): string {
  const value = headers[name]
  return (typeof value === 'string' ? value : value?.[0]) ?? ''
}

/** For sources that sign nothing: who knows the secret path is the source. */
export const unsigned: SourceReceiver['verify'] = (_, keys) =>
  keys.length === 0 ? { ok: true, event: null } : { ok: false, why: 'unsigned' }

interface Signed {
  /** Hex of HMAC-SHA256; any of them may fit. */
  readonly signatures: readonly string[]
  readonly message: ReadonlyArray<Buffer | string>
  readonly keys: readonly Secret[]
}

/** Whether any key made any of the signatures. Takes the same time whichever it is, and however much of it fits. */
export function isSigned({ signatures, message, keys }: Signed): boolean {
  const given = signatures.slice(0, 8).map(bytesOf)
  let fits = 0
  for (const key of keys) {
    const hmac = createHmac('sha256', key.reveal())
    for (const part of message) hmac.update(part)
    const made = hmac.digest()
    for (const one of given) fits |= Number(timingSafeEqual(one, made))
  }
  return fits === 1
}

const HEX = /^[0-9a-f]{64}$/i

/** 32 bytes, whatever was sent. What is no signature becomes one that nothing makes: a digest of itself. */
const bytesOf = (hex: string): Buffer =>
  HEX.test(hex) ? Buffer.from(hex, 'hex') : createHash('sha256').update(hex).digest()

/** Names what was signed: the same bytes are the same event, whatever unsigned headers say. */
export const eventOf = (...parts: ReadonlyArray<Buffer | string>): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('base64url')
}

/** A time in seconds that was signed, as a verdict: nothing when it is recent. */
function tooOld(seconds: string, now: number): Verdict | undefined {
  if (!/^\d{1,12}$/.test(seconds)) return { ok: false, why: 'wrong' }
  return Math.abs(Number(seconds) * 1000 - now) <= OFF_MS ? undefined : { ok: false, why: 'old' }
}

interface Scheme {
  readonly signature: string
  /** The header of the time that is signed with the body, `seconds:body`, where there is one. */
  readonly timestamp?: string
  readonly separator?: string
}

/** Signed by one header of hex, maybe with a time. */
export const signedBy =
  ({ signature, timestamp, separator = ':' }: Scheme): SourceReceiver['verify'] =>
  ({ headers, body }, keys, now) => {
    if (keys.length === 0) return { ok: true, event: null }
    const given = header(headers, signature).replace(/^(?:v1|sha256)=/, '')
    if (given === '') return { ok: false, why: 'unsigned' }
    const time = timestamp === undefined ? '' : header(headers, timestamp)
    const message = time === '' ? [body] : [`${time}${separator}`, body]
    if (!isSigned({ signatures: [given], message, keys })) return { ok: false, why: 'wrong' }
    return (time === '' ? undefined : tooOld(time, now)) ?? { ok: true, event: eventOf(...message) }
  }
