import type { Platform } from '../invocation.ts'
import type { ChatError, Health } from '../ports.ts'
import { type Reply, reply, text } from '../reply.ts'
import { join, tr, utc } from '../text.ts'

/** How the bot's own words get to one platform. Plain JSON. */
export interface Way {
  readonly platform: Platform
  /** When words last got there and were read back. */
  readonly provedAt: number | null
  readonly triedAt: number
  /** Failures in a row. */
  readonly fails: number
  readonly why: string | null
  /** Since when people are told that it is broken. */
  readonly brokenAt: number | null
}

/** What one bot, of all there are, found out for all of them. */
export interface ProofRecord {
  readonly owner: string
  readonly at: number
  readonly ways: readonly Way[]
}

export const PROOF = 'proof'
export const PROOF_ID = 'ways'

export const TICK_MS = 60_000
const EVERY_MS = 900_000
/** While it is broken. */
const AGAIN_MS = 300_000
/** Nothing is sent while a process has just begun. */
const FIRST_MS = 240_000
/** A bot that has not looked for so long is gone, and another one looks. */
const GONE_MS = 180_000
/** What passes by itself is told of when it has not passed by then. */
const SOFT = 3
const SOFT_KINDS: ReadonlySet<Failure['kind']> = new Set(['network', 'rate_limited', 'offline'])

export interface Failure {
  /** `offline`: the platform is not connected, so nothing was sent. */
  readonly kind: ChatError['kind'] | 'offline'
  readonly why: string
}

/** The record when this bot may look for all of them; nothing while another one does. */
export function leading(
  before: ProofRecord | undefined,
  mine: { readonly owner: string; readonly now: number; readonly platforms: readonly Platform[] },
): ProofRecord | undefined {
  const { owner, now, platforms } = mine
  if (before && before.owner !== owner && now - before.at < GONE_MS) return undefined
  const known = new Map(before?.ways.map((way) => [way.platform, way]))
  return { owner, at: now, ways: platforms.map((one) => known.get(one) ?? fresh(one, now)) }
}

const fresh = (platform: Platform, now: number): Way => ({
  platform,
  provedAt: null,
  triedAt: now - EVERY_MS + FIRST_MS,
  fails: 0,
  why: null,
  brokenAt: null,
})

/** Whether words are to be sent now. */
export function isDue({ triedAt, fails, brokenAt }: Way, now: number): boolean {
  if (brokenAt !== null) return now - triedAt >= AGAIN_MS
  return fails > 0 || now - triedAt >= EVERY_MS
}

/** What is known after a try; `failure` is left out when the words got there. */
export function tried(way: Way, now: number, failure?: Failure): Way {
  const { platform } = way
  if (failure === undefined)
    return { platform, provedAt: now, triedAt: now, fails: 0, why: null, brokenAt: null }
  const fails = way.fails + 1
  const broken = !SOFT_KINDS.has(failure.kind) || fails >= SOFT
  const brokenAt = way.brokenAt ?? (broken ? now : null)
  return { ...way, triedAt: now, fails, why: failure.why, brokenAt }
}

const NAMES: Readonly<Record<Platform, string>> = {
  discord: 'Discord',
  telegram: 'Telegram',
  console: 'Console',
}

/** How delivery is, for `/readyz` and for whoever decides about the heartbeat. */
export function proofHealth(record: ProofRecord | undefined, now: number): Health {
  if (record === undefined) return { ok: true, detail: 'Nothing was sent for a check yet.' }
  if (now - record.at >= GONE_MS)
    return { ok: false, detail: `No bot has looked since ${utc(record.at)}.` }
  const broken = record.ways.filter(({ brokenAt }) => brokenAt !== null)
  const said = (broken.length > 0 ? broken : record.ways).map(sayWay)
  return { ok: broken.length === 0, detail: said.join(' ') || 'There is no chat.' }
}

function sayWay({ platform, provedAt, brokenAt, why }: Way): string {
  const name = NAMES[platform]
  if (brokenAt !== null)
    return `${name} takes no messages since ${utc(brokenAt)}: ${why ?? 'unknown'}.`
  return provedAt === null
    ? `${name}: not checked yet.`
    : `${name}: a message was sent and read back at ${utc(provedAt)}.`
}

/** What owners are told elsewhere when that changed; nothing when it is as before. */
export function proofNews(before: Way, after: Way): Reply | undefined {
  const name = NAMES[after.platform]
  if (before.brokenAt === null && after.brokenAt !== null)
    return reply.error(tr(`${name} does not take my messages`, `${name} 收不到我的訊息`), [
      text(
        join(
          ' ',
          tr('I sent one to check and it failed:', '我送出一則檢查訊息，但失敗：'),
          after.why ?? '',
        ),
      ),
      text(
        tr(
          `What is meant for ${name} waits while it can’t be reached, and is lost where I am refused; calls of people are then told to you here. I try every 5 minutes. If I was refused: check my token, and that the owner there has written to me or shares a server with me. /readyz has the state.`,
          `無法連線時，送往 ${name} 的內容會等候；被拒絕時則會遺失，其中的呼叫會改在此通知你。我每 5 分鐘重試。若是被拒絕：請檢查我的權杖，並確認該處的擁有者曾與我對話或與我在同一伺服器。狀態見 /readyz。`,
        ),
      ),
    ])
  if (before.brokenAt !== null && after.brokenAt === null)
    return reply.ok(tr(`${name} takes my messages again`, `${name} 已能收到我的訊息`), [
      text(
        tr(
          `It had not since ${utc(before.brokenAt)}. What waited is being delivered; what came late is one message for each chat.`,
          `自 ${utc(before.brokenAt)} 起中斷。等候中的訊息正在送出，延遲的內容每個聊天室合併為一則。`,
        ),
      ),
    ])
  return undefined
}

/** What is sent, never twice the same: a platform that knows a message would give back the first one. */
export const proofWords = (now: number) =>
  tr(
    `Delivery check ${utc(now)}: this message goes away by itself.`,
    `送達檢查 ${utc(now)}：此訊息會自動消失。`,
  )
