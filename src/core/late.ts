import { createHash } from 'node:crypto'
import type { CarryDeps } from './carry.ts'
import { createOutbox, forget, OUTBOX, type OutboxRecord } from './outbox.ts'
import { code, type SaidReply, text, type Reply, reply } from './reply.ts'
import { localise } from './localise.ts'
import { duration, join, say, tr, utc } from './text.ts'

/** What nobody has seen after so long is no news any more. */
const LATE_MS = 600_000
/** So many lines of a digest; the rest is a number. */
const LINES = 20
const SEARCHED = 500
const DIGEST = 'late-'

/**
 * Whether these words came too late to stand for themselves. Words that somebody asked for, and the card of what still goes on, never do;
 * nor does what is edited into a message that is there.
 */
export function isLate({ key, kind, reply: said, ...record }: OutboxRecord, now: number): boolean {
  if (kind === undefined || key.startsWith(DIGEST)) return false
  if (kind === 'card' && said.tone !== 'ok') return false
  return record.ref === undefined && record.delivered === 0 && now - record.putAt > LATE_MS
}

/**
 * Makes one message of everything that is late in the chat of this one, and takes that as said. False when it is the only one. Killed in
 * between, what is not marked yet is told again.
 */
export async function digestLate(deps: CarryDeps, one: OutboxRecord): Promise<boolean> {
  const { store, clock, owner } = deps
  const now = clock.now()
  const entries = await store.list(OUTBOX, { limit: SEARCHED })
  const late = entries
    .map(({ value }) => value as OutboxRecord)
    .filter((other) => sameChat(one, other) && isLate(other, now) && !isHeld(other, owner, now))
    .sort((a, b) => a.putAt - b.putAt)
  const [first] = late
  if (first === undefined || late.length < 2) return false
  const { address, reply: said } = first
  const { under: _, thread: __, replyTo: ___, ...there } = address
  const about = late.map(({ key, rev }) => `${key} ${rev}`).join('\n')
  await createOutbox(deps).put({
    key: `${DIGEST}${createHash('sha256').update(about).digest('base64url').slice(0, 16)}`,
    address: there,
    reply: localise(digest(late, now), said.locale),
    final: true,
    first: true,
    kind: late.some(({ kind }) => kind === 'page') ? 'page' : 'news',
  })
  for (const other of late) await told(deps, other)
  return true
}

const sameChat = ({ address: a }: OutboxRecord, { address: b }: OutboxRecord): boolean =>
  a.platform === b.platform && a.chat === b.chat && a.topic === b.topic && a.private === b.private

const isHeld = ({ lease }: OutboxRecord, owner: string, now: number): boolean =>
  lease !== undefined && lease.owner !== owner && lease.until > now

function digest(late: readonly OutboxRecord[], now: number): Reply {
  const since = Math.min(...late.map(({ putAt }) => putAt))
  const after = (locale: 'en' | 'zh-TW') => say(duration(now - since), locale)
  const lines = late.slice(0, LINES).map(({ putAt, reply: said }) => line(putAt, said))
  const more = late.length - lines.length
  const mention = [
    ...new Map(
      late.flatMap(({ reply: { mention = [] } }) => mention).map((one) => [one.id, one]),
    ).values(),
  ]
  const said = reply.warn(
    tr(`${late.length} messages come late`, `${late.length} 則訊息延遲送達`),
    [
      text(
        tr(
          `For up to ${after('en')} nothing could be delivered here. This is what was to be said; it may be over by now.`,
          `最長 ${after('zh-TW')}無法送達此處。以下是當時的內容，情況可能已經改變。`,
        ),
      ),
      code(lines.join('\n')),
      ...(more > 0 ? [text(tr(`… and ${more} more.`, `……另有 ${more} 則。`))] : []),
      text(tr('What is open now: /oncall alerts', '目前進行中的事件：/oncall alerts')),
    ],
  )
  return mention.length === 0 ? said : { ...said, mention }
}

const line = (at: number, { glyph = '', title }: SaidReply): string =>
  say(join(' ', utc(at).slice(5, 16), glyph, title), 'en')

async function told({ store, clock }: CarryDeps, record: OutboxRecord): Promise<void> {
  if (record.final) return void (await forget(store, record, { now: clock.now() }))
  await store.update(OUTBOX, record.key, (current) => {
    const now = current as OutboxRecord | undefined
    return now?.rev === record.rev ? { ...now, delivered: record.rev } : undefined
  })
}
