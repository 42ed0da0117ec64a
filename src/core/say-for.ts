import { actorKey } from './access.ts'
import type { Buttons } from './buttons.ts'
import type { JobRecord } from './job-record.ts'
import { localise } from './localise.ts'
import type { Outbox } from './outbox.ts'
import type { Reply } from './reply.ts'
import { duration, join, type Text, tr } from './text.ts'

/** Puts words about a job where its answer goes; `first` are said only where nothing was said yet. */
export async function sayFor(
  { buttons, outbox }: { readonly buttons: Buttons; readonly outbox: Outbox },
  { id, invocation }: JobRecord,
  said: Reply,
  final: boolean | 'first',
): Promise<void> {
  const { place, actor, address, locale } = invocation
  const equipped = await buttons.equip(said, { id, place, asker: actor })
  await outbox.put({
    key: id,
    address,
    reply: localise(equipped, locale),
    final: final === true,
    first: final === 'first',
  })
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
