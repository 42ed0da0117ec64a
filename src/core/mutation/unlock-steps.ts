import type { Recall, WorkContext } from '../context.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import { comeUp } from './come-up.ts'
import { ask, asked } from './power.ts'
import { type Read, readLocks, removeLocks } from './unlock-files.ts'
import type { UnlockPlan } from './unlock-plan.ts'
import { asleep, awake, wake, woken } from './unlock-wake.ts'
import { beforeStep, lookStep, readyStep } from './up-steps.ts'
import type { Before } from './up.ts'
import { updateSteps } from './update.ts'

const againStep = (id: string): string => `again.${id}`
export const firstStep = (id: string): string => `first.${id}`
export const readStep = (id: string): string => `read.${id}`
export const removeStep = (id: string): string => `remove.${id}`
const wakeStep = (id: string): string => `wake.${id}`

/** First what harms nothing: a new start, with which most leftovers are taken over by the gateway itself. */
export function startSteps(context: WorkContext, { id, lease }: UnlockPlan): readonly Step[] {
  const request = (recall: Recall) => {
    const before = recall(beforeStep(id)) as Before
    return { id, lease, action: before.action, before }
  }
  return [
    lookStep(context, id),
    {
      id: againStep(id),
      label: tr(`Start ${id} anew`, `重新啟動 ${id}`),
      do: async (recall) => {
        await ask(context, request(recall))
        return true
      },
      done: async (recall) => ((await asked(context, request(recall))) ? true : undefined),
    },
    {
      id: firstStep(id),
      proof: true,
      label: tr('See whether the gateway comes up by itself', '查看閘道是否自行恢復'),
      do: (recall) => comeUp(context, id, recall(beforeStep(id)) as Before),
    },
  ]
}

/** With the machine asleep no gateway lives in it: its files are read, those of nobody deleted, and it is woken with its own command. */
export function asleepSteps(context: WorkContext, { id, version }: UnlockPlan): readonly Step[] {
  return [
    ...updateSteps(context, {
      id,
      version,
      label: tr(`Start ${id} with a command that only sleeps`, `以僅休眠的指令啟動 ${id}`),
      mutate: asleep,
      launch: true,
    }),
    {
      id: readStep(id),
      label: tr('Read the lock files and their owners', '讀取鎖定檔與其擁有者'),
      do: () => readLocks(context, id),
    },
    {
      id: removeStep(id),
      label: tr('Delete those that belong to nobody', '刪除沒有擁有者的鎖定檔'),
      do: (recall) => removeLocks(context, id, recall(readStep(id)) as Read),
    },
    {
      id: wakeStep(id),
      label: tr(`Give ${id} its own command again`, `恢復 ${id} 原本的指令`),
      do: (recall) => wake(context, id, recall),
      done: (recall) => woken(context, id, recall),
    },
    {
      id: readyStep(id),
      proof: true,
      label: tr('Wait until the gateway is ready', '等待閘道就緒'),
      do: (recall) =>
        awake(context, id, {
          was: recall(beforeStep(id)) as Before,
          asleepAt: recall(readStep(id)) as Read,
        }),
    },
  ]
}
