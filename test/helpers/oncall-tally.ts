import type { Incident } from '../../src/core/oncall/incident.ts'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { beside } from './hook-at.ts'
import type { System } from './system.ts'

/** What was left after all the kills. */
export interface Tally {
  readonly acknowledged: number
  /** Alerts that got no answer in time from a process that was there. */
  readonly unanswered: number
  readonly kills: number
  /** Alerts that were answered 202 and are in no incident. */
  readonly lost: number
  /** Cards and calls that no platform ever showed. */
  readonly unsaid: readonly string[]
  /**
   * How often the most often shown one is there. Discord tells a message tried again from another one; Telegram can't, so that a kill while
   * it is being sent makes a second one there, and a third try waits.
   */
  readonly most: Readonly<Record<'discord' | 'telegram', number>>
  /** Those that are there more than once, and how often. */
  readonly doubled: readonly string[]
  /** Different cards and calls that had to be shown. */
  readonly things: number
}

interface Shown {
  readonly rooms: { readonly discord: string }
  readonly kills: number
  readonly storm: {
    readonly acknowledged: ReadonlySet<string>
    readonly unanswered: () => number
  }
}

/** Counts what is in the store and on the platforms. */
export async function tally(system: System, { rooms, kills, storm }: Shown): Promise<Tally> {
  const { acknowledged } = storm
  const { discord, telegram, owner } = system
  const incidents = await beside(system, async (store) =>
    (await store.list('incident')).map(({ value }) => value as Incident),
  )
  const told = new Set(incidents.flatMap((one) => one.told.map(({ key }) => key)))
  const there = [...discord.messages.values()].filter(({ channel }) => channel === rooms.discord)
  const chat = telegram.private(telegram.user({ id: Number(owner.telegram) }))
  const texts = {
    discord: there.map(textOf),
    telegram: telegram.messages(chat).map(({ text }) => text),
  }
  const counts = new Map<string, number>()
  for (const one of incidents)
    for (const platform of ['discord', 'telegram'] as const) {
      const about = texts[platform].filter((text) => text.includes(one.id))
      const calls = about.filter((text) => CALL.test(text))
      const cards = about.filter((text) => !CALL.test(text) && /Critical/.test(text))
      counts.set(`card of ${one.id} on ${platform}`, cards.length)
      const again = one.pages.some(({ n }) => n > 1)
      if (again)
        counts.set(`second call about ${one.id} on ${platform}`, calls.filter(isAgain).length)
    }
  return {
    acknowledged: acknowledged.size,
    unanswered: storm.unanswered(),
    kills,
    lost: [...acknowledged].filter((key) => !told.has(key)).length,
    unsaid: [...counts].flatMap(([what, count]) => (count === 0 ? [what] : [])),
    most: { discord: mostOf(counts, 'discord'), telegram: mostOf(counts, 'telegram') },
    doubled: [...counts].flatMap(([what, count]) => (count > 1 ? [`${what}: ${count}`] : [])),
    things: counts.size,
  }
}

const mostOf = (counts: ReadonlyMap<string, number>, platform: string): number =>
  Math.max(0, ...[...counts].flatMap(([what, count]) => (what.endsWith(platform) ? [count] : [])))

const CALL = /You are on call|obody has acknowledged/
const isAgain = (text: string): boolean => /acknowledged it for|Reminder 1/.test(text)
