import type { WorkContext } from '../context.ts'
import { mb } from '../memory-size.ts'
import { rememberOverride } from '../overrides.ts'
import { type Reply, reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { changedMeanwhile } from './kept.ts'
import { type MemoryChange, optionsOf, reachableConfig, sizedFacts } from './memory.ts'

/** Takes the size that somebody else gave a machine for the one that is meant; nothing changes at Fly. */
export async function keepMemory(
  context: WorkContext,
  { id, version, goal, region }: MemoryChange,
) {
  const { app, fly, store, actor, clock, job } = context
  const machine = await fly.machine(app, id)
  const config = reachableConfig(machine)
  if (machine.version !== version) throw changedMeanwhile(id)
  const { memoryMb, cpus } = goal.guest
  await rememberOverride(
    store,
    { app, machine: id },
    {
      memoryMb,
      cpus,
      // Whatever came for the sake of an earlier size went with it.
      cpusBefore: cpus,
      nodeOptions: optionsOf(config) || null,
      by: actor.name,
      at: clock.now(),
      job,
    },
  )
  return { kind: 'kept' as const, app, machine: id, now: sizedFacts(goal, region) }
}
export type Kept = Awaited<ReturnType<typeof keepMemory>>

export const renderKept = ({ app, machine, now }: Kept): Reply =>
  reply.ok(
    tr(
      `${app}: ${machine} keeps its ${mb(now.memoryMb)}`,
      `${app}：${machine} 維持 ${mb(now.memoryMb)}`,
    ),
    [
      text(
        tr(
          'Nothing was changed. It is remembered as the size that is meant, in place of the one that was set here before.',
          '沒有變更任何東西；已記住這是要使用的規格，取代先前在此設定的規格。',
        ),
      ),
    ],
  )
