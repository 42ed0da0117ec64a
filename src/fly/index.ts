import { Agent } from 'undici'
import type { Fly } from '../core/fly.ts'
import { createAddresses } from './addresses.ts'
import { createApps } from './apps.ts'
import { createCertificates } from './certificates.ts'
import { createInside } from './inside.ts'
import { createLeases } from './leases.ts'
import { createLifecycle, createWait } from './lifecycle.ts'
import { createLogs } from './logs.ts'
import { logTokens } from './log-tokens.ts'
import { createMachines } from './machines.ts'
import { createMetrics } from './metrics.ts'
import { createPlatform } from './platform.ts'
import { createReleases } from './releases.ts'
import { createCaller, pause } from './request.ts'
import type { FlyDeps, Wire } from './request.ts'
import { createSecrets } from './secrets.ts'
import { createVolumes } from './volumes.ts'

export { createMemoryPacer, createSharedPacer } from './pace.ts'

/** The client of Fly, and the way to let go of its connections once no call is under way. */
export type FlyClient = Fly & { readonly close: () => Promise<void> }

const CONNECTIONS = 64
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Connects to Fly. `deadline` makes the signals that end calls, for tests.
 * undici's own time limits are off: the signal is the only clock, so that an error can say which end gave up. HTTP/2 is off
 * because one lost connection would make every mutation on it ambiguous.
 */
export function createFly(deps: FlyDeps & Partial<Pick<Wire, 'deadline'>>): FlyClient {
  const dispatcher = new Agent({
    connections: CONNECTIONS,
    maxResponseSize: MOST_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  })
  const deadline = deps.deadline ?? ((ms: number) => AbortSignal.timeout(ms))
  const tokens = logTokens(deps.token.reveal() !== deps.readToken.reveal())
  const fly = bind({ ...deps, deadline, dispatcher, logTokens: tokens }, undefined)
  return { ...fly, close: () => dispatcher.close() }
}

function bind(wire: Wire, signal: AbortSignal | undefined): Fly {
  const call = createCaller(wire, signal)
  const apps = createApps(call)
  return {
    with: (own, changed = wire.changed) =>
      bind({ ...wire, changed }, signal === undefined ? own : AbortSignal.any([signal, own])),
    wait: createWait(call, (ms) => pause({ clock: wire.clock, signal }, ms)),
    ...apps,
    ...createMachines(call),
    ...createLifecycle(call),
    ...createLeases(call),
    ...createInside(call),
    ...createVolumes(call),
    ...createSecrets(call),
    ...createAddresses(call),
    ...createCertificates(call),
    ...createPlatform(call),
    ...createReleases(call),
    ...createLogs(call, { ...apps, tokens: wire.logTokens }),
    ...createMetrics(call),
  }
}
