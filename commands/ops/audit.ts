import { z } from 'zod'
import { placeKey, subjectKey } from '#core/access.ts'
import { isAdmin } from '#core/access-reach.ts'
import type { Link } from '#core/audit/chain.ts'
import { findLinks, type Wish } from '#core/audit/find.ts'
import { rangeOption, readRange } from '#core/audit/range.ts'
import { checked, listed, written } from '#core/audit/show.ts'
import { verify } from '#core/audit/verify.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'
import { readWho } from '#core/who.ts'

const SHOWN = 15
/** One file: below what every platform takes, and what a person can still open. */
const EXPORTED = { entries: 5000, bytes: 4_000_000 }

const options = z.object({
  since: rangeOption().optional(),
  who: option.who().optional(),
  app: option.app().optional(),
})
type Options = z.output<typeof options>

/** Done when: the newest entries that fit are shown, and the button goes on exactly where they end. */
const list = defineCommand({
  name: 'audit list',
  description: tr(
    'Who did what, when and how it ended, newest first',
    '誰在何時做了什麼、結果如何（由新到舊）',
  ),
  examples: ['audit list', 'audit list since=7d who=discord:123456789012345678'],
  options,
  role: 'admin',
  audience: 'author',
  where: 'chat',
  async run(context, wish) {
    const limits = { entries: SHOWN, pause: pauseOf(context) }
    return findLinks(context.store, wished(context, wish), limits)
  },
  render: listed,
})

/** Done when: every stored entry was hashed again and compared with its neighbour and every anchor. */
const check = defineCommand({
  name: 'audit verify',
  description: tr(
    'Compute the chain again: was any entry changed, removed or moved?',
    '重新計算紀錄鏈：是否有紀錄被更改、移除或調換？',
  ),
  examples: ['audit verify'],
  options: z.object({}),
  role: 'admin',
  audience: 'author',
  where: 'chat',
  async run(context) {
    const seen = await verify({ store: context.store, pause: pauseOf(context) })
    const { count: entries, first, last, trimmed, flaws, anchors, anchor } = seen
    return {
      ok: flaws.length === 0,
      entries,
      flaws,
      anchors,
      first: pointOf(first),
      last: pointOf(last),
      anchor: anchor ?? null,
      trimmed: trimmed?.seq ?? null,
    }
  },
  render: checked,
})

/** Done when: the file holds every entry that fits, or says from where on it does not. */
const exported = defineCommand({
  name: 'audit export',
  description: tr(
    'The record as a file of JSON lines, to be checked elsewhere',
    '匯出為 JSON Lines 檔案，可在他處檢查',
  ),
  examples: ['audit export', 'audit export since=30d'],
  options,
  role: 'admin',
  audience: 'author',
  where: 'chat',
  async run(context, wish) {
    const limits = { ...EXPORTED, pause: pauseOf(context) }
    const { links, next } = await findLinks(context.store, wished(context, wish), limits)
    const whole = context.may('owner', null) && wish.who === undefined && wish.app === undefined
    return { links: links.toReversed(), cut: next !== undefined, whole, at: context.clock.now() }
  },
  render: written,
})

export default [list, check, exported]

/** An admin reads what was done in this guild or chat, where and to the apps they are an admin of; owners read everything. */
function wished(context: ChatContext, { since, who, app }: Options): Wish {
  const { clock, place } = context
  return {
    range: readRange(since, clock.now()),
    ...(who !== undefined && { actor: subjectKey(readWho(who)) }),
    ...(app !== undefined && { app }),
    ...(!context.may('owner', null) && {
      place: placeKey(place),
      mayRead: (link: Link) => ruled(context, link),
    }),
  }
}

/** An entry without a room is of the whole guild, or of before rooms were written down. */
function ruled({ actor, access, clock, place }: ChatContext, { room, parent, app }: Link): boolean {
  const state = access.snapshot()
  const { platform, space } = place
  const there = {
    platform,
    space,
    private: place.private,
    ...(room && { room }),
    ...(parent && { parent }),
  }
  return state !== undefined && isAdmin(actor, there, { state, app, now: clock.now() })
}

/** Other requests get a turn between two pages. */
const pauseOf =
  ({ clock }: ChatContext) =>
  () =>
    clock.sleep(0)

const pointOf = (link: Link | undefined) =>
  link === undefined ? null : { seq: link.seq, at: link.at, hash: link.hash }
