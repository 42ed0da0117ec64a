import { setTimeout as sleep } from 'node:timers/promises'
import { createAccess } from '../../src/access/index.ts'
import type { Incident } from '../../src/core/oncall/incident.ts'
import { addRoute } from '../../src/core/oncall/route-store.ts'
import type { CardPlace } from '../../src/core/oncall/ports.ts'
import { OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import type { Store } from '../../src/core/ports.ts'
import { realClock, until } from './engines.ts'
import { beside, hookAt } from './hook-at.ts'
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
const LANES = 4
/** Sources give up after so long, too. */
const ANSWER_MS = 10_000
/** An incident knows fewer troubles than that by their keys: those of a longer storm could not be looked for. */
const REMEMBERED = 450

/**
 * Alerts come in without a pause while bot and worker are killed at random moments; half-way the next rung of every escalation falls due
 * while a process is dead. Then everything has to have been said.
 */
export async function killAtRandom(
  shape: Shape,
  { kills, groups, random }: Options,
): Promise<Tally> {
  const system = await startSystem(
    { ...shape, settings: SETTINGS },
    { OPS_REGISTER: 'off' },
    { runtime: 'none' },
  )
  const over = new AbortController()
  try {
    const rooms = await routed(system)
    const storm = startStorm(system, { groups, over })
    for (let n = 0; n < kills; n++) {
      await sleep(20 + random() * 400)
      const role = shape.processes === 'two' && random() < 0.5 ? 'worker' : 'bot'
      await system[role].kill()
      if (n === Math.floor(kills / 2)) await beside(system, fallDue)
      await system.restart(role)
    }
    await storm.settle()
    await beside(system, (store) => until(() => lookSlowly(store)))
    return await tally(system, { rooms, kills, storm })
  } finally {
    over.abort()
    await system.stop()
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

interface Storm {
  readonly groups: number
  /** Ends it, when every group was taken in. */
  readonly over: AbortController
}

function startStorm(system: System, { groups, over }: Storm) {
  const acknowledged = new Set<string>()
  const hook = hookAt(system, 'generic')
  let sent = 0
  let unanswered = 0
  const send = async (): Promise<void> => {
    const n = sent++
    const alert = { alert_uid: `a${n}`, group: `g${n % groups}`, title: `Trouble ${n % groups}` }
    const body = JSON.stringify({ ...alert, severity: 'critical' })
    const url = system.bot.url + (await hook)
    const signal = AbortSignal.timeout(ANSWER_MS)
    const answer = await fetch(url, { method: 'POST', body, signal }).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'TimeoutError') unanswered += 1
      return null
    })
    if (answer?.status === 202) acknowledged.add(`generic:a${n}`)
    // A dead process answers nobody for a while.
    await sleep(answer === null ? 50 : 15)
  }
  const lane = async (): Promise<void> => {
    while (!over.signal.aborted)
      if (sent < groups * REMEMBERED) await send()
      else await sleep(50)
  }
  const lanes = Array.from({ length: LANES }, lane)
  return {
    acknowledged,
    unanswered: () => unanswered,
    async settle() {
      await until(async () => acknowledged.size >= groups)
      over.abort()
      await Promise.all(lanes)
    },
  }
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

/** The pace of cards is seconds: looking more often would only take the processes' time. */
async function lookSlowly(store: Store): Promise<boolean> {
  await sleep(100)
  return allSaid(store)
}

async function allSaid(store: Store): Promise<boolean> {
  const incidents = (await store.list('incident')).map(({ value }) => value as Incident)
  const outbox = (await store.list(OUTBOX)).map(({ value }) => value as OutboxRecord)
  const now = realClock.now()
  const owed = incidents.some(
    ({ rev, written, pages, timer: { at } }) =>
      rev > written || pages.some(({ said }) => !said) || (at !== null && at <= now),
  )
  return !owed && outbox.every(({ delivered, rev }) => delivered >= rev)
}
