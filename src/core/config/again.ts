import type { WorkContext } from '../context.ts'
import { lookPatiently } from '../mutation/settle.ts'
import { seenSince } from './effect.ts'
import { putBackByOthers, reverted } from './outcome-errors.ts'
import { readConfig } from './read.ts'
import type { WriteDone } from './write-step.ts'

/** How the file looks later: as written, written anew since by the gateway or somebody, or not to be seen. */
export type FileNow = 'same' | 'rewritten' | null

/** The file once more: as it was written, or what has become of it. */
export async function readAgain(
  context: WorkContext,
  id: string,
  done: WriteDone,
): Promise<FileNow> {
  if (done.same === true) return 'same'
  const machine = await lookPatiently(context, id)
  const read = await readConfig(context, machine)
  if (!read.ok) return done.sha256 === 'missing' && read.trouble === 'missing' ? 'same' : null
  if (read.sha256 === done.sha256) return 'same'
  const set = read.seen.aside.find(({ name, at }) => /\.clobbered\./.test(name) && at >= done.at)
  if (set !== undefined) throw reverted(await reasonOf(context, id, done))
  if (done.from !== null && read.seen.facts?.id === done.from) throw putBackByOthers()
  return 'rewritten'
}

async function reasonOf(context: WorkContext, id: string, done: WriteDone): Promise<string> {
  const seen = await seenSince(context, id, done.at)
  return seen.is === 'reverted' ? seen.why : ''
}
