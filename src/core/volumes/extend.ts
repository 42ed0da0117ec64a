import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { attempt } from '../mutation/attempt.ts'
import { restartWaitMs } from '../mutation/cool-down.ts'
import { restartSteps } from '../mutation/restart.ts'
import { beforeStep, readyStep } from '../mutation/up-steps.ts'
import { type Before, isReady, lookAgain, type Up } from '../mutation/up.ts'
import type { Step } from '../steps.ts'
import { join, tr } from '../text.ts'
import { type Grown, hasGrown, inside, lookAt } from './extend-inside.ts'
import type { ExtendData } from './extend-plan.ts'

/** What came of it; field names are public. */
export interface Extended extends ExtendData {
  readonly sizeGb: number
  /** What Fly said; null when its answer was lost. */
  readonly needsRestart: boolean | null
  readonly inside: Grown
  /** Whether the file system was seen larger; null when that is not known. */
  readonly grown: boolean | null
  readonly restarted: (Up & { readonly before: Before }) | null
  /** The restart was left out, for the sake of the channels, for so many ms. */
  readonly waitMs: number | null
  readonly looks: number
}

interface Decision {
  readonly inside: Grown
  readonly restart: boolean
  readonly waitMs: number | null
}

/** Makes the volume larger, restarts the machine if its file system does not grow without, and looks at that inside. */
export async function runExtend(context: WorkContext, data: ExtendData): Promise<Extended> {
  if (data.to === data.from) return alreadySo(context, data)
  const title = tr(`Extending ${data.volume}`, `正在擴大 ${data.volume}`)
  const first = extendSteps(context, data)
  const recall = await context.steps(title, first)
  const { machine } = data
  if (machine === null || !(recall('look') as Decision).restart)
    return resultOf(data, recall, (recall('look') as Decision).inside)
  const steps = [...first, ...restartSteps(context, machine), lastLook(context, data)]
  const all = await context.steps(title, steps).catch(withSize(data))
  return resultOf(data, all, all('inside') as Grown)
}

function extendSteps(context: WorkContext, data: ExtendData): readonly Step[] {
  const { volume, to } = data
  return [
    {
      id: 'extend',
      label: tr(`Extend ${volume} to ${to} GB`, `將 ${volume} 擴大為 ${to} GB`),
      do: () => extend(context, data),
      done: async () => {
        const seen = await lookAt(context, volume)
        return seen.sizeGb >= to ? { needsRestart: null, sizeGb: seen.sizeGb } : undefined
      },
    },
    {
      id: 'look',
      proof: true,
      label: tr('Look at its file system inside', '從內部查看檔案系統'),
      do: (recall) => decide(context, data, recall),
    },
  ]
}

const lastLook = (context: WorkContext, data: ExtendData): Step => ({
  id: 'inside',
  label: tr('Measure the file system again', '再次測量檔案系統'),
  do: () => inside(context, data),
})

/** A lost answer is read back; a second request for the same size changes nothing more. */
async function extend(context: WorkContext, { volume, to }: ExtendData) {
  const { app, fly } = context
  for (let tries = 0; ; tries++) {
    try {
      const { needsRestart } = await fly.extendVolume(app, volume, to)
      const { sizeGb } = await lookAt(context, volume)
      if (sizeGb >= to) return { needsRestart, sizeGb }
      throw notSeen(volume, sizeGb)
    } catch (error) {
      if (!(error instanceof OpsError) || error.code !== 'ambiguous') throw error
      context.signal.throwIfAborted()
      const { sizeGb } = await lookAt(context, volume)
      if (sizeGb >= to) return { needsRestart: null, sizeGb }
      if (tries > 0) throw error
    }
  }
}

const notSeen = (volume: string, sizeGb: number): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `Fly took the request, but lists ${volume} with ${sizeGb} GB still.`,
      `Fly 已接受要求，但 ${volume} 仍顯示為 ${sizeGb} GB。`,
    ),
    {
      hint: tr(
        'Look at /openclaw volumes list in a minute before you send it again.',
        '請一分鐘後以 /openclaw volumes list 確認，再決定是否重新送出。',
      ),
    },
  )

/** What is seen inside goes before what Fly says: the file system may have grown at once. */
async function decide(context: WorkContext, data: ExtendData, recall: Recall): Promise<Decision> {
  const { needsRestart } = recall('extend') as { readonly needsRestart: boolean | null }
  const seen = await inside(context, data)
  const no = { inside: seen, restart: false, waitMs: null }
  if (data.machine?.started !== true || hasGrown(data, seen) === true) return no
  if (needsRestart === false) return no
  const machine = await attempt(context.fly.machine(context.app, data.machine.id), context.signal)
  // One that stopped meanwhile grows when it is started, by whoever has stopped it.
  if (!machine.known || machine.value.state !== 'started') return no
  const waitMs = await restartWaitMs(context, machine.value)
  return waitMs > 0 ? { ...no, waitMs } : { ...no, restart: true }
}

function resultOf(data: ExtendData, recall: Recall, seen: Grown): Extended {
  const { needsRestart, sizeGb } = recall('extend') as Pick<Extended, 'needsRestart' | 'sizeGb'>
  const id = data.machine?.id ?? ''
  const up = recall(readyStep(id)) as Up | undefined
  const before = recall(beforeStep(id)) as Before | undefined
  return {
    ...data,
    sizeGb,
    needsRestart,
    inside: seen,
    grown: hasGrown(data, seen),
    restarted: up === undefined || before === undefined ? null : { ...up, before },
    waitMs: (recall('look') as Decision).waitMs,
    looks: 0,
  }
}

async function alreadySo(context: WorkContext, data: ExtendData): Promise<Extended> {
  const seen = await inside(context, data)
  return {
    ...data,
    sizeGb: data.from,
    needsRestart: null,
    inside: seen,
    grown: hasGrown(data, seen),
    restarted: null,
    waitMs: null,
    looks: 0,
  }
}

/** Whatever stops the restart, the volume is larger by then. */
const withSize =
  ({ volume, to }: ExtendData) =>
  (error: unknown): never => {
    if (!(error instanceof OpsError)) throw error
    const { code, text, hint, reference, cause } = error
    const done = tr(`${volume} has ${to} GB now.`, `${volume} 現為 ${to} GB。`)
    throw new OpsError(code, join(' ', text, done), {
      hint: hint ?? tr('Look at /openclaw status.', '請查看 /openclaw status。'),
      ...(reference !== undefined && { reference }),
      cause,
    })
  }

const AGAIN_MS = 30_000
const LOOKS = 10

const isOpen = ({ restarted, grown, machine, waitMs }: Extended): boolean =>
  (restarted !== null && !isReady(restarted)) ||
  (machine?.started === true && waitMs === null && grown === null)

/** Looks again at a gateway that was not ready in time, or a file system that could not be measured. */
export const extendFollow = {
  after: (result: Extended) => (isOpen(result) && result.looks < LOOKS ? AGAIN_MS : null),
  look: async (context: WorkContext, _options: unknown, before: Extended): Promise<Extended> => {
    const { restarted } = before
    const seen = await inside(context, before)
    const up =
      restarted === null || isReady(restarted)
        ? restarted
        : {
            ...(await lookAgain(context, restarted.id, restarted.before)),
            before: restarted.before,
          }
    return {
      ...before,
      inside: seen,
      grown: hasGrown(before, seen),
      restarted: up,
      looks: before.looks + 1,
    }
  },
}
