import type { OpsError } from '../../src/core/errors.ts'
import type { Answer, Call } from '../../src/fly/call.ts'
import type { FlyErrorCode } from '../../src/fly/classify.ts'
import { parseJson } from '../../src/fly/error-body.ts'
import { refusalError } from '../../src/fly/errors.ts'
import { createRedactor } from '../../src/fly/redact.ts'

type Endpoint = Call<unknown>['endpoint']
export const READ: Endpoint = 'GET /v1/apps/{app}/machines/{id}'
export const CHANGE: Endpoint = 'POST /v1/apps/{app}/machines/{id}'

const answer = (status: number, body: unknown): Answer => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, text, json: parseJson(text), header: () => undefined, reference: '01REQ' }
}
/** The error for an answer to a mutation, or to what `call` says. */
export const classify = (
  status: number,
  body: unknown,
  call: Partial<Call<unknown>> = {},
): OpsError => refusalError(answer(status, body), { endpoint: CHANGE, ...call }, createRedactor([]))

// In the order of the samples, so that each of them has one expected kind.
export const EXPECTED: ReadonlyArray<readonly [number, body: string, FlyErrorCode]> = [
  [
    409,
    'machine ID 3d lease currently held by hello@fly.io, expires at 2022-10-20 19:59:06 +0000 UTC',
    'lease_held',
  ],
  [
    409,
    'machine ID 28 lease currently held by 9a@tokens.fly.io, expires at 2026-05-14T10:41:08Z',
    'lease_held',
  ],
  [
    400,
    'invalid_argument: WaitMachineRequest.Timeout must be inside range [1s, 1m0s]',
    'validation',
  ],
  [
    408,
    'deadline_exceeded: machine failed to reach desired state, started, currently stopped',
    'ambiguous',
  ],
  [408, 'deadline_exceeded: Post "http://unix/v1/exec": net/http: request canceled', 'ambiguous'],
  [412, "failed_precondition: unable to start machine from current state: 'created'", 'not_ready'],
  [412, 'failed_precondition: machine still active, refusing to start', 'not_ready'],
  [412, 'failed_precondition: machine getting replaced, refusing to start', 'not_ready'],
  [
    412,
    'failed_precondition: unable to destroy machine, not currently stopped, suspended, failed, or pending',
    'not_ready',
  ],
  [412, 'failed_precondition: volume is currently bound to machine: 148e127abcdef0', 'not_ready'],
  [412, 'failed_precondition: volume already claimed by machine \u0000\u0000', 'not_ready'],
  [
    412,
    'failed_precondition: snapshot is already scheduled at 2026-10-01T10:00:00.000Z',
    'not_ready',
  ],
  [412, "insufficient resources to create new machine with existing volume 'vol_xxx'", 'capacity'],
  [
    409,
    'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
    'capacity',
  ],
  [503, 'out of capacity', 'capacity'],
  [400, 'no capacity', 'capacity'],
  [
    403,
    'organization "Kilo" is using 1970176 MB of memory in dfw which is over the allowed quota. please consider other regions',
    'quota',
  ],
  [400, 'volume not found', 'not_found'],
  [422, 'Validation failed: Name has already been taken', 'validation'],
  [
    409,
    'already_exists: unique machine name violation, machine ID 3 already exists with name "foo"',
    'validation',
  ],
  [404, 'Could not find App "my-app-name"', 'not_found'],
  [404, 'app not found', 'not_found'],
  [403, 'unauthorized', 'scope'],
  [400, 'network not found', 'not_found'],
  [400, 'json: cannot unmarshal array into Go value of type main.stopRequest', 'validation'],
  [429, 'rate limit exceeded', 'rate_limited'],
]
