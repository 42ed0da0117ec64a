import { flyErrors } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { json, leaseOf, machineOf, refuseLeased } from './router.ts'
import type { FakeLease, FakeMachine } from './types.ts'
import { durationMs, number, text } from './values.ts'

const path = '/v1/apps/:app/machines/:machine/lease'

export const leaseRoutes: readonly Route[] = [
  { method: 'GET', path, action: 'machine.lease.get', handle: show },
  {
    method: 'POST',
    path,
    action: 'machine.lease.create',
    query: ['ttl'],
    schema: 'CreateLeaseRequest',
    writes: true,
    handle: take,
  },
  { method: 'DELETE', path, action: 'machine.lease.delete', writes: true, handle: release },
]

function show(context: Context): Answer {
  const machine = machineOf(context)
  const lease = leaseOf(context.world, machine)
  if (lease === null) throw flyErrors.leaseNotFound()
  return json(envelope(machine, lease))
}

/** `?ttl=` (as flyctl sends it) or the body; the holder's nonce makes it a refresh. */
function take(context: Context): Answer {
  const machine = machineOf(context)
  refuseLeased(context, machine)
  const asked = durationMs(context.query.get('ttl'))
  const ttl = asked === undefined ? (number(context.body['ttl']) ?? 30) : asked / 1000
  const description = text(context.body['description']) ?? ''
  return json(envelope(machine, grantLease(context, machine, { ttl, description })), 201)
}

export function grantLease(
  { world, token }: Context,
  machine: FakeMachine,
  { ttl, description }: { readonly ttl: number; readonly description: string },
): FakeLease {
  const held = leaseOf(world, machine)
  machine.lease = {
    nonce: held?.nonce ?? world.ids.nonce(),
    expiresAt: Math.floor(world.clock.now() / 1000) + ttl,
    owner: token.user,
    description: description === '' ? (held?.description ?? '') : description,
  }
  return machine.lease
}

function release(context: Context): Answer {
  const machine = machineOf(context)
  if (leaseOf(context.world, machine) === null) throw flyErrors.leaseNotFound()
  refuseLeased(context, machine)
  machine.lease = null
  return json({ status: 'success', data: { ok: true } })
}

function envelope(machine: FakeMachine, lease: FakeLease): object {
  return {
    status: 'success',
    data: {
      nonce: lease.nonce,
      expires_at: lease.expiresAt,
      owner: lease.owner,
      description: lease.description,
      version: machine.instanceId,
    },
  }
}
