import type { Fly, Lease } from '../core/fly.ts'
import { OpsError } from '../core/errors.ts'
import type { Answer, Caller } from './call.ts'
import { accepted } from './call.ts'
import { readErrorBody } from './error-body.ts'
import { anything, field, object, text, timeMs } from './schema.ts'

type Leases = Pick<Fly, 'lease' | 'currentLease' | 'releaseLease'>

/** The right to change a machine, held by one at a time. */
export function createLeases(call: Caller): Leases {
  return {
    lease: (app, id, { ttlSeconds, description, nonce }) =>
      call({
        endpoint: 'POST /v1/apps/{app}/machines/{id}/lease',
        at: { app, id },
        body: { ttl: ttlSeconds, description },
        nonce,
        read: ({ json }) => readLease(json),
      }),
    currentLease: async (app, id) => {
      const found = await call({
        endpoint: 'GET /v1/apps/{app}/machines/{id}/lease',
        at: { app, id },
        accept: isNoLease,
        read: (answer) => (isNoLease(answer) ? 'none' : readLease(answer.json)),
      })
      return found === 'none' ? null : found
    },
    releaseLease: async (app, id, nonce) => {
      try {
        await call({
          endpoint: 'DELETE /v1/apps/{app}/machines/{id}/lease',
          at: { app, id },
          nonce,
          read: accepted,
        })
      } catch (error) {
        if (!isOver(error)) throw error
      }
    },
  }
}

/** Not there any more, or somebody else's by now: in both cases ours has ended. */
const isOver = (error: unknown): boolean =>
  error instanceof OpsError && (error.code === 'not_found' || error.code === 'lease_held')

const isNoLease = ({ status, text: body }: Answer): boolean =>
  status >= 400 && status < 500 && /lease not found/i.test(readErrorBody(body).message)

const LeaseBody = object({
  nonce: text,
  expires_at: anything,
  owner: text,
  description: text,
  version: text,
})

/** A lease in its envelope or bare (FLY.md §1.1); `undefined` without a nonce, for then it is of no use. */
function readLease(value: unknown): Lease | undefined {
  const body = LeaseBody.parse(field(value, 'data') ?? value)
  const expiresAt = timeMs(body.expires_at)
  if (!body.nonce || expiresAt === null) return undefined
  const { nonce, owner, description, version } = body
  return {
    nonce,
    expiresAt,
    owner: owner || null,
    description: description || null,
    version: version || null,
  }
}
