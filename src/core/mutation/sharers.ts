import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { mountsOf } from '../machine-config.ts'
import { isOwnMachine } from '../own-machine.ts'
import { type Text, tr } from '../text.ts'
import { attempt } from './attempt.ts'

/** Who else may have the machine's volume. */
export interface Sharers {
  /** Machines that name the same volume, or that Fly says have it. */
  readonly same: readonly string[]
  /** Others of the app that run, each with a volume of its own or none. */
  readonly apart: readonly string[]
  /** Why the volumes could not be read; null when they were. */
  readonly unknown: Text | null
}

const GONE = /^destroy/
const volumesOf = ({ config }: Machine): readonly string[] =>
  config === null ? [] : mountsOf(config).flatMap(({ volume }) => volume ?? [])

/** A volume goes to one machine at a time (FLY.md §2.3); where two name it, a lock may be the other one's. */
export async function sharersOf(
  { app, fly, signal }: WorkContext,
  machine: Machine,
  all: readonly Machine[],
): Promise<Sharers> {
  const mine = new Set(volumesOf(machine))
  const volumes = await attempt(fly.volumes(app), signal)
  const others = all.filter(({ id, state }) => id !== machine.id && !GONE.test(state))
  const naming = others.filter((other) => volumesOf(other).some((volume) => mine.has(volume)))
  const attached = (volumes.known ? volumes.value : []).flatMap(({ id, attachedMachine }) =>
    mine.has(id) && attachedMachine !== null && attachedMachine !== machine.id
      ? [attachedMachine]
      : [],
  )
  const same = [...new Set([...naming.map(({ id }) => id), ...attached])]
  return {
    same,
    apart: others
      .filter(({ id, state }) => state === 'started' && !same.includes(id))
      .map(({ id }) => id),
    unknown: volumes.known ? null : volumes.why,
  }
}

/** Nothing is deleted from a volume that another machine may be using. */
export function refuseShared(id: string, { same }: Pick<Sharers, 'same'>): void {
  if (same.length === 0) return
  const names = same.join(', ')
  throw new OpsError(
    'conflict',
    tr(
      `The volume of ${id} belongs to ${names} too: the lock may be held there, so it was left alone.`,
      `${id} 的磁碟區也屬於 ${names}：鎖定可能由它持有，因此沒有動它。`,
    ),
    {
      hint: tr(
        `One gateway, one volume: find out which machine is meant (/openclaw machine list), and remove the other with fly machine destroy.`,
        `一個閘道對應一個磁碟區：請確認要保留哪一部（/openclaw machine list），再以 fly machine destroy 移除另一部。`,
      ),
    },
  )
}

/** Neither another command nor a long sleep is anything for the machine that would have to end it. */
export function refuseOwn(context: Pick<WorkContext, 'self' | 'app'>, id: string): void {
  if (!isOwnMachine(context, context.app, id)) return
  throw new OpsError(
    'forbidden',
    tr(
      `${id} is the machine I run on: I would cut off my own hand.`,
      `${id} 是我所在的機器：這會讓我自己無法繼續。`,
    ),
    {
      hint: tr(
        'Name the machine of the gateway, or see /ops self status.',
        '請指定閘道所在的機器，或查看 /ops self status。',
      ),
    },
  )
}
