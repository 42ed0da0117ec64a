import type { Access } from './core/access.ts'
import type { Anchor } from './core/audit/chain.ts'
import { localise } from './core/localise.ts'
import { addressOf } from './core/oncall/place-address.ts'
import { matches, once, roomKey } from './core/oncall/route.ts'
import { readRoutes } from './core/oncall/route-store.ts'
import type { Outbox } from './core/outbox.ts'
import type { Store } from './core/ports.ts'
import { fields, reply, text } from './core/reply.ts'
import type { Settings } from './core/settings.ts'
import { type Locale, tr } from './core/text.ts'

/** What the bot says of itself, at the lowest severity: whoever routes that wants to hear of anchors. */
const ANCHOR = { source: 'watch', app: null, severity: 'info' } as const

/**
 * Posts each anchor, without a sound, into the rooms that a route for the watcher's `info` leads to; nowhere when there is none. A chat
 * keeps it out of reach of whoever can write to the store.
 */
export function createAnchorPost(deps: {
  readonly store: Store
  readonly outbox: Outbox
  readonly access: Pick<Access, 'fresh'>
  readonly settings: Settings
  readonly locale: Locale
}): (anchor: Pick<Anchor, 'seq' | 'hash'>) => Promise<void> {
  const { store, outbox, access, settings, locale } = deps
  return async ({ seq, hash }) => {
    const { trusted } = await access.fresh()
    const routed = (await readRoutes(store)).filter((route) => matches(route, ANCHOR))
    const rooms = once(routed.map(({ place }) => place)).filter((place) =>
      trusted.some(({ platform, space }) => platform === place.platform && space === place.space),
    )
    for (const place of rooms) {
      const { platform, space, room } = place
      const setting = settings.of({ platform, space, ...(room !== null && { room }) })
      await outbox.put({
        key: `A-${seq}-${roomKey(place)}`,
        address: { ...addressOf(place), quiet: true },
        reply: localise(said(seq, hash), setting.locale ?? locale),
        final: true,
      })
    }
  }
}

const said = (seq: number, hash: string) =>
  reply.info(tr('Anchor of the audit', '操作紀錄的錨點'), [
    fields([tr('Entry', '紀錄'), `#${seq}`], [tr('Hash', '雜湊值'), hash]),
    text(
      tr(
        'Compare it with /ops audit export: where this number has this hash, nothing up to it was changed.',
        '請與 /ops audit export 比對：若此編號的雜湊值相同，到此為止的紀錄都沒有被更改。',
      ),
    ),
  ])
