import { hookAt } from './hook-at.ts'
import type { System } from './system.ts'

const LANES = 4
/** Alerts between two kills; an incident knows no more than 500 troubles by their keys. */
const BATCH = 60
/** Sources give up after so long, too. */
const ANSWER_MS = 10_000

/** When a process is killed: the n-th time that this happens after alerts began to come in. */
export interface Moment {
  readonly on: 'asked' | 'acknowledged' | 'said on Discord' | 'said on Telegram'
  readonly n: number
}

/** In each batch there are at least so many of each: a new incident has a card on both platforms, which is painted again. */
const MOST: ReadonlyArray<readonly [on: Moment['on'], most: number]> = [
  ['asked', BATCH],
  ['acknowledged', BATCH / 2],
  ['said on Discord', 2],
  ['said on Telegram', 2],
]

export function momentOf(random: () => number): Moment {
  const [on, most] = MOST[Math.floor(random() * MOST.length)] ?? (['asked', 1] as const)
  return { on, n: 1 + Math.floor(random() * most) }
}

export interface Storm {
  readonly acknowledged: ReadonlySet<string>
  readonly unanswered: () => number
  /** Sends alerts, some of them about something new; resolves when each was answered or lost. */
  readonly batch: () => Promise<void>
  /** Nobody is there from now on, until `up`. */
  readonly down: () => void
  readonly up: () => void
  /** Resolves when one more alert is sent off, or acknowledged, so many times. */
  readonly next: (on: 'asked' | 'acknowledged', n: number) => Promise<void>
}

/** Alerts by the generic hook, in so many groups and one new group a batch. */
export function createStorm(system: System, groups: number): Storm {
  const hook = hookAt(system, 'generic')
  const acknowledged = new Set<string>()
  const counters = { asked: createCounter(), acknowledged: createCounter() }
  let there = Promise.withResolvers<void>()
  there.resolve()
  let batches = 0
  let sent = 0
  let unanswered = 0

  const send = async (group: string): Promise<void> => {
    const uid = `a${sent++}`
    const alert = { alert_uid: uid, group, title: `Trouble ${group}`, severity: 'critical' }
    const url = system.bot.url + (await hook)
    const signal = AbortSignal.timeout(ANSWER_MS)
    const asked = fetch(url, { method: 'POST', body: JSON.stringify(alert), signal })
    counters.asked.add()
    const answer = await asked.catch((error: unknown) => {
      if (error instanceof Error && error.name === 'TimeoutError') unanswered += 1
      return null
    })
    if (answer?.status === 202) {
      acknowledged.add(`generic:${uid}`)
      counters.acknowledged.add()
    }
    await there.promise
  }
  return {
    acknowledged,
    unanswered: () => unanswered,
    async batch() {
      const fresh = `new${batches++}`
      let left = BATCH
      const lane = async (): Promise<void> => {
        while (left-- > 0) await send(left % 2 === 0 ? fresh : `g${left % groups}`)
      }
      await Promise.all(Array.from({ length: LANES }, lane))
    },
    down: () => (there = Promise.withResolvers()),
    up: () => there.resolve(),
    next: (on, n) => counters[on].next(n),
  }
}

function createCounter() {
  let count = 0
  let goal = { at: Infinity, resolve: () => {} }
  return {
    add(): void {
      if (++count >= goal.at) goal.resolve()
    },
    next: (n: number) => new Promise<void>((resolve) => (goal = { at: count + n, resolve })),
  }
}

interface Waiting {
  readonly storm: Storm
  readonly moment: Moment
  readonly room: string
}

/** Hears of the moment from now on. */
export function waitFor(
  system: System,
  { storm, moment, room }: Waiting,
): { readonly what: string; readonly came: Promise<unknown> } {
  const { on, n } = moment
  const what = `${on}, ${n} times`
  if (on === 'asked' || on === 'acknowledged') return { what, came: storm.next(on, n) }
  if (on === 'said on Discord') {
    let seen = 0
    const said = new RegExp(`^(POST|PATCH) .*/channels/${room}/messages`)
    const { discord } = system
    return {
      what,
      came: discord.request(({ method, path }) => said.test(`${method} ${path}`) && ++seen >= n),
    }
  }
  const { telegram } = system
  const count = () => telegram.calls().filter(({ method }) => SAID.has(method)).length
  const goal = count() + n
  return {
    what,
    came: Promise.race([...SAID].map((method) => telegram.called(method, () => count() >= goal))),
  }
}
const SAID = new Set(['sendMessage', 'editMessageText'])
