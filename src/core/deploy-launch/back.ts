import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { passing } from '../mutation/settle.ts'
import { backContext } from '../mutation/update.ts'
import { join, type Text, tr } from '../text.ts'
import { isCode, lookFor } from './again.ts'
import { isMadeBy, STEPS } from './make.ts'
import { claimApp, type MadeApp } from './make-app.ts'
import { type Launch, VOLUME } from './target.ts'
import { appThing, removeAll, thingsIn } from './things.ts'

/** `clean`: everything that was made is gone; `nothing`: there was nothing to remove. */
export type Back = 'clean' | 'nothing'

/** What was asked for and never heard of may show a little later. */
const LATE_MS = 3000

/**
 * Removes what this job made and nothing else, going by what is there now: it may be cut off and begun again. An app that was there
 * before is never deleted. Rejects with `unproven`, naming each thing that may still be there.
 */
export async function takeBack(
  context: WorkContext,
  launch: Launch,
  recall: Recall,
): Promise<Back> {
  const back = backContext(context)
  const state = await appState(back, launch, recall)
  if (state === 'none' || state === 'theirs') return 'nothing'
  if (recall(STEPS.machine) === undefined) await back.clock.sleep(LATE_MS)
  const strangers = state === 'ours' ? await seen(back, () => othersIn(back)) : []
  if (state === 'ours' && strangers.length === 0) {
    await removeAll([appThing(back)], back)
    return 'clean'
  }
  const things = await seen(back, () => thingsIn(back, launch, recall))
  const removed = await removeAll(things, back)
  if (strangers.length > 0) throw keptFor(back.app, strangers)
  return removed ? 'clean' : 'nothing'
}

type AppState = 'none' | 'ours' | 'theirs' | 'before'

async function appState(
  back: WorkContext,
  { existed, org }: Launch,
  recall: Recall,
): Promise<AppState> {
  if (existed) return 'before'
  if (!(await isThere(back))) return 'none'
  if ((recall(STEPS.app) as MadeApp | undefined)?.created === true) return 'ours'
  // Asked for, but never heard of: under this job's key Fly gives the app only to who made it.
  const claimed = await claimApp(back, org).catch((error: unknown) => error)
  if (claimed === undefined) return 'ours'
  if (isCode(claimed, 'conflict', 'scope')) return 'theirs'
  throw claimed instanceof OpsError ? unseen(back.app) : claimed
}

const LOOKS = 5

/** A new app takes a moment to show, so one look that does not find it proves little. */
async function isThere(back: WorkContext): Promise<boolean> {
  const { app, fly } = back
  let last: unknown
  const there = await lookFor(back, LOOKS, async () => {
    last = await passing(fly.app(app)).catch((error: unknown) => error)
    return last instanceof Error ? undefined : true
  })
  if (there === true) return true
  if (isCode(last, 'not_found')) return false
  throw last instanceof OpsError ? unseen(app) : last
}

/** What somebody else put into the app meanwhile. */
async function othersIn({ app, fly, job }: WorkContext): Promise<readonly string[]> {
  const [machines, volumes] = await Promise.all([fly.machines(app), fly.volumes(app)])
  return [
    ...machines.filter((machine) => !isMadeBy(job)(machine)),
    ...volumes.filter(({ name }) => name !== VOLUME.name),
  ].map(({ id }) => id)
}

/** A look without which nothing may be removed; tried again for a while. */
async function seen<T>(back: WorkContext, work: () => Promise<T>): Promise<T> {
  const found = await lookFor(back, LOOKS, async () => {
    const now = await work().catch((error: unknown) => {
      if (error instanceof OpsError) return undefined
      throw error
    })
    return now
  })
  if (found === undefined) throw unseen(back.app)
  return found
}

const unseen = (app: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `What is left of ${app} could not be seen. If it is there and you do not want it: fly apps destroy ${app}`,
      `無法得知 ${app} 剩下什麼。若它存在且不需要：fly apps destroy ${app}`,
    ),
  )

const keptFor = (app: string, others: readonly string[]): OpsError =>
  new OpsError(
    'unproven',
    join(
      ' ',
      tr(
        `The app ${app} was not deleted, because somebody else put something into it: ${others.join(', ')}.`,
        `未刪除應用程式 ${app}，因為有人在其中放了東西：${others.join('、')}。`,
      ),
      tr('What I made in it is removed.', '我在其中建立的已移除。'),
    ),
  )

/** How the way back ended, for the words of a failure. */
export const BACK_WORDS: Readonly<Record<Back, Text>> = {
  clean: tr(
    'Everything that had been made was removed again, and was seen to be gone.',
    '已建立的項目都已移除，並已確認不存在。',
  ),
  nothing: tr('Nothing was made.', '沒有建立任何東西。'),
}
