import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { AddressType } from '../fly.ts'
import { type Address, isOpen, plain, sameAddresses, typeName } from '../network.ts'
import type { Step } from '../steps.ts'
import { join, tr } from '../text.ts'
import { backContext } from './update.ts'

type Context = Pick<WorkContext, 'app' | 'fly' | 'back' | 'clock' | 'signal'>

/** The list may lag behind what was done; looked at so often, a second apart, before it counts as not done. */
const LOOKS = 5
const PAUSE_MS = 1000

interface Allocated {
  readonly address: string
  /** False when somebody else had allocated one by then: it is not ours to take back. */
  readonly own: boolean
}

const list = async ({ app, fly }: Context): Promise<readonly Address[]> =>
  (await fly.addresses(app)).map(plain)

/** Reads the list until `found` finds something in it; `undefined` when it never does. */
async function lookFor<T>(
  context: Context,
  found: (addresses: readonly Address[]) => T | undefined,
): Promise<T | undefined> {
  for (let look = 1; ; look++) {
    const seen = found(await list(context))
    if (seen !== undefined || look === LOOKS) return seen
    await context.clock.sleep(PAUSE_MS, context.signal)
  }
}

/** The step `addresses`: nothing is begun when the list is no longer the one that was confirmed. Its output is that list. */
export const compareStep = (context: Context, planned: readonly Address[]): Step => ({
  id: 'addresses',
  label: tr('Read the addresses again', '重新讀取位址'),
  async do() {
    const now = await list(context)
    if (sameAddresses(now, planned)) return now
    throw new OpsError(
      'conflict',
      tr(
        'The addresses were changed by somebody else in the meantime, so nothing was begun.',
        '位址在此期間被其他人變更，因此沒有開始。',
      ),
      { hint: tr('Send the command again for a new plan.', '請重新送出指令以取得新的計畫。') },
    )
  },
})

/** Allocates one address that costs nothing, unless somebody has done so by then. Way back: releases the one it made. */
export function allocateStep(
  context: Context,
  type: AddressType,
  before: readonly Address[],
): Step {
  const id = `allocate.${type}`
  const added = addedOf(type, before)
  return {
    id,
    label: join(' ', tr('Allocate', '配置'), typeName(type)),
    async do() {
      const there = added(await list(context))
      if (there !== undefined) return { address: there.address, own: false } satisfies Allocated
      const address = await readBack(
        context,
        (tried) => tried.fly.allocateAddress(tried.app, { type }),
        added,
      )
      return { address: address.address, own: true } satisfies Allocated
    },
    async done() {
      const there = added(await list(context))
      return there && ({ address: there.address, own: true } satisfies Allocated)
    },
    async undo(recall) {
      const back = backContext(context)
      const made = recall(id) as Allocated | undefined
      if (made?.own === false) return
      const ours = (one: Address) => one.address === made?.address
      const there = (await list(back)).find(made ? ours : (one) => added([one]) !== undefined)
      if (there !== undefined) await release(back, there.address)
    },
  }
}

const addedOf =
  (type: AddressType, before: readonly Address[]) =>
  (now: readonly Address[]): Address | undefined =>
    now.find((one) => one.type === type && !before.some(({ address }) => address === one.address))

/** Releases one address. Way back: another of its type, since the same one is not to be had; a dedicated v4 has none. */
export function releaseStep(context: Context, { address, type }: Address): Step {
  return {
    id: `release.${address}`,
    label: tr(`Release ${address}`, `釋出 ${address}`),
    async do() {
      await release(context, address)
      return { address, type }
    },
    async done() {
      return goneOf(address)(await list(context)) && { address, type }
    },
    async undo() {
      const back = backContext(context)
      const now = await list(back)
      if (now.some((one) => one.address === address)) return
      if (type === 'v4') throw lost(address)
      if (now.some((one) => one.type === type && isOpen(one))) return
      await readBack(
        back,
        (tried) => tried.fly.allocateAddress(tried.app, { type }),
        addedOf(type, now),
      )
    },
  }
}

const goneOf =
  (address: string) =>
  (now: readonly Address[]): true | undefined =>
    now.some((one) => one.address === address) ? undefined : true

async function release(context: Context, address: string): Promise<void> {
  await readBack(context, ({ app, fly }) => fly.releaseAddress(app, address), goneOf(address))
}

/** Asks, and believes only the list. What may or may not have been done is looked at before it is asked a second and last time. */
async function readBack<T>(
  context: Context,
  ask: (context: Context) => Promise<void>,
  found: (addresses: readonly Address[]) => T | undefined,
): Promise<T> {
  let failure: unknown
  for (let tries = 0; tries < 2; tries++) {
    failure = await ask(context).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (failure !== undefined && !mayBeDone(failure)) throw failure
    const seen = await lookFor(context, found)
    if (seen !== undefined) return seen
    // A refusal of what somebody else has done already would show in the list.
    if (failure === undefined || !isAmbiguous(failure)) break
  }
  throw failure ?? unlisted()
}

const isAmbiguous = (error: unknown): boolean =>
  error instanceof OpsError && error.code === 'ambiguous'

/** Fly refuses a second shared address with 409 or 422 (FLY.md §2.5): then the list has it. */
const mayBeDone = (error: unknown): boolean =>
  isAmbiguous(error) ||
  (error instanceof OpsError && (error.code === 'validation' || error.code === 'stale_version'))

const unlisted = (): OpsError =>
  new OpsError(
    'unproven',
    tr(
      'Fly said yes, but its list of addresses does not show the change.',
      'Fly 已接受，但位址清單沒有顯示變更。',
    ),
    {
      hint: tr(
        'Look at /openclaw network show in a moment.',
        '請稍後查看 /openclaw network show。',
      ),
    },
  )

const lost = (address: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `${address} is released and can't be got back, so I stopped here: the machines stay without services.`,
      `${address} 已釋出且無法取回，因此我停在這裡：機器維持沒有服務的狀態。`,
    ),
  )
