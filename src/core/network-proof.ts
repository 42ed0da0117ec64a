import type { WorkContext } from './context.ts'
import { OpsError } from './errors.ts'
import {
  type Address,
  isOpen,
  isRouted,
  type Network,
  type Reach,
  reachOf,
  readNetwork,
  sameAddresses,
  typeName,
} from './network.ts'
import type { NetworkChange } from './network-plan.ts'
import { isLost } from './step-errors.ts'
import { join, type Text, tr } from './text.ts'

/** The app as it was read back. */
export interface Seen {
  readonly addresses: readonly Address[]
  readonly reach: readonly Reach[]
}

export const seenOf = ({ addresses, machines }: Network): Seen => ({
  addresses,
  reach: machines.map(reachOf),
})

type Context = Pick<WorkContext, 'app' | 'fly' | 'back' | 'signal'>

/** Reads addresses and services once more; null when Fly does not tell, which is no proof of anything. */
export async function seeAgain(context: Pick<Context, 'app' | 'fly'>): Promise<Network | null> {
  try {
    return await readNetwork(context)
  } catch (error) {
    if (isLost(error) || !(error instanceof OpsError) || error.code === 'cancelled') throw error
    return null
  }
}

/** What was read back and is not as it was meant to be: made by somebody else since, for each step has proven itself. */
export function contradictions(
  { to, turns, allocate }: Pick<NetworkChange, 'to' | 'turns' | 'allocate'>,
  { addresses, reach }: Seen,
): readonly Text[] {
  if (to === 'private')
    return [
      ...addresses.filter(isOpen).map(({ address, type }) => join(' ', address, typeName(type))),
      ...reach.filter(isRouted).map(portsOf),
    ]
  const missing = allocate.filter((type) => !addresses.some((one) => one.type === type))
  const changed = turns.filter(({ id, after }) => {
    const now = reach.find((one) => one.id === id)
    return now === undefined || JSON.stringify(now.exposed) !== JSON.stringify(after)
  })
  return [
    ...missing.map((type) => join(' ', tr('missing:', '缺少：'), typeName(type))),
    ...changed.map(({ id }) => tr(`services of ${id}`, `${id} 的服務`)),
  ]
}

const portsOf = ({ id, exposed }: Reach): Text => {
  if (exposed === null) return tr(`${id}: could not be read`, `${id}：無法讀取`)
  const lines = exposed.join('; ')
  return exposed.length > 0 ? `${id}: ${lines}` : tr(`${id}: no services`, `${id}：沒有服務`)
}

/** The end of a run whose every step went well, while somebody else worked against it. */
export const undoneElsewhere = (
  { to }: Pick<NetworkChange, 'to'>,
  found: readonly Text[],
): OpsError =>
  new OpsError(
    'unproven',
    join(
      ' ',
      to === 'private'
        ? tr(
            'All steps were done, but the app is not private: this was added by somebody else meanwhile:',
            '所有步驟都已完成，但應用程式不是私有的：期間有人加入了：',
          )
        : tr(
            'All steps were done, but this was changed by somebody else meanwhile:',
            '所有步驟都已完成，但期間有人變更了：',
          ),
      join(', ', ...found),
    ),
    { hint: again(to) },
  )

const again = (to: NetworkChange['to']): Text =>
  tr(
    `Send /openclaw network ${to} again for a plan that includes it.`,
    `請再次送出 /openclaw network ${to}，以取得包含這些的計畫。`,
  )

/** Runs the steps; when they fail, the error also says what is there now, as read back after the way back. */
export async function truthfully<T>(
  context: Context,
  change: NetworkChange,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isLost(error) || isLost(context.signal.reason)) throw error
    if (!(error instanceof OpsError) || error.code === 'unavailable') throw error
    const now = await seeAgain({ ...context, fly: context.back })
    const { words, hint } = stateWords(change, now && seenOf(now))
    throw new OpsError(error.code, join(' ', error.text, words), {
      cause: error,
      ...optional('hint', hint ?? error.hint),
      ...optional('reference', error.reference),
    })
  }
}

const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<K, V>>

interface StateWords {
  readonly words: Text
  /** Left out where the first failure's own next step is the right one. */
  readonly hint?: Text
}

function stateWords({ to, addresses, reach }: NetworkChange, now: Seen | null): StateWords {
  const show = tr('Look at /openclaw network show.', '請查看 /openclaw network show。')
  if (now === null)
    return {
      words: tr('How it is now could not be read.', '目前的狀態無法讀取。'),
      hint: show,
    }
  const others = other(addresses, now.addresses)
  if (sameReach(reach, now.reach) && sameTypes(addresses, now.addresses))
    return others === null
      ? { words: tr('Addresses and services are as before.', '位址與服務和之前相同。') }
      : {
          words: join(
            ' ',
            tr(
              'Services are as before; instead of the old address there is a new one:',
              '服務和之前相同；舊位址已換成新位址：',
            ),
            others,
          ),
          hint: tr(
            'DNS records of your own that name the old address have to follow.',
            '若你自己的 DNS 紀錄指向舊位址，請一併更新。',
          ),
        }
  return {
    words: join(
      ' ',
      tr('This is the state now. Addresses:', '目前的狀態。位址：'),
      join(', ', ...now.addresses.map(({ address, type }) => `${address} (${type})`)) ||
        tr('none', '無'),
      tr('Services:', '服務：'),
      join(' | ', ...now.reach.map(portsOf)),
    ),
    hint: tr(
      `/openclaw network ${to} goes on from here; /openclaw network ${to === 'private' ? 'public' : 'private'} goes back.`,
      `/openclaw network ${to} 會從這裡繼續；/openclaw network ${to === 'private' ? 'public' : 'private'} 會改回去。`,
    ),
  }
}

/** New addresses in place of old ones; null when they are the same. */
function other(before: readonly Address[], now: readonly Address[]): string | null {
  if (sameAddresses(before, now)) return null
  const fresh = now.filter((one) => !before.some(({ address }) => address === one.address))
  return fresh.map(({ address, type }) => `${address} (${type})`).join(', ')
}

const sameTypes = (a: readonly Address[], b: readonly Address[]): boolean => types(a) === types(b)
const types = (all: readonly Address[]): string =>
  all
    .map(({ type }) => type)
    .toSorted()
    .join()

const sameReach = (a: readonly Reach[], b: readonly Reach[]): boolean => ports(a) === ports(b)
const ports = (all: readonly Reach[]): string =>
  all
    .map(({ id, exposed }) => JSON.stringify([id, exposed]))
    .toSorted()
    .join()
