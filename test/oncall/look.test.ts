import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Incident } from '../../src/core/oncall/incident.ts'
import type { JobRecord } from '../../src/core/job-record.ts'
import { PICTURES } from '../../src/core/reply.ts'
import { say } from '../../src/core/text.ts'
import { createLook, type LookDeps } from '../../src/oncall/look.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { findNoGraphs, noGraphsHint } from '../../src/core/oncall/no-graphs.ts'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import { together } from '../fly/together.ts'
import { alertOf, createScene } from '../helpers/incidents.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog, type Logged } from '../helpers/test-log.ts'

const APP = 'my-openclaw'
const MB = 1024 * 1024
const MINUTE = 60_000
const never = new AbortController().signal

const PNG = Buffer.from('the picture')

interface More extends Partial<LookDeps> {
  readonly before?: readonly Incident[]
}

/** The guide's deployment in a simulated Fly, an incident about its machine, and what looks at it. */
async function scene(t: TestContext, { before = [], ...more }: More = {}) {
  const { fake, fly } = await together(t)
  const { machine } = await fake.deployOpenclaw()
  const clock = fake.clock
  const store = createMemoryStore(clock)
  const logged: Logged[] = []
  const drawn: string[] = []
  const since = clock.now()
  const incident = await anIncident({ machine: machine.id, since })
  const deps: LookDeps = {
    fly,
    store,
    clock: { now: clock.now, sleep: (_, signal) => untilStopped(signal) },
    log: createTestLog(logged),
    sealer: createSealer(Buffer.alloc(32, 7)),
    jobs: { recent: async () => [] },
    draw: async (graph) => {
      drawn.push(graph.machine)
      return PNG
    },
    ...more,
  }
  const look = createLook({ ...deps, records: { list: async () => before } })
  return { fake, fly, machine: machine.id, incident, since, look, store, logged, drawn }
}

const untilStopped = (signal?: AbortSignal) =>
  new Promise<void>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
  })

async function anIncident(of: { machine: string | null; since: number }): Promise<Incident> {
  const { parts } = createScene()
  const place = { platform: 'discord', space: '1', room: '2' } as const
  const alert = alertOf({ machine: of.machine, since: of.since, at: of.since })
  return { ...(await parts.oncall.open(alert, place)), openedAt: of.since }
}

function measure(fake: FakeFly, machine: string, usedMb: readonly number[]): void {
  const until = fake.clock.now()
  const points = usedMb.map(
    (mb, n) => [until - (usedMb.length - 1 - n) * MINUTE, (2048 - mb) * MB] as const,
  )
  const labels = { app: APP, region: 'ams', instance: machine, host: 'h1' }
  const total = points.map(([at]) => [at, 2048 * MB] as const)
  fake.addSeries({ name: 'fly_instance_memory_mem_total', labels, points: total })
  fake.addSeries({ name: 'fly_instance_memory_mem_available', labels, points })
  fake.addSeries({
    name: 'fly_instance_memory_mem_total',
    labels: { ...labels, instance: 'another' },
    points: total,
  })
}

