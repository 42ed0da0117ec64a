import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { passing } from '../mutation/settle.ts'
import { tr } from '../text.ts'
import { isCode, lookFor } from './again.ts'
import { tokenTooSmall } from './refusals.ts'
import type { Launch } from './target.ts'

/** Whether this job made the app. */
export interface MadeApp {
  readonly created: boolean
}

/** A new app answers 404 or 401 for up to a minute (FLY.md §2.1). */
const VISIBLE_LOOKS = 60

/** Makes the app, or takes the empty one that is there. */
export async function makeApp(context: WorkContext, { existed, org }: Launch): Promise<MadeApp> {
  if (existed) return { created: false }
  await claimApp(context, org)
  const { app, fly } = context
  const there = await lookFor(context, VISIBLE_LOOKS, async () => {
    const seen = await passing(fly.app(app)).catch((error: unknown) => {
      if (isCode(error, 'not_found', 'auth', 'scope')) return undefined
      throw error
    })
    return seen instanceof OpsError ? undefined : seen
  })
  if (there === undefined) throw notSeen(app)
  return { created: true }
}

const TRIES = 3

/** The same request under this job's own key is the same app however often it is sent; somebody else's app of that name is refused. */
export async function claimApp(context: WorkContext, org: string): Promise<void> {
  const { app, fly, job, clock, signal } = context
  for (let tries = 1; ; tries++) {
    try {
      return await fly.createApp({ name: app, org, idempotencyKey: `openclaw-ops-${job}` })
    } catch (error) {
      if (isCode(error, 'scope')) throw tokenTooSmall(app, { org, apps: [] })
      if (isCode(error, 'validation')) throw nameTaken(app, error)
      if (!isCode(error, 'ambiguous') || tries === TRIES) throw error
      await clock.sleep(1000, signal)
    }
  }
}

const notSeen = (app: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `Fly said that it made ${app}, but did not show it within a minute.`,
      `Fly 表示已建立 ${app}，但一分鐘內未顯示。`,
    ),
    { hint: tr('Send the command again in a few minutes.', '請幾分鐘後重新送出指令。') },
  )

const nameTaken = (app: string, cause: unknown): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `Fly did not take the name ${app}: “${cause instanceof Error ? cause.message : ''}”`,
      `Fly 不接受名稱 ${app}：「${cause instanceof Error ? cause.message : ''}」`,
    ),
    {
      hint: tr(
        'Names are shared by all of Fly: put another one into OPS_APPS.',
        '名稱在整個 Fly 中是共用的：請在 OPS_APPS 換一個名稱。',
      ),
      cause,
    },
  )
