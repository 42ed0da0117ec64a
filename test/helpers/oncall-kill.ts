import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAccess } from '../../src/access/index.ts'
import type { Incident } from '../../src/core/oncall/incident.ts'
import { addRoute } from '../../src/core/oncall/route-store.ts'
import type { CardPlace } from '../../src/core/oncall/ports.ts'
import { OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import type { Store } from '../../src/core/ports.ts'
import { realClock, until } from './engines.ts'
import { beside } from './hook-at.ts'
import { createStorm, momentOf, waitFor } from './oncall-storm.ts'
import { type Tally, tally } from './oncall-tally.ts'
import { type Shape, startSystem, type System } from './system.ts'
import { createTestLog } from './test-log.ts'

interface Options {
  readonly kills: number
  readonly groups: number
  /** From 0 to 1. */
  readonly random: () => number
}

/** A repeatable sequence of numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

const SETTINGS = { lockMs: 1000, stalledMs: 300 }
/** Longer than any step takes: what takes longer hangs, and is then told of by its name. */
const LONGEST_MS = 100_000

/**
 * Bot and worker are killed at moments of ingest, escalation and delivery, each the n-th time that something happens; half-way the next rung
 * of every escalation falls due while a process is dead. Then everything has to have been said.
 */
export async function killAtMoments(
  shape: Shape,
  { kills, groups, random }: Options,
): Promise<Tally> {
  const settled = { ...shape, settings: SETTINGS }
  const system = await startSystem(settled, { OPS_REGISTER: 'off' }, { runtime: 'none' })
  try {
    const rooms = await named('routes', routed(system))
    const storm = createStorm(system, groups)
    for (let n = 0; n < kills; n++) {
      const role = shape.processes === 'two' && random() < 0.5 ? 'worker' : 'bot'
      const moment = momentOf(random)
      const { what, came } = waitFor(system, { storm, moment, room: rooms.discord })
      const batch = storm.batch()
      await named(what, came)
      storm.down()
      await named(`the end of the ${role}`, system[role].kill())
      if (n === Math.floor(kills / 2)) await beside(system, fallDue)
      await named(`a new ${role}, ${n} after ${what}`, system.restart(role))
      storm.up()
      await named('answers to alerts', batch)
    }
    await named('answers to alerts', storm.batch())
    await beside(system, untilSaid)
    return await tally(system, { rooms, kills, storm })
  } finally {
    await system.stop()
  }
}

/** Fails with the name of what did not come to its end, rather than to wait for ever. */
async function named<T>(what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController()
  const late = sleep(LONGEST_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error(`waited in vain for ${what}`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    over.abort()
  }
}

/** A room on Discord and the owner's own talk on Telegram, both with a route. */
async function routed(system: System): Promise<{ readonly discord: string }> {
  const { discord, telegram, owner } = system
  const guild = discord.guild()
  const channel = discord.channel(guild)
  const person = telegram.user({ id: Number(owner.telegram) })
  telegram.start(person)
  await telegram.message(telegram.private(person))
  const places: readonly CardPlace[] = [
    { platform: 'discord', space: guild.id, room: channel.id },
    { platform: 'telegram', space: owner.telegram, room: null },
  ]
  await beside(system, async (store) => {
    const access = createAccess({ store, owners: [], clock: realClock, log: createTestLog([]) })
    await access.trust({ platform: 'discord', space: guild.id }, 'discord:1')
    const rest = { source: '*', severity: 'info', app: '*', by: 'discord:1', at: 0 } as const
    for (const place of places) await addRoute(store, { ...rest, place })
  })
  return { discord: channel.id }
}

/** Nobody acknowledged, and others were to be called a while ago. */
async function fallDue(store: Store): Promise<void> {
  const agoMs = 2_000_000
  for (const { id } of await store.list('incident'))
    await store.update('incident', id, (current) => {
      const incident = current as Incident
      const { escalation, timer } = incident
      if (escalation === null) return undefined
      const from = escalation.from - agoMs
      const moved = { ...escalation, from, dueAt: escalation.dueAt - agoMs }
      return { ...incident, escalation: moved, timer: { ...timer, at: (timer.at ?? 0) - agoMs } }
    })
}

/** Until nothing is owed to anybody; fails with what still is. */
async function untilSaid(store: Store): Promise<void> {
  const from = realClock.now()
  await until(async () => {
    // The pace of cards is seconds: looking more often would only take the processes' time.
    await sleep(100)
    const owed = await owedOf(store)
    if (realClock.now() - from > LONGEST_MS) assert.deepEqual(owed, [], 'is still to be said')
    return owed.length === 0
  })
}

async function owedOf(store: Store): Promise<readonly unknown[]> {
  const incidents = (await store.list('incident')).map(({ value }) => value as Incident)
  const outbox = (await store.list(OUTBOX)).map(({ value }) => value as OutboxRecord)
  const now = realClock.now()
  const late = incidents.filter(
    ({ rev, written, pages, timer: { at } }) =>
      rev > written || pages.some(({ said }) => !said) || (at !== null && at <= now),
  )
  const unsent = outbox.filter(({ delivered, rev }) => delivered < rev)
  return [
    ...late.map(({ id, rev, written, pages, timer }) => ({ id, rev, written, pages, timer })),
    ...unsent,
  ]
}
