import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { MachineConfig } from '../fly.ts'
import { flyToml } from '../fly-toml.ts'
import type { Address } from '../network.ts'
import { join, tr } from '../text.ts'
import { type Back, BACK_WORDS, takeBack } from './back.ts'
import type { FirstConfig } from './first-config.ts'
import { type Made, STEPS } from './make.ts'
import { costOf } from './plan-words.ts'
import { recommended } from './recommended.ts'
import { addressesOf, CONFIG, idOf, launchSteps, versionOf } from './steps.ts'
import { type Launch, type LaunchOptions, urlOf, VOLUME } from './target.ts'
import { TOKEN } from '../token/look.ts'
import { sizeName } from '../sizes.ts'

/** What was made; field names are public, and no secret is in it. */
export interface Launched {
  readonly app: string
  readonly org: string
  readonly private: boolean
  readonly url: string | null
  readonly machine: {
    readonly id: string
    readonly region: string
    readonly size: string
    readonly memoryMb: number
  }
  readonly volume: { readonly id: string; readonly name: string; readonly sizeGb: number }
  readonly addresses: readonly Address[]
  readonly image: string
  readonly version: string | null
  /** `kept`: the app had one. */
  readonly token: 'new' | 'kept'
  /** Names of the secrets that were set besides. */
  readonly keys: readonly string[]
  readonly config: FirstConfig
  readonly costUsdMonth: number
  /** By this the token can be looked at once; null when none was made. */
  readonly reveal: string | null
  readonly file: { readonly name: string; readonly content: string }
}

/** Makes all of it, or takes all of it back: then the words of the failure say so. */
export async function launchIt(
  context: WorkContext,
  options: LaunchOptions,
  launch: Launch,
): Promise<Launched> {
  let back: Back | undefined
  const steps = launchSteps(context, { launch, options }, async (recall) => {
    back = await takeBack(context, launch, recall)
  })
  try {
    const title = tr(`Launching ${context.app}`, `正在建立 ${context.app}`)
    return launchedOf(context, launch, await context.steps(title, steps))
  } catch (error) {
    if (!(error instanceof OpsError) || back === undefined) throw error
    const { code, text, hint, reference } = whyOf(error, context)
    throw new OpsError(code, join(' ', text, BACK_WORDS[back]), {
      ...(hint !== undefined && { hint }),
      ...(reference !== undefined && { reference }),
      cause: error,
    })
  }
}

/** A call that was cut off by Cancel says so in its own words; who pressed it says more. */
function whyOf(error: OpsError, { signal }: WorkContext): OpsError {
  const reason: unknown = signal.aborted ? signal.reason : undefined
  return reason instanceof OpsError && error.code === 'cancelled' ? reason : error
}

function launchedOf({ app, job }: WorkContext, launch: Launch, recall: Recall): Launched {
  const { org, open, region, guest, image, secrets } = launch
  const volume = (recall(STEPS.volume) as Made).id
  const config: MachineConfig = recommended(launch, { volume, job })
  const fresh = !secrets.includes(TOKEN)
  return {
    app,
    org,
    private: !open,
    url: open ? urlOf(app) : null,
    machine: { id: idOf(recall), region, size: sizeName(guest), memoryMb: guest.memoryMb },
    volume: { id: volume, name: VOLUME.name, sizeGb: VOLUME.sizeGb },
    addresses: addressesOf(launch, recall),
    image,
    version: versionOf(launch, recall),
    token: fresh ? 'new' : 'kept',
    keys: launch.keys,
    config: recall(CONFIG) as FirstConfig,
    costUsdMonth: Math.round(costOf(launch).usd * 100) / 100,
    reveal: fresh ? job : null,
    file: {
      name: open ? 'fly.toml' : 'fly.private.toml',
      content: flyToml({ app, region, config }),
    },
  }
}
