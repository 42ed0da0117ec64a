import type { Json } from './types.ts'

/** An answer that is an error; thrown anywhere below a route. */
export class FlyError extends Error {
  override readonly name = 'FlyError'
  readonly status: number
  readonly body: Json
  constructor(status: number, error: string, more: Json = {}) {
    super(error)
    this.status = status
    this.body = { error, ...more }
  }
}

const precondition = (text: string): FlyError => new FlyError(412, `failed_precondition: ${text}`)

/** The errors of Fly by situation, in Fly's words where they are known; also the bodies for scripted faults. */
export const flyErrors = {
  appNotFound: () => new FlyError(404, 'app not found'),
  machineNotFound: () => new FlyError(404, 'machine not found'),
  volumeNotFound: () => new FlyError(404, 'volume not found'),
  volumeMissing: () => new FlyError(400, 'volume not found'),
  leaseNotFound: () => new FlyError(404, 'not_found: lease not found'),
  unauthorized: () => new FlyError(401, 'unauthorized'),
  forbidden: () => new FlyError(403, 'unauthorized'),
  invalid: (text: string) => new FlyError(400, `invalid_argument: ${text}`),
  wrongType: (path: string, type: string) =>
    new FlyError(400, `json: cannot unmarshal into Go struct field ${path} of type ${type}`),
  unmarshal: (what: string, type: string) =>
    new FlyError(400, `json: cannot unmarshal ${what} into Go value of type ${type}`),
  leaseHeld: (id: string, owner: string, expires: string) =>
    new FlyError(409, `machine ID ${id} lease currently held by ${owner}, expires at ${expires}`),
  leaseHeldOld: (id: string, owner: string, expires: string) =>
    Object.assign(new FlyError(409, ''), {
      body: {
        status: 'error',
        message: `machine ID ${id} lease currently held by ${owner}, expires at ${expires}`,
        code: 'invalid',
      },
    }),
  staleVersion: (wanted: string, current: string) =>
    new FlyError(409, `aborted: machine version ${wanted} is not the current version ${current}`),
  nameTaken: () =>
    new FlyError(422, 'Validation failed: Name has already been taken', { status: 'name_taken' }),
  machineNameTaken: (id: string, name: string) =>
    new FlyError(
      409,
      `already_exists: unique machine name violation, machine ID ${id} already exists with name "${name}"`,
    ),
  cannotStart: (state: string) =>
    precondition(`unable to start machine from current state: '${state}'`),
  stillActive: () => precondition('machine still active, refusing to start'),
  gettingReplaced: () => precondition('machine getting replaced, refusing to start'),
  cannotDestroy: () =>
    precondition('unable to destroy machine, not currently stopped, suspended, failed, or pending'),
  cannot: (action: string, state: string) =>
    precondition(`unable to ${action} machine from current state: '${state}'`),
  staleMetadata: () => precondition('machine version does not match'),
  volumeBound: (machine: string) =>
    precondition(`volume is currently bound to machine: ${machine}`),
  volumeClaimed: (machine: string) => precondition(`volume already claimed by machine ${machine}`),
  snapshotPending: (at: string) => precondition(`snapshot is already scheduled at ${at}`),
  waitRange: () =>
    new FlyError(
      400,
      'invalid_argument: WaitMachineRequest.Timeout must be inside range [1s, 1m0s]',
    ),
  waitTimeout: (wanted: string, state: string) =>
    new FlyError(
      408,
      `deadline_exceeded: machine failed to reach desired state, ${wanted}, currently ${state}`,
    ),
  execTimeout: () =>
    new FlyError(
      408,
      'deadline_exceeded: Post "http://unix/v1/exec": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    ),
  secretsTimeout: (version: number) =>
    new FlyError(408, `deadline_exceeded: waiting for secrets version ${String(version)}`),
  insufficientMemory: () =>
    new FlyError(
      409,
      'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
    ),
  noRoomWithVolume: (volume: string) =>
    new FlyError(
      412,
      `insufficient resources to create new machine with existing volume '${volume}'`,
    ),
  outOfCapacity: () => new FlyError(503, 'out of capacity', { status: 'insufficient_capacity' }),
  noVolumeCapacity: () => new FlyError(400, 'no capacity'),
  quota: (org: string, mb: number, region: string) =>
    new FlyError(
      403,
      `organization "${org}" is using ${String(mb)} MB of memory in ${region} which is over the allowed quota. please consider other regions`,
    ),
  payment: () =>
    new FlyError(422, 'To create more than 1 machine per app please add a payment method'),
  addressNotFound: () => new FlyError(404, 'ip not found'),
  sharedTaken: () => new FlyError(409, 'already_exists: app already has a shared v4 address'),
  secretNotFound: () => new FlyError(404, 'secret not found'),
  networkNotFound: () => new FlyError(400, 'network not found'),
  rateLimited: () => new FlyError(429, 'rate limit exceeded'),
  hostUnreachable: () => new FlyError(503, 'unknown: the host of this machine is unreachable'),
}
