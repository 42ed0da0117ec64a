import type { WorkContext } from '../context.ts'
import { type ErrorCode, OpsError } from '../errors.ts'
import type { MachineConfig } from '../fly.ts'
import { rememberOverride } from '../overrides.ts'
import { isBag } from '../services.ts'
import { isHalfChanged } from '../step-errors.ts'
import type { Step } from '../steps.ts'
import { join, type Text, tr } from '../text.ts'
import { type CommandChange } from './command-plan.ts'
import { comeUp } from './come-up.ts'
import { clearSteps } from './lease.ts'
import { type Before, isReady, lookAgain, lookBefore, type Up } from './up.ts'
import { updateSteps } from './update.ts'

/** What came of it; field names are public. */
export interface Commanded {
  readonly kind: 'changed' | 'same'
  readonly app: string
  readonly machine: string
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly started: boolean
  /** How the machine came up; null when it does not run. */
  readonly up: Up | null
  /** Needed for another look. */
  readonly was: Before | null
  readonly looks: number
}

const beforeStep = (id: string): string => `before.${id}`
const readyStep = (id: string): string => `ready.${id}`

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
      throw asItWas(error, change)
    })
  const up = (recall(readyStep(id)) ?? null) as Up | null
  const was = (recall(beforeStep(id)) ?? null) as Before | null
  return { ...facts, kind: 'changed', up, was }
}

function stepsOf(context: WorkContext, change: CommandChange): readonly Step[] {
  const { id, version, words, started, wasReady } = change
  const look: Step = {
    id: beforeStep(id),
    label: tr(`Look at ${id} as it is`, `查看 ${id} 目前的狀態`),
    do: () => lookBefore(context, id),
  }
  const ready: Step = {
    id: readyStep(id),
    proof: true,
    label: tr('Wait until the gateway is ready', '等待閘道就緒'),
    do: (recall) => awaitUp(context, id, recall(beforeStep(id)) as Before),
  }
  return [
    ...clearSteps(context, change),
    ...(started ? [look] : []),
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

/** A gateway that was seen not ready takes the change back; one that could not be looked at does not. */
async function awaitUp(context: WorkContext, id: string, before: Before): Promise<Up> {
  const up = await comeUp(context, id, before)
  if (up.ready === false) throw notReady(up)
  return up
}

function notReady({ id, state, exit, reason }: Up): OpsError {
  const ended =
    exit === null
      ? ''
      : tr(`Its process ended with code ${exit.code}.`, `程序以代碼 ${exit.code} 結束。`)
  return new OpsError(
    'not_ready',
    join(
      ' ',
      tr(
        `With the new command the gateway of ${id} did not become ready (machine ${state}).`,
        `使用新指令後 ${id} 的閘道未能就緒（機器 ${state}）。`,
      ),
      ended,
      ...(state === 'started' && reason !== null
        ? [tr('What was seen last:', '最後看到的狀態：'), reason]
        : []),
    ),
    { hint: tr('Its logs say why: /openclaw logs.', '原因請看紀錄：/openclaw logs。') },
  )
}

/** These say nothing about how things are, or say it themselves. */
const NO_WORD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['internal', 'unavailable'])

/** The failure with the state it left: the way back is proven by the time it comes here, or it says otherwise itself. */
function asItWas(error: unknown, { id, started, wasReady }: CommandChange): unknown {
  if (!(error instanceof OpsError) || NO_WORD.has(error.code) || isHalfChanged(error)) return error
  const { code, text, hint, reference } = error
  const how: Text =
    started && wasReady
      ? tr(
          `${id} has its old command, runs, and its gateway is ready.`,
          `${id} 使用舊指令，執行中且閘道就緒。`,
        )
      : tr(`${id} has its old command.`, `${id} 使用舊指令。`)
  return new OpsError(code, text, {
    cause: error,
    hint: join(' ', how, hint ?? ''),
    ...(reference !== undefined && { reference }),
  })
}

async function remember(context: WorkContext, { id, words }: CommandChange): Promise<void> {
  const { app, store, actor, clock, job } = context
  const override = { command: words, by: actor.name, at: clock.now(), job }
  await rememberOverride(store, { app, machine: id }, override)
}

const AGAIN_MS = 30_000
const LOOKS = 10

/** Something is not known yet and will be looked at again. */
export const isOpen = ({ up, looks }: Commanded): boolean =>
  up !== null && looks < LOOKS && !isReady(up)

export const commandFollow = {
  after: (result: Commanded): number | null => (isOpen(result) ? AGAIN_MS : null),
  look: async (context: WorkContext, _options: unknown, result: Commanded): Promise<Commanded> => ({
    ...result,
    ...(result.was !== null && { up: await lookAgain(context, result.machine, result.was) }),
    looks: result.looks + 1,
  }),
}
