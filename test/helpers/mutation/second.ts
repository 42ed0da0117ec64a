import type { FakeMachine } from '../../fakes/fly/types.ts'
import type { Scene } from './open.ts'

/** How the other machine of an app is: running, at rest, or on a host that does not answer. */
export type Second = 'started' | 'stopped' | 'unreachable'

/** Adds a machine like the first one, on a volume of its own. */
export async function addSecond({ fly, deployed }: Scene, how: Second): Promise<FakeMachine> {
  const { app, machine } = deployed
  const { id: volume } = fly.addVolume({ app, name: 'openclaw_data', region: 'iad', sizeGb: 1 })
  const [mount] = machine.config['mounts'] as ReadonlyArray<Record<string, unknown>>
  const config = { ...machine.config, mounts: [{ ...mount, volume }] }
  const state = how === 'stopped' ? 'stopped' : 'started'
  const second = await fly.addMachine({ app, config, state })
  if (how === 'unreachable') second.hostStatus = 'unreachable'
  return second
}
