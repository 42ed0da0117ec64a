import type { Outbox, OutboxRecord } from './outbox.ts'
import { reply, text } from './reply.ts'
import { tellPrivately } from './tell-admins.ts'
import { type Locale, tr } from './text.ts'

/** A call of people that a platform refused for good is told to the owners on the others: somebody has to hear of it. */
export function createLost({
  outbox,
  owners,
  locale,
}: {
  readonly outbox: Outbox
  /** `discord:<id>`, `telegram:<id>`. */
  readonly owners: readonly string[]
  readonly locale: Locale
}): (record: OutboxRecord) => Promise<void> {
  return async ({ key, kind, platform, failure = '', reply: said }) => {
    if (kind !== 'page') return
    const to = owners.filter((owner) => !owner.startsWith(`${platform}:`))
    const words = reply.error(tr('A call did not get there', '呼叫未送達'), [
      text(said.title),
      text(
        tr(
          `${platform} refused it (${failure}), so whoever was called there does not know of it. /oncall alerts shows what is open.`,
          `${platform} 拒絕（${failure}），因此該處被呼叫的人並不知情。/oncall alerts 會列出進行中的事件。`,
        ),
      ),
    ])
    await tellPrivately({ outbox }, { id: `lost-${key}`, to, said: words, locale })
  }
}
