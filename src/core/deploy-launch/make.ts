import type { Recall, WorkContext } from '../context.ts'
import { lastExit } from '../checks/machine.ts'
import { OpsError } from '../errors.ts'
import type { Machine, Volume } from '../fly.ts'
import { passing, waitFor } from '../mutation/settle.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import { lookFor, makeOnce } from './again.ts'
import { JOB_MARK, recommended } from './recommended.ts'
import { type Launch, VOLUME } from './target.ts'

export const STEPS = {
  app: 'app',
  volume: 'volume',
  machine: 'machine',
  secrets: 'secrets',
} as const

export interface Made {
  readonly id: string
}

const VOLUME_LOOKS = 120

/** Volumes of this name in an app that had none belong to the launch. */
const findVolume =
  ({ app, fly }: WorkContext) =>
  async (): Promise<Volume | undefined> =>
    (await fly.volumes(app)).find(({ name }) => name === VOLUME.name)

/** With the machine's size, so that Fly puts it on a host that has room for the machine, too. */
export async function makeVolume(context: WorkContext, launch: Launch): Promise<Made> {
  const { app, fly } = context
  const { region, guest } = launch
  const { name, sizeGb } = VOLUME
  const find = findVolume(context)
  const made = await makeOnce(context, {
    find,
    make: () => fly.createVolume(app, { name, region, sizeGb, compute: guest }),
  })
  return volumeReady(context, made)
}

export async function seenVolume(context: WorkContext): Promise<Made | undefined> {
  const made = await lookFor(context, 3, findVolume(context))
  return made && volumeReady(context, made)
}

async function volumeReady(context: WorkContext, { id }: Volume): Promise<Made> {
  const { app, fly } = context
  const ready = await lookFor(context, VOLUME_LOOKS, async () => {
    const all = await passing(fly.volumes(app))
    if (all instanceof OpsError) return undefined
    return all.find((one) => one.id === id && one.state === 'created')
  })
  if (ready !== undefined) return { id }
  throw new OpsError(
    'unproven',
    tr(`Volume ${id} was not ready within 2 minutes.`, `磁碟區 ${id} 在 2 分鐘內未就緒。`),
    { hint: tr('Try another region.', '請改用其他區域。') },
  )
}

/** Whether a machine was made by this job. */
export const isMadeBy =
  (job: string) =>
  ({ config }: Pick<Machine, 'config'>): boolean => {
    const metadata = config?.['metadata']
    return (
      typeof metadata === 'object' &&
      metadata !== null &&
      Object.entries(metadata).some(([name, value]) => name === JOB_MARK && value === job)
    )
  }

const findMachine =
  ({ app, fly, job }: WorkContext) =>
  async (): Promise<Machine | undefined> =>
    (await fly.machines(app)).find(isMadeBy(job))

/** Fly refuses a second machine of the same name, which the job's own makes it. */
export async function makeMachine(
  context: WorkContext,
  launch: Launch,
  recall: Recall,
): Promise<Made> {
  const { app, fly, job } = context
  const { id: volume } = recall(STEPS.volume) as Made
  const { version } = recall(STEPS.secrets) as { readonly version: number | null }
  const made = await makeOnce(context, {
    find: findMachine(context),
    make: () =>
      fly.createMachine(app, {
        name: `gateway-${job.slice(2).toLowerCase()}`,
        region: launch.region,
        config: recommended(launch, { volume, job }),
        ...(version !== null && { minSecretsVersion: version }),
      }),
    maybe: ['validation'],
  })
  return machineUp(context, made)
}

export async function seenMachine(context: WorkContext): Promise<Made | undefined> {
  const made = await lookFor(context, 3, findMachine(context))
  return made && machineUp(context, made)
}

async function machineUp(context: WorkContext, { id }: Machine): Promise<Made> {
  await waitFor(context, id, { state: 'started' }, (machine) => {
    refuseEnded(machine)
    return machine.state === 'started'
  })
  return { id }
}

/** Rejects for a machine that ran and does not any more: Fly has given up starting it, or somebody stopped it. */
export function refuseEnded(machine: Machine): void {
  const { id, state } = machine
  const exit = lastExit(machine)
  if (state !== 'stopped' || exit === null) return
  throw new OpsError(
    'not_ready',
    tr(
      `The gateway in ${id} ended with code ${exit.code}, and the machine stays stopped.`,
      `${id} 中的閘道以代碼 ${exit.code} 結束，機器維持停止。`,
    ),
    {
      hint: tr(
        'Try the image that is taken when image is left out, or more memory.',
        '請試試省略 image 時的映像檔，或使用更多記憶體。',
      ),
    },
  )
}

/** As a step that never goes back by itself: the way back is one piece. */
export const step = (id: string, label: Step['label'], work: Pick<Step, 'do' | 'done'>): Step => ({
  id,
  label,
  ...work,
})
