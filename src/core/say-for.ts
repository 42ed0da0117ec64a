import { actorKey } from './access.ts'
import type { Buttons } from './buttons.ts'
import type { JobRecord } from './job-record.ts'
import { localise } from './localise.ts'
import type { Outbox, Words } from './outbox.ts'
import type { Change } from './ports.ts'
import type { Reply } from './reply.ts'
import { duration, join, type Text, tr } from './text.ts'

interface Deps {
  readonly buttons: Buttons
  readonly outbox: Outbox
}

/** Puts words about a job where its answer goes; `first` are said only where nothing was said yet. */
export async function sayFor(
  deps: Deps,
  job: JobRecord,
  said: Reply,
  final: boolean | 'first',
): Promise<void> {
  const { words, along } = wordsFor(deps, job, { said, final })
  await deps.outbox.put(words, along)
}

/** The same, to be written along with something else. */
export function saidAlong(
  deps: Deps,
  job: JobRecord,
  how: { readonly said: Reply; readonly final: boolean },
): readonly Change[] {
  const { words, along } = wordsFor(deps, job, how)
  return [deps.outbox.change(words), ...along]
}

function wordsFor(
  { buttons }: Deps,
  { id, invocation }: JobRecord,
  { said, final }: { readonly said: Reply; readonly final: boolean | 'first' },
): { readonly words: Words; readonly along: readonly Change[] } {
  const { place, actor, address, locale } = invocation
  const { reply, along } = buttons.dress(said, { id, place, asker: actor })
  const first = final === 'first'
  const words = { key: id, address, reply: localise(reply, locale), final: final === true, first }
  return { words, along }
}

/** Job id, who else approved it, and how long it took, under the words. */
export const withFooter = (said: Reply, job: JobRecord, endedAt: number): Reply => {
  const tookMs = endedAt - job.askedAt
  const took = tookMs < 1000 ? '' : duration(tookMs)
  return { ...said, footer: join(' · ', job.id, approvedBy(job), took, said.footer ?? '') }
}

function approvedBy({ approver, invocation }: JobRecord): Text {
  const key = approver && actorKey(approver.actor)
  if (approver === undefined || key === actorKey(invocation.actor)) return ''
  const who = `${approver.actor.name} (${key})`
  return tr(`approved by ${who}`, `由 ${who} 核准`)
}
