import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { withEventsSince } from '../recent-events.ts'
import { duration, join, say, tr } from '../text.ts'

/** Three unclean boots in five minutes and the gateway starts no channels any more (OPENCLAW.md §3); two leave one to spare. */
const WINDOW_MS = 300_000
const MOST = 2
const PAUSE_MS = 120_000
/** Fly writes some starts down twice, and a restart that was asked for is followed by its start. */
const SAME_BOOT_MS = 10_000
const RESTART_TAKES_MS = 90_000
const KEEP_MS = 600_000
const BUCKET = 'restart'

type Context = Pick<WorkContext, 'app' | 'job' | 'store' | 'clock'>

/** A restart or start that this bot asked Fly for. */
interface Asked {
  readonly job: string
  readonly at: number
}

const key = (app: string, id: string): string => `${app}.${id}`

/** Writes down that Fly is about to be asked, so that the pause holds even while Fly's events lag. Once per job. */
export async function remember({ app, job, store, clock }: Context, id: string): Promise<void> {
  const at = clock.now()
  await store.update(
    BUCKET,
    key(app, id),
    (list) => {
      const asked = (list ?? []) as readonly Asked[]
      const others = asked.filter((one) => one.job !== job && at - one.at < KEEP_MS)
      return [...others, { job, at }]
    },
    { ttlMs: KEEP_MS },
  )
}

/** What this bot asked for in the last ten minutes, its own job included. */
export async function asksOf({ app, store }: Context, id: string): Promise<readonly Asked[]> {
  return ((await store.get(BUCKET, key(app, id))) ?? []) as readonly Asked[]
}

/** When a machine booted lately, oldest first: what Fly has seen, and what was asked of it and is not seen yet. */
export function bootsOf(
  { events }: Pick<Machine, 'events'>,
  asked: readonly Pick<Asked, 'at'>[],
): readonly number[] {
  const starts = events
    .filter(({ type, status }) => type === 'start' && status === 'started')
    .map(({ at }) => at)
    .toSorted((a, b) => a - b)
  const seen = starts.filter((at, index) => at - (starts[index - 1] ?? 0) > SAME_BOOT_MS)
  const unseen = asked.filter(
    (one) => !seen.some((at) => at >= one.at - SAME_BOOT_MS && at <= one.at + RESTART_TAKES_MS),
  )
  return [...seen, ...unseen.map(({ at }) => at)].toSorted((a, b) => a - b)
}

/** How long to wait before another restart of the machine, in ms; 0 when it may be now. */
export async function restartWaitMs(
  context: Pick<WorkContext, 'app' | 'fly' | 'store' | 'job' | 'clock' | 'signal'>,
  machine: Machine,
): Promise<number> {
  const now = context.clock.now()
  const [{ events }, asked] = await Promise.all([
    withEventsSince(context, machine, now - WINDOW_MS),
    asksOf(context, machine.id),
  ])
  return coolDownMs(bootsOf({ events }, asked), now)
}

/** The same for boots at these moments. */
export function coolDownMs(boots: readonly number[], now: number): number {
  const lately = boots.filter((at) => at <= now && now - at < WINDOW_MS)
  const last = lately.at(-1)
  if (last === undefined) return 0
  const full = lately.length < MOST ? 0 : (lately.at(-MOST) ?? 0) + WINDOW_MS - now
  return Math.max(0, last + PAUSE_MS - now, full)
}

export function tooSoon(id: string, waitMs: number): OpsError {
  const wait = duration(waitMs)
  return new OpsError(
    'busy',
    tr(
      `${id} started a short while ago. Several restarts in a row make the gateway come up without its channels.`,
      `${id} 剛啟動不久。連續重新啟動會讓閘道啟動後不開啟任何頻道。`,
    ),
    {
      hint: join(
        '',
        tr(
          `Wait ${say(wait, 'en')}, then send it again. If it cannot wait: force=true.`,
          `請等 ${say(wait, 'zh-TW')} 後再送出；若無法等待，請用 force=true。`,
        ),
      ),
    },
  )
}
