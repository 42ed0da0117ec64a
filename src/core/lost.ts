import type { Outbox, OutboxRecord } from './outbox.ts'
import { reply, type SaidReply, text } from './reply.ts'
import { tellPrivately } from './tell-admins.ts'
import { type Locale, tr } from './text.ts'

interface Deps {
  readonly outbox: Pick<Outbox, 'put'>
  /** `discord:<id>`, `telegram:<id>`. */
  readonly owners: readonly string[]
  readonly locale: Locale
}

/**
 * A call of people that a platform refused for good: those who were named in a room are called in private, and what does not get there
 * either is told to the owners, on the other platforms where there are any. Somebody has to hear of it.
 */
export function createLost(deps: Deps): (record: OutboxRecord) => Promise<void> {
  return async (record) => {
    if (record.kind !== 'page') return
    const { address, reply: said } = record
    const mention = address.private ? [] : (said.mention ?? [])
    await (mention.length > 0 ? callThem(deps, record, mention) : tellOwners(deps, record))
  }
}

/** The same words without what a press needs to know of its place. */
async function callThem(
  { outbox }: Deps,
  { key, platform, reply: said }: OutboxRecord,
  mention: NonNullable<SaidReply['mention']>,
): Promise<void> {
  const { actions: _, mention: __, ...words } = said
  for (const { id } of mention)
    await outbox.put({
      key: `${key}.${id}`,
      address: { platform, chat: id, user: id, private: true },
      reply: words,
      final: true,
      first: true,
      kind: 'page',
    })
}

async function tellOwners(
  { outbox, owners, locale }: Deps,
  { key, platform, address, reply: said, why = 'unknown' }: OutboxRecord,
): Promise<void> {
  const others = owners.filter((owner) => !owner.startsWith(`${platform}:`))
  const rest = owners.filter((owner) => owner !== `${platform}:${address.user}`)
  const words = reply.error(tr('A call did not get there', '呼叫未送達'), [
    text(said.title),
    text(
      tr(
        `${platform} refused it (${why}), so whoever was called there does not know of it. /oncall alerts shows what is open.`,
        `${platform} 拒絕（${why}），因此該處被呼叫的人並不知情。/oncall alerts 會列出進行中的事件。`,
      ),
    ),
  ])
  const to = others.length > 0 ? others : rest
  await tellPrivately({ outbox }, { id: `lost-${key}`, to, said: words, locale })
}
