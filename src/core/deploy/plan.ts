import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { mainMachine } from '../deployment.ts'
import type { Machine } from '../fly.ts'
import { gatewayMachines, noMachine } from '../mutation/targets.ts'
import { type DeployChange, type Target, targetOf } from './change.ts'
import { baseFor, type Goal, goalOf, imageOf, isGoal } from './goal.ts'
import { readImage } from './image-ref.ts'
import { planBlocks, planTitle } from './plan-words.ts'
import type { Deploy } from './record.ts'

/** What is asked for, once it is known what runs. */
export interface Wanted {
  readonly kind: Deploy['kind']
  readonly goal: Goal
  /** The deployment that is gone back before, when that is what was asked for. */
  readonly undone?: Deploy | undefined
}

/** The plan for `deploy image`: a tag, a digest or a whole name. */
export async function planImage(context: WorkContext, typed: string): Promise<Plan> {
  const { main, machines } = await machinesOf(context)
  const name = readImage(typed, baseFor(typed, imageOf(main)))
  const goal = await goalOf(context, name, { version: null })
  return planDeploy(context, machines, { kind: 'image', goal })
}

/** The machines that run the gateway, what runs first; rejects when there is none. */
export async function machinesOf(
  context: WorkContext,
): Promise<{ readonly main: Machine; readonly machines: readonly Machine[] }> {
  const machines = await context.fly.machines(context.app)
  const main = mainMachine(gatewayMachines(machines))
  if (main === undefined) throw noMachine()
  return { main, machines }
}

/** What will change on which machine, from a look at each of them. */
export async function planDeploy(
  context: WorkContext,
  machines: readonly Machine[],
  { kind, goal, undone }: Wanted,
): Promise<Plan> {
  const targets = await targetsOf(context, machines)
  const [first] = targets
  if (first === undefined) throw noMachine()
  const { image, digest, same, version } = goal
  const change: DeployChange = {
    kind,
    from: first.now,
    to: { image, digest, version, same },
    targets: targets.filter((target) => !runs(target, goal)),
  }
  const nothing = change.targets.length === 0
  return {
    title: planTitle(context.app, change),
    blocks: await planBlocks(context, change, {
      goal,
      undone,
      same: targets.filter((target) => runs(target, goal)).map(({ id }) => id),
      others: othersOf(machines, targets),
      machines,
    }),
    fingerprint: JSON.stringify([
      image,
      ...targets.map(({ id, version: at, started, lease, volumes }) => [
        id,
        at,
        started,
        lease && [lease.owner, lease.description],
        volumes,
      ]),
    ]),
    data: change,
    nothing,
  }
}

/** Running ones first: what they show decides about the rest. */
async function targetsOf(
  { app, gateway }: WorkContext,
  machines: readonly Machine[],
): Promise<readonly Target[]> {
  const own = gatewayMachines(machines)
  const looked = await Promise.all(
    own.map(async (machine) => {
      const report = machine.state === 'started' ? await gateway.probe(app, machine) : null
      return targetOf(machine, report)
    }),
  )
  return looked.toSorted((a, b) => Number(b.started) - Number(a.started))
}

/** Certainly the same image already: by digest, or by a name that holds one. */
const runs = ({ now }: Target, goal: Goal): boolean =>
  isGoal(goal, now.digest) === true || (goal.digest !== null && now.image === goal.image)

const othersOf = (machines: readonly Machine[], targets: readonly Target[]): readonly string[] =>
  machines.filter(({ id }) => !targets.some((target) => target.id === id)).map(({ id }) => id)
