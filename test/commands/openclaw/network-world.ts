import type { FakeMachine } from '../../fakes/fly/types.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import type { Call } from '../../fakes/fly/calls.ts'
import { type Scene, wordsOf } from '../../helpers/mutation.ts'

/** The deployment's own machine. */
export const machineOf = ({ fly, deployed }: Scene): FakeMachine => fly.machine(deployed.machine.id)

/** The kinds of addresses the app has now, in order. */
export const typesOf = ({ fly, deployed }: Scene): readonly string[] =>
  fly
    .app(deployed.app)
    .addresses.map(({ type }) => type)
    .toSorted()

export const servicesOf = (machine: FakeMachine): readonly unknown[] =>
  (machine.config['services'] as readonly unknown[] | undefined) ?? []

/** Whether its machine has services. */
export const routed = (scene: Scene): boolean => servicesOf(machineOf(scene)).length > 0

/** Another machine of the app, without a volume; gives its id. */
export async function second({ fly, deployed }: Scene, state: string): Promise<string> {
  const { mounts: _, ...config } = deployed.machine.config
  return (await fly.addMachine({ app: deployed.app, config, state })).id
}

export const press = { press: true } as const
export const words = (said: SaidReply): string => wordsOf(said).join('\n')
/** What was asked of Fly from there on that changes something. */
export const posts = ({ fly }: Scene, from: number): readonly Call[] =>
  fly.calls.slice(from).filter(({ method, path }) => method !== 'GET' && !/exec/.test(path))
