import { createHash } from 'node:crypto'

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Makes ids that look like Fly's, the same ones in every run. */
export interface Ids {
  /** 14 hexadecimal digits. */
  readonly machine: () => string
  /** Sorts in the order made, as the real ones do. */
  readonly ulid: (now: number) => string
  readonly volume: () => string
  readonly snapshot: () => string
  readonly nonce: () => string
  /** 16 letters and digits. */
  readonly short: () => string
  readonly count: () => number
}

export function createIds(): Ids {
  let counter = 0
  let newest = 0
  const count = (): number => (counter += 1)
  const hash = (kind: string): string =>
    createHash('sha256')
      .update(`${kind}${String(count())}`)
      .digest('hex')
  return {
    count,
    machine: () => `d${hash('machine').slice(0, 13)}`,
    volume: () => `vol_${letters(hash('volume'))}`,
    snapshot: () => `vs_${letters(hash('snapshot'))}`,
    nonce: () => hash('nonce').slice(0, 12),
    short: () => letters(hash('short')),
    ulid: (now) => {
      newest = Math.max(newest, now)
      return base32(newest, 10) + base32(count(), 16)
    },
  }
}

function base32(value: number, width: number): string {
  let rest = value
  let text = ''
  for (let index = 0; index < width; index += 1) {
    text = (crockford[rest % 32] ?? '0') + text
    rest = Math.floor(rest / 32)
  }
  return text
}

function letters(hex: string): string {
  return BigInt(`0x${hex}`).toString(36).slice(0, 16)
}
