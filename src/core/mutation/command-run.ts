import type { WorkContext } from '../context.ts'
import type { MachineConfig } from '../fly.ts'
import { rememberOverride } from '../overrides.ts'
import { isBag } from '../services.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import { type CommandChange } from './command-plan.ts'
import { clearSteps } from './lease.ts'
import { asItWas, awaitUp, type Watched } from './proven-up.ts'
import { beforeStep, lookStep, readyStep } from './up-steps.ts'
import type { Before, Up } from './up.ts'
import { updateSteps } from './update.ts'

/** What came of it; field names are public. */
export interface Commanded extends Watched {
  readonly kind: 'changed' | 'same'
  readonly app: string
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly started: boolean
}

/** Changes the command and proves it by a ready gateway; without one the old command comes back. */
export async function changeCommand(
  context: WorkContext,
  change: CommandChange,
): Promise<Commanded> {
  const { app } = context
  const { id, before, words, started, same } = change
  const facts = { app, machine: id, before, after: words, started, looks: 0 }
  if (same) {
    await remember(context, change)
    return { ...facts, kind: 'same', up: null, was: null }
  }
  const recall = await context
    .steps(
      tr(`${app}: changing the command of ${id}`, `${app}：變更 ${id} 的指令`),
      stepsOf(context, change),
    )
    .catch((error: unknown) => {
      throw asItWas(error, stateWords(change))
    })
  const up = (recall(readyStep(id)) ?? null) as Up | null
  const was = (recall(beforeStep(id)) ?? null) as Before | null
  return { ...facts, kind: 'changed', up, was }
}

function stepsOf(context: WorkContext, change: CommandChange): readonly Step[] {
  const { id, version, words, started, wasReady } = change
  const ready: Step = {
    id: readyStep(id),
    proof: true,
    label: tr('Wait until the gateway is ready', '等待閘道就緒'),
    do: (recall) =>
      awaitUp(context, id, { before: recall(beforeStep(id)) as Before, failed: notReady(id) }),
  }
  return [
    ...clearSteps(context, change),
    ...(started ? [lookStep(context, id)] : []),
    ...updateSteps(context, {
      id,
      version,
      label: tr(`Give ${id} the new command`, `設定 ${id} 的新指令`),
      mutate: (config) => withCommand(config, words),
      wasReady,
    }),
    ...(started ? [ready] : []),
    {
      id: 'remember',
      proof: true,
      label: tr('Remember it, for a deploy may put it back', '記住此設定，因為部署可能會改回'),
      do: async () => {
        await remember(context, change)
        return true
      },
    },
  ]
}

/** The config with another command; all else of it as it was. */
const withCommand = (config: MachineConfig, words: readonly string[]): MachineConfig => ({
  ...config,
  init: { ...(isBag(config['init']) && config['init']), cmd: words },
})

const notReady =
  (id: string) =>
  (state: string): Text =>
    tr(
      `With the new command the gateway of ${id} did not become ready (machine ${state}).`,
      `使用新指令後 ${id} 的閘道未能就緒（機器 ${state}）。`,
    )

const stateWords = ({ id, started, wasReady }: CommandChange): Text =>
  started && wasReady
    ? tr(
        `${id} has its old command, runs, and its gateway is ready.`,
        `${id} 使用舊指令，執行中且閘道就緒。`,
      )
    : tr(`${id} has its old command.`, `${id} 使用舊指令。`)

async function remember(context: WorkContext, { id, words }: CommandChange): Promise<void> {
  const { app, store, actor, clock, job } = context
  const override = { command: words, by: actor.name, at: clock.now(), job }
  await rememberOverride(store, { app, machine: id }, override)
}
