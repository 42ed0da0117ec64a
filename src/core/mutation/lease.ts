import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { LeaseHolder, Machine } from '../fly.ts'
import type { Step } from '../steps.ts'
import { type Text, tr, utc } from '../text.ts'

type Context = Pick<WorkContext, 'app' | 'job' | 'fly' | 'back' | 'clock' | 'signal'>

/** Longer than an update takes to settle, short enough that a dead process holds nobody up for long. */
const TTL_SECONDS = 120
/** Someone else's lease is waited for this long before the job gives up. */
const WAIT_MS = 30_000
const PAUSE_MS = 2000

/** How our leases are recognised after a crash: two bots on one token have the same owner. */
const leaseName = ({ job }: Pick<Context, 'job'>): string => `openclaw-ops ${job}`

/** Runs `work` under a lease and lets go of it whatever happens, cancel included. */
export async function withLease<T>(
  context: Context,
  machine: string,
  work: (nonce: string) => Promise<T>,
): Promise<T> {
  const { app, back } = context
  const { nonce } = await acquire(context, machine)
  try {
    return await work(nonce)
  } finally {
    // A lease that can't be released runs out by itself; that must not hide what `work` had to say.
    await back.releaseLease(app, machine, nonce).catch(() => {})
  }
}

async function acquire(context: Context, machine: string) {
  const { app, fly, clock, signal } = context
  const giveUp = clock.now() + WAIT_MS
  for (;;) {
    try {
      return await fly.lease(app, machine, {
        ttlSeconds: TTL_SECONDS,
        description: leaseName(context),
      })
    } catch (error) {
      if (!(error instanceof OpsError)) throw error
      if (error.code === 'ambiguous') {
        const own = await ownLease(context, machine)
        if (own !== null) return own
      } else if (error.code !== 'lease_held') throw error
      if (await releaseOwn(context, machine)) continue
      if (clock.now() >= giveUp) throw error
      await clock.sleep(PAUSE_MS, signal)
    }
  }
}

/** Lets go of a lease that an earlier, killed run of this job has left; tells whether there was one. */
export async function releaseOwn(context: Context, machine: string): Promise<boolean> {
  const own = await ownLease(context, machine)
  if (own === null) return false
  await context.back.releaseLease(context.app, machine, own.nonce)
  return true
}

/** The lease of this job, whether its nonce was ever heard or not. */
async function ownLease(context: Context, machine: string) {
  const lease = await context.back.currentLease(context.app, machine)
  return lease?.description === leaseName(context) ? lease : null
}

/** Takes away a lease that was shown in a plan and confirmed; any other one stays. */
export async function clearLease(
  context: Context,
  machine: string,
  shown: LeaseHolder,
): Promise<void> {
  const { app, fly } = context
  const lease = await fly.currentLease(app, machine)
  if (lease === null || lease.owner !== shown.owner || lease.description !== shown.description)
    return
  await fly.releaseLease(app, machine, lease.nonce)
}

/** The step for a lease that a plan showed; none where there was none. */
export const clearSteps = (
  context: Context,
  { id, lease }: Pick<Machine, 'id' | 'lease'>,
): readonly Step[] =>
  lease === null
    ? []
    : [
        {
          id: `lease.${id}`,
          label: tr(`Take away the lease on ${id}`, `解除 ${id} 的租用`),
          do: async () => {
            await clearLease(context, id, lease)
            return true
          },
        },
      ]

/** Who holds it and until when, and what confirming does about it. */
export const leaseWarning = ({ id, lease }: Pick<Machine, 'id' | 'lease'>): readonly Text[] => {
  if (lease === null) return []
  const owner = lease.owner ?? '?'
  const until = lease.expiresAt === null ? '?' : utc(lease.expiresAt)
  return [
    tr(
      `${id} is leased by ${owner} until ${until}: somebody may be changing it now. Confirming takes that lease away.`,
      `${id} 目前由 ${owner} 租用至 ${until}：可能有人正在變更它。確認後會解除該租用。`,
    ),
  ]
}
