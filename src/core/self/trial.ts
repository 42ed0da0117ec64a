import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { backContext } from '../mutation/update.ts'
import { waitFor } from '../mutation/settle.ts'
import type { Step } from '../steps.ts'
import { join, type Text, tr } from '../text.ts'

export const TRIAL = 'trial'

export interface Trial {
  readonly image: string
  readonly region: string
  /** Where the program lies in the image. */
  readonly root: string
  /** The size it will have. */
  readonly guest: unknown
}

/** It ends by itself after this long, also when nobody is left to end it. */
const LIFE_SECONDS = '600'
const SECONDS = 25
/** Loads the whole program without starting it: a file, a package or the right Node that is missing shows here. */
const CHECK = `
const { readFileSync } = await import('node:fs')
const root = process.argv[1]
const { name, version } = JSON.parse(readFileSync(root + 'package.json', 'utf8'))
await import(root + 'src/app.ts')
process.stdout.write(JSON.stringify({ name, version }))
process.exit(0)`

/**
 * The step that tries the new image in a machine of its own, without volume and chats, before the own one is touched: when that does not
 * come up there is nobody to put the old image back. Gives `{ version }`.
 */
export function trialStep(context: WorkContext, trial: Trial): Step {
  const remove = async (here: WorkContext) => {
    for (const { id } of await trials(here)) await here.fly.destroyMachine(here.app, id)
  }
  return {
    id: TRIAL,
    label: tr('Try the new image in a machine of its own', '在獨立的機器中試用新映像檔'),
    do: async () => {
      try {
        // Left by a run that was killed.
        const machine = (await trials(context))[0] ?? (await make(context, trial))
        return { version: await checked(context, machine, trial) }
      } finally {
        // It goes by itself when this fails.
        await remove(backContext(context)).catch(() => {})
      }
    },
    undo: async () => remove(backContext(context)).catch(() => {}),
  }
}

/** By this mark its trial is found again; a name stays taken for a while after its machine is gone. */
const MARK = 'openclaw_ops_trial'

async function trials({ app, fly, job }: WorkContext): Promise<readonly Machine[]> {
  return (await fly.machines(app)).filter(({ config }) => {
    const metadata = config?.['metadata']
    return (
      typeof metadata === 'object' &&
      metadata !== null &&
      MARK in metadata &&
      metadata[MARK] === job
    )
  })
}

async function make(context: WorkContext, { image, region, guest }: Trial): Promise<Machine> {
  const { app, fly } = context
  const config: MachineConfig = {
    image,
    init: { exec: ['sleep', LIFE_SECONDS] },
    guest,
    auto_destroy: true,
    restart: { policy: 'no' },
    metadata: { fly_process_group: 'ops_trial', [MARK]: context.job },
  }
  try {
    return await fly.createMachine(app, { region, config })
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'ambiguous') throw error
    const [made] = await trials(context)
    if (made === undefined) throw error
    return made
  }
}

async function checked(
  context: WorkContext,
  { id }: Machine,
  { root, image }: Trial,
): Promise<string> {
  const { app, fly } = context
  try {
    await waitFor(context, id, { state: 'started' }, ({ state }) => state === 'started')
  } catch (error) {
    context.signal.throwIfAborted()
    throw isOver(error) ? noGood(image, tr('It did not start.', '無法啟動。')) : error
  }
  const command = ['node', '--input-type=module', '-e', CHECK, root]
  const { exitCode, stdout } = await fly.exec(app, id, { command, seconds: SECONDS })
  if (exitCode !== 0)
    throw noGood(
      image,
      tr(
        `The program could not be loaded in it (exit code ${exitCode}).`,
        `無法在其中載入程式（結束代碼 ${exitCode}）。`,
      ),
    )
  return versionIn(stdout) ?? notOurs(image)
}

const isOver = (error: unknown): boolean =>
  error instanceof OpsError && (error.code === 'not_ready' || error.code === 'unproven')

function versionIn(stdout: string): string | undefined {
  try {
    const { name, version } = JSON.parse(stdout) as { name?: unknown; version?: unknown }
    return name === 'openclaw-ops' && typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

function notOurs(image: string): never {
  throw noGood(image, tr('There is no openclaw-ops in it.', '其中沒有 openclaw-ops。'))
}

const noGood = (image: string, why: Text): OpsError =>
  new OpsError(
    'validation',
    join(
      ' ',
      tr(`${image} was tried in a machine of its own.`, `已在獨立的機器中試用 ${image}。`),
      why,
      tr('My own machine was not touched.', '我自己的機器沒有變動。'),
    ),
    {
      hint: tr(
        'Check the image’s name and that it was built for linux/amd64.',
        '請確認映像檔名稱，以及是否為 linux/amd64 建置。',
      ),
    },
  )