test('lines around the trouble, checks that fail, changes, the region', async (t) => {
  const job = {
    id: 'J-7K3M9Q',
    app: APP,
    lane: `app-${APP}`,
    state: 'done',
    askedAt: 1,
    invocation: { command: 'openclaw restart', actor: { name: 'Ben' } },
  } as unknown as JobRecord
  const other = { ...job, id: 'J-000000', app: 'another' }
  const { fake, machine, incident, look } = await scene(t, {
    jobs: { recent: async () => [other, job] },
  })
  fake.log(APP, machine, { message: 'Out of memory: Killed process 321 (node)' })
  fake.setCheck(machine, { name: 'gateway', status: 'critical', output: 'connection refused' })
  fake.addRelease(APP, { image: 'ghcr.io/openclaw/openclaw:2026.9.6', user: 'ana@example.com' })
  await fake.clock.advance(5000)
  const found = await look(incident, never)
  assert.ok(
    found.logs &&
      'lines' in found.logs &&
      found.checks &&
      'failing' in found.checks &&
      found.changes &&
      'list' in found.changes,
  )
  assert.match(found.logs.lines.at(-1) ?? '', /^\d\d:\d\d:\d\d Out of memory: Killed process 321/)
  assert.deepEqual(found.checks.failing, [['gateway', 'connection refused']])
  const changes = found.changes.list.map(({ what }) => [say(what, 'en'), say(what, 'zh-TW')])
  assert.match(changes[0]?.[0] ?? '', /^release v\d+ \(ana@example.com/)
  assert.match(changes[0]?.[1] ?? '', /^發行版 v\d+（ana@example.com/)
  assert.deepEqual(changes.at(-1), [
    'J-7K3M9Q /openclaw restart (Ben, done)',
    'J-7K3M9Q /openclaw restart (Ben, 完成)',
  ])
  assert.equal(found.region, 'iad')
})

test('of many lines those around the moment are kept, those before it the most', async (t) => {
  const { fake, machine, incident, look } = await scene(t)
  for (let n = 0; n < 60; n++) fake.log(APP, machine, { message: `before ${n}` })
  await fake.clock.advance(1000)
  for (let n = 0; n < 60; n++) fake.log(APP, machine, { message: `after ${n}` })
  await fake.clock.advance(5000)
  const later = { ...incident, openedAt: incident.openedAt + 500, alerts: [] }
  const found = await look(later, never)
  assert.ok(found.logs && 'lines' in found.logs)
  const { lines } = found.logs
  assert.equal(lines.length, 40)
  assert.match(lines[0] ?? '', /before 26/)
  assert.match(lines.at(-1) ?? '', /after 5$/)
})

test('where it talks much, the page with the trouble is read', async (t) => {
  const { fake, machine, incident, look } = await scene(t)
  for (let n = 0; n < 150; n++) fake.log(APP, machine, { message: `noise ${n}` })
  await fake.clock.advance(60_000)
  const since = fake.clock.now()
  fake.log(APP, machine, { message: 'Out of memory: Killed process 321 (node)' })
  await fake.clock.advance(5000)
  const found = await look({ ...incident, openedAt: since, alerts: [] }, never)
  assert.ok(found.logs && 'lines' in found.logs)
  assert.match(found.logs.lines.at(-1) ?? '', /Out of memory/)
})

test('words of others are no query: a machine that can’t be one is not asked about', async (t) => {
  const { fake, incident, look } = await scene(t)
  const found = await look({ ...incident, machine: 'x"} or up{a="' }, never)
  assert.equal(found.memory, undefined)
  assert.ok(!fake.calls.some(({ path }) => path.includes('prometheus')))
})

test('a secret in a line, and what a terminal would do, never leave', async (t) => {
  const { fake, machine, incident, look } = await scene(t)
  const token = `sk-ant-api03-${'a1B2'.repeat(12)}`
  fake.log(APP, machine, { message: `\u001b[31mkey ${token}\u001b[0m` })
  await fake.clock.advance(5000)
  const found = await look(incident, never)
  const said = JSON.stringify(found.logs)
  assert.ok(!said.includes('a1B2a1B2') && !said.includes('u001b'), said)
})

test('the machine’s memory: the last hour of this machine alone, drawn and kept beside the incident', async (t) => {
  const { fake, machine, incident, look, store, drawn } = await scene(t)
  measure(fake, machine, [612, 700, 1900, 2031])
  const { memory } = await look(incident, never)
  assert.deepEqual(memory, {
    spark: '▃▃▇█',
    peakMb: 2031,
    totalMb: 2048,
    picture: `${incident.id}-memory.png`,
  })
  assert.deepEqual(drawn, [machine])
  const kept = await store.get(PICTURES, `${incident.id}-memory.png`)
  assert.equal(kept, PNG.toString('base64'))
})

test('a graph that can’t be drawn leaves its line of text', async (t) => {
  const { fake, machine, incident, look, logged } = await scene(t, {
    draw: () => Promise.reject(new Error('no font')),
  })
  measure(fake, machine, [612, 2031])
  const { memory } = await look(incident, never)
  assert.deepEqual(memory, { spark: '▃█', peakMb: 2031, totalMb: 2048, picture: null })
  assert.deepEqual(
    logged.map(({ message }) => message),
    ['the memory graph could not be drawn'],
  )
})

test('nothing measured, and no machine: nothing is said of memory', async (t) => {
  const { fake, incident, look } = await scene(t)
  assert.equal((await look(incident, never)).memory, undefined)
  const { memory } = await look({ ...incident, machine: null }, never)
  assert.equal(memory, undefined)
  assert.deepEqual(fake.mistakes, [])
})

/** The two questions of one look. */
const metricsFail = (fake: FakeFly, status: number, times = 2) =>
  fake.fault({ kind: 'answer', status, path: /query_range$/, times })

for (const status of [401, 403])
  test(`a token that can’t read metrics (${status}): no line on any card, once with the rules`, async (t) => {
    const { fake, machine, incident, look, store } = await scene(t)
    metricsFail(fake, status)
    const found = await look(incident, never)
    assert.ok(!('memory' in found), JSON.stringify(found.memory))
    const noted = (await findNoGraphs(store, ['other', APP])) ?? assert.fail()
    const hint = JSON.stringify(noGraphsHint(noted))
    assert.match(hint, /no memory graph.*my-openclaw.*FLY_READ_TOKEN/)
    measure(fake, machine, [612, 700])
    await look(incident, never)
    assert.equal(await findNoGraphs(store, [APP]), null, 'a new token mends it')
  })

test('each part for itself: what Fly refuses is one line, the rest is there', async (t) => {
  const { fake, incident, look } = await scene(t)
  fake.fault({ kind: 'answer', status: 401, path: /logs$/, times: Number.POSITIVE_INFINITY })
  metricsFail(fake, 503, Number.POSITIVE_INFINITY)
  const found = await look(incident, never)
  assert.ok(found.logs && 'why' in found.logs && found.memory && 'why' in found.memory)
  assert.ok(found.checks && 'failing' in found.checks && found.changes && 'list' in found.changes)
})

test('an incident about no app asks Fly nothing', async (t) => {
  const { fake, incident, look } = await scene(t)
  const calls = fake.calls.length
  const found = await look({ ...incident, app: null }, never)
  assert.deepEqual(found, { similar: null })
  assert.equal(fake.calls.length, calls)
})

test('similar: the last one of the same rule and app that is over, and its last note', async (t) => {
  const { incident } = await scene(t)
  const over: Incident = {
    ...incident,
    id: 'I-2C4D6E',
    state: 'resolved',
    log: [
      { at: 1, what: 'fired', by: null },
      { at: 2, what: 'note', by: 'Ana', text: 'raised the memory' },
      { at: 3, what: 'resolved-by-hand', by: 'Ana' },
    ],
  }
  const before = [
    { ...over, id: 'I-000001', rule: 'another' },
    { ...over, id: 'I-000002', state: 'firing' as const },
    { ...over, id: 'I-000003', app: 'another' },
    over,
    { ...over, id: 'I-000004' },
  ]
  const { look } = await scene(t, { before })
  const { similar } = await look({ ...incident, app: APP }, never)
  assert.ok(similar)
  assert.equal(similar.id, 'I-2C4D6E')
  assert.equal(say(similar.cure, 'en'), 'Ana: raised the memory')
  assert.equal(say(similar.cure, 'zh-TW'), 'Ana：raised the memory')
  const [last = assert.fail()] = over.log
  const job = { id: 'J-7K3M9Q', command: 'openclaw memory', by: 'Ben', endedAt: 3, ok: true }
  const cures: ReadonlyArray<readonly [Partial<Incident>, string]> = [
    [{ jobs: [job] }, 'Ana: raised the memory; /openclaw memory (Ben, J-7K3M9Q)'],
    [{ jobs: [job], log: [] }, '/openclaw memory (Ben, J-7K3M9Q)'],
    [{ log: [{ ...last, what: 'resolved' }] }, 'Resolved: it is seen no more'],
  ]
  for (const [more, words] of cures) {
    const one = await scene(t, { before: [{ ...over, ...more }] })
    const found = await one.look({ ...incident, app: APP }, never)
    assert.equal(say(found.similar?.cure ?? '', 'en'), words)
  }
})

test('a drill finds its recording and asks Fly nothing', async (t) => {
  const { fake, incident, look, drawn } = await scene(t)
  const calls = fake.calls.length
  const drill = { ...incident, source: 'drill', group: 'drill:oom:x', app: null, machine: null }
  const found = await look(drill, never)
  assert.ok(
    found.logs &&
      'lines' in found.logs &&
      found.logs.lines.some((line) => line.includes('Killed process')),
  )
  assert.ok(found.memory && 'spark' in found.memory && found.memory.peakMb === 2031)
  assert.deepEqual(drawn, ['DRILL 0drill0machine'])
  assert.equal(fake.calls.length, calls)
})
