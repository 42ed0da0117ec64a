import { createHash } from 'node:crypto'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const INCIDENT_ID = /^I-[0-9A-HJKMNP-TV-Z]{6}$/

/** `I-` and 30 bits of a digest in Crockford base 32, as jobs have. */
export function incidentId(seed: string, salt = 0): string {
  let bits = createHash('sha256').update(`${salt}:${seed}`).digest().readUInt32BE() >>> 2
  let id = ''
  for (let i = 0; i < 6; i++) {
    id = `${CROCKFORD[bits & 31]}${id}`
    bits >>>= 5
  }
  return `I-${id}`
}

/** Typed ids may lack the prefix, be small, and confuse O with 0 and I or L with 1. */
export function readIncidentId(typed: string): string | undefined {
  const bare = typed
    .trim()
    .toUpperCase()
    .replace(/^#/, '')
    .replace(/^I(?:-|(?=.{6}$))/, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  const id = `I-${bare}`
  return INCIDENT_ID.test(id) ? id : undefined
}
