import type { FakeMachine } from '../../fakes/fly/types.ts'
import type { Scene } from '../../helpers/mutation.ts'

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
