import { actorKey } from '../access.ts'
import type { Recall, WorkContext } from '../context.ts'
import type { AddressType, IpAddress } from '../fly.ts'
import { allocateStep } from '../mutation/addresses.ts'
import { hide } from '../mutation/reveal.ts'
import type { Address } from '../network.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import { freshOf, freshToken, KEEP, keptTokens } from '../token/kept.ts'
import { TOKEN } from '../token/look.ts'
import { isCode } from './again.ts'
import { givenKeys } from './keys.ts'
import { firstReady, type FirstReady } from './first-ready.ts'
import { giveConfig } from './first-config.ts'
import { type Made, makeMachine, makeVolume, seenMachine, seenVolume, step, STEPS } from './make.ts'
import { makeApp } from './make-app.ts'
import { firstConfig } from './recommended.ts'
import type { Launch } from './target.ts'

const READY = 'ready'
export const CONFIG = 'config'

/**
 * The guide's sections 1 to 5. Nothing goes back by itself: the first step's way back takes all away, going by what it sees, so that one
 * thing that can't be removed does not keep the others.
 */
export function launchSteps(
  context: WorkContext,
  { launch, options }: { readonly launch: Launch; readonly options: Keyed },
  undo: NonNullable<Step['undo']>,
): readonly Step[] {
  const { app } = context
  const { existed, allocate, addresses, secrets } = launch
  return [
    {
      id: STEPS.app,
      label: existed
        ? tr(`Take the empty app ${app}`, `使用空的應用程式 ${app}`)
        : tr(`Make the app ${app}`, `建立應用程式 ${app}`),
      do: () => makeApp(context, launch),
      undo,
    },
    ...allocate.map((type) => alone(allocateStep(context, type, addresses))),
    step(STEPS.volume, tr('Make the volume', '建立磁碟區'), {
      do: () => makeVolume(context, launch),
      done: () => seenVolume(context),
    }),
    step(KEEP, tr('Make a gateway token, keep it sealed', '產生閘道權杖並封存'), {
      do: async () =>
        secrets.includes(TOKEN)
          ? null
          : { fresh: context.sealer.seal(freshToken().reveal()), old: {} },
    }),
    step(STEPS.secrets, tr('Set the secrets', '設定密鑰'), {
      do: (recall) => setSecrets(context, options, recall),
    }),
    ...machineSteps(context, launch),
  ]
}

const machineSteps = (context: WorkContext, launch: Launch): readonly Step[] => [
  step(STEPS.machine, tr('Make the machine and start it', '建立並啟動機器'), {
    do: (recall) => makeMachine(context, launch, recall),
    done: () => seenMachine(context),
  }),
  step(READY, tr('See that the gateway is ready', '確認閘道已就緒'), {
    do: (recall) => firstReady(context, idOf(recall)),
  }),
  step(CONFIG, tr('Write the first config file, see it taken', '寫入第一份設定檔並確認生效'), {
    do: (recall) => {
      const version = versionOf(launch, recall)
      const content = firstConfig(context.app, { open: launch.open, version })
      return giveConfig(context, idOf(recall), content)
    },
  }),
  step('reveal', tr('Keep the token for one private look', '保存權杖以供一次私下查看'), {
    do: (recall) => reveal(context, recall),
  }),
]

/** Its own way back would come before that of the whole, and keep it from being taken where it fails. */
function alone({ id, label, do: run, done }: Step): Step {
  return { id, label, do: run, ...(done && { done }) }
}

/** What the gateway said itself, or else its image's tag. */
export const versionOf = ({ version }: Launch, recall: Recall): string | null =>
  (recall(READY) as FirstReady).version ?? version

export const idOf = (recall: Recall): string => (recall(STEPS.machine) as Made).id

/** Those that were there and those that were allocated. */
export function addressesOf(launch: Launch, recall: Recall): readonly Address[] {
  const made = launch.allocate.flatMap((type): readonly Address[] => {
    const output = recall(`allocate.${type}`) as Pick<IpAddress, 'address'> | undefined
    return output === undefined ? [] : [{ address: output.address, type, region: null }]
  })
  return [...launch.addresses, ...made]
}

export const allocated = (
  recall: Recall,
  type: AddressType,
): { readonly address: string; readonly own: boolean } | undefined =>
  recall(`allocate.${type}`) as ReturnType<typeof allocated>

const TRIES = 3

/** Where the keys are to be had. */
type Keyed = Parameters<typeof givenKeys>[1]

/** The same values may be set twice, so an answer that got lost is no riddle. */
async function setSecrets(context: WorkContext, options: Keyed, recall: Recall): Promise<unknown> {
  const { app, fly, clock, signal } = context
  const kept = keptTokens(recall)
  const keys = await givenKeys(context, options)
  const token = kept ? { [TOKEN]: freshOf(context, kept).reveal() } : {}
  const values = { ...keys, ...token }
  if (Object.keys(values).length === 0) return { version: null }
  for (let tries = 1; ; tries++) {
    try {
      return await fly.setSecrets(app, values)
    } catch (error) {
      if (!isCode(error, 'ambiguous') || tries === TRIES) throw error
      await clock.sleep(1000, signal)
    }
  }
}

async function reveal(context: WorkContext, recall: Recall): Promise<null> {
  const { app, job, actor, approver } = context
  const kept = keptTokens(recall)
  if (!kept) return null
  await hide(context, job, {
    label: tr(`Gateway token of ${app}`, `${app} 的閘道權杖`),
    value: freshOf(context, kept).reveal(),
    for: [...new Set([actorKey(actor), approver ?? actorKey(actor)])],
    verb: 'openclaw deploy launch',
    app,
  })
  return null
}
