import { hash } from 'node:crypto'
import { OpsError } from './errors.ts'
import { tr } from './text.ts'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const JOB_ID = /^J-[0-9A-HJKMNP-TV-Z]{6}$/

/** Timer turns for a second look have ids of their own: `F-7K3M9Q-1` for the first look after J-7K3M9Q. */
export const followId = (job: string, n: number): string => `F-${job.slice(2)}-${n}`

/** `J-` and 30 bits of the invocation's digest in Crockford base 32. */
export function jobId(invocation: string, salt = 0): string {
  const digest = hash('sha256', `${salt}:${invocation}`, 'buffer')
  let bits = digest.readUInt32BE() >>> 2
  let id = ''
  for (let i = 0; i < 6; i++) {
    id = `${CROCKFORD[bits & 31]}${id}`
    bits >>>= 5
  }
  return `J-${id}`
}

/** Typed ids may lack the prefix, be small, and confuse O with 0 and I or L with 1, as Crockford's alphabet allows. */
export function readJobId(typed: string): string | undefined {
  const bare = typed
    .trim()
    .toUpperCase()
    .replace(/^J(?:-|(?=.{6}$))/, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  const id = `J-${bare}`
  return JOB_ID.test(id) ? id : undefined
}

export const noSuchJob = (id: string): OpsError =>
  new OpsError('not_found', tr(`There is no job ${id}.`, `沒有工作 ${id}。`), {
    hint: tr('/ops jobs lists the recent ones.', '/ops jobs 會列出最近的工作。'),
  })
