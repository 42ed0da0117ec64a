import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { drillTimes, scenarioOf } from '../../../src/core/oncall/drill-play.ts'
import { SCENARIOS, type Scenario } from '../../../src/core/oncall/drill-recordings.ts'
import commands from '../../../commands/oncall/drill.ts'
import type { ChatContext } from '../../../src/core/context.ts'
import type { Place } from '../../../src/core/invocation.ts'
import { type Incident, RULES } from '../../../src/core/oncall/incident.ts'
import { SIGHTS } from '../../../src/core/watch/seen-at.ts'
import { isPretended } from '../../../src/core/oncall/pretended.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { alertOf, ANA, createScene, LADDER, ROOM } from '../../helpers/incidents.ts'
import { RESPONDER } from '../../helpers/people.ts'
import { runChat } from '../../helpers/run-command.ts'
import { runs } from '../../helpers/runs.ts'

const ana = { key: ANA.key, name: ANA.name }
const [command] = commands
const HERE: Place = { platform: 'discord', space: ROOM.space, room: '910', private: false }

/** A drill that has just begun, as an operator begins it. */
async function drilling(scenario: Scenario = 'oom', more: object = {}, scene = createScene()) {
  const { clock, store, parts } = scene
  const run = (input: object) => {
    assert.ok(command)
    const { oncall } = parts
    const here: Partial<ChatContext> = { oncall, clock, store, actor: RESPONDER, place: HERE }
    return runChat(command, { scenario, ...input }, here)
  }
  const begun = await run({ scenario, ...more })
  await scene.pass(0)
  const { id } = (await parts.oncall.list()).find(isPretended) ?? assert.fail()
  const now = async (): Promise<Incident> => (await parts.oncall.get(id)) ?? assert.fail()
  return { scene, id, run, now, begun, act: parts.oncall.act }
}

/** What detectors find of each, and how long after the cure they find it no more, when that is begun after 100 seconds, in s. */
const TOLD: Readonly<
  Record<Scenario, { readonly rules: readonly string[]; readonly overS: number }>
> = {
  oom: { rules: ['oom.kernel'], overS: 12 },
  'crash-loop': { rules: ['crashloop'], overS: 120 },
  lock: { rules: ['exit.78', 'lock'], overS: 10 },
}

for (const scenario of SCENARIOS)
  test(`${scenario}: goes as detectors find it, ends when they find it no more, and is timed`, async () => {
    const { scene, id, run, now, act } = await drilling(scenario)
    const { rules, overS } = TOLD[scenario]
    await scene.pass(60_000)
    assert.deepEqual((await now()).alerts.map(({ rule }) => rule).toSorted(), rules)
    await act(id, { do: 'ack', by: ana })
    await scene.pass(40_000)
    const { en } = await run({ id })
    assert.match(renderConsole(en), /DRILL The simulated cure has begun/)
    assert.match(renderConsole((await run({ id })).en), /under way already/)
    await scene.pass(overS * 1000 - 1)
    assert.equal((await now()).state, 'acknowledged')
    await scene.pass(1)
    const over = await now()
    assert.equal(over.state, 'resolved')
    assert.ok(over.alerts.every(({ status }) => status === 'resolved'))
    assert.deepEqual(drillTimes(over), {
      noticedMs: over.openedAt - (over.log[0]?.at ?? 0),
      by: 'Ana',
      ackMs: 60_000,
      recoveryMs: 100_000 + overS * 1000,
    })
    assert.equal(over.log.filter(({ what }) => what === 'drilled').length, 1)
    assert.match(renderConsole((await run({ id })).en), /over already/)
  })

test('it gets worse as it was seen to: a second end is told', async () => {
  const { scene, now } = await drilling('oom')
  const { text } = await now()
  await scene.pass(45_000)
  assert.notDeepEqual((await now()).text, text)
})

test('what goes on with it after a death comes to the same', async () => {
  const whole = await drilling('lock')
  await whole.act(whole.id, { do: 'cure', by: ana })
  await whole.scene.pass(700_000)
  const { scene, id, act } = await drilling('lock')
  await act(id, { do: 'cure', by: ana })
  const next = createScene({ store: () => scene.store })
  await next.clock.advance(4000)
  await next.parts.recover()
  await next.pass(700_000)
  const over = (await next.parts.oncall.get(id)) ?? assert.fail()
  const { told, alerts, log, state, closed } = await whole.now()
  assert.deepEqual(
    [over.told, over.alerts, over.log, over.state, over.closed],
    [told, alerts, log, state, closed],
  )
  assert.deepEqual([state, closed, drillTimes(over).recoveryMs], ['resolved', true, 10_000])
})

test('a drill and a real incident of the same kind stay apart, and no watch’s record is touched', async () => {
  const scene = createScene()
  const real = alertOf({ rule: 'oom.kernel', down: true })
  await scene.parts.intake.take([real])
  await scene.pass(0)
  const { id, act, now } = await drilling('oom', {}, scene)
  await scene.pass(45_000)
  await act(id, { do: 'cure', by: ana })
  await scene.pass(12_000)
  assert.deepEqual([(await now()).state, (await now()).mute], ['resolved', null])
  const other = (await scene.parts.oncall.list()).find(({ source }) => source === 'watch')
  assert.deepEqual([other?.state, other?.count], ['firing', 1])
  for (const bucket of [SIGHTS, 'watch-run', 'watch-rule'])
    assert.deepEqual(await scene.store.list(bucket), [])
})

test('nobody is paged for it, unless that is asked for; then every word says that it is a drill', async () => {
  const quiet = await drilling()
  await quiet.scene.pass(600_000)
  assert.equal((await quiet.now()).paged, 0)
  const { scene, now, begun } = await drilling('oom', { page: true })
  assert.match(renderConsole(begun.en), /Whoever is on call is paged/)
  await scene.pass(LADDER.at(-1)?.afterMs ?? 0)
  assert.equal((await now()).paged, 2)
  const words = (await scene.messages()).map(({ reply }) => [
    reply.title,
    reply.short ?? reply.title,
  ])
  assert.ok(words.length > 2)
  for (const said of words.flat()) assert.match(said, /DRILL/)
})

test('who took on a drill is called neither when it gets worse nor to be asked; with page=true they are', async () => {
  for (const calls of [false, true]) {
    const scene = createScene()
    const { parts } = scene
    const alert = alertOf({ source: 'drill', group: 'drill:x', severity: 'warning', calls })
    const { id } = await parts.oncall.open(alert, ROOM)
    await parts.oncall.act(id, { do: 'ack', by: ana })
    const before = (await parts.oncall.get(id))?.paged ?? assert.fail()
    await parts.intake.take([{ ...alert, severity: 'critical', at: alert.at + 1 }])
    await parts.settled()
    const called = async () => ((await parts.oncall.get(id))?.paged ?? 0) - before
    assert.equal(await called(), calls ? 1 : 0)
    await scene.pass(RULES.remindMs)
    assert.equal(await called(), calls ? 2 : 0)
  }
})

test('page=true and no less is what makes a drill leave its place', async () => {
  const { scene } = await drilling('oom')
  await scene.pass(7_200_000)
  const rooms = (await scene.messages()).map(({ address }) => `${address.platform} ${address.chat}`)
  assert.deepEqual(new Set(rooms), new Set(['discord 910']))
})

test('about no app: nothing of it can touch one, and no other incident is kept quiet by it', async () => {
  for (const scenario of SCENARIOS) {
    const { scene, now } = await drilling(scenario)
    await scene.pass(60_000)
    const { app, machine, alerts, down } = await now()
    assert.deepEqual([app, machine, down], [null, null, false])
    assert.ok(alerts.every(({ fix }) => fix === null))
  }
})

test('left alone it ends by itself after half an hour, told as not recovered', async () => {
  const { scene, now } = await drilling()
  await scene.pass(1_800_000)
  const over = await now()
  assert.equal(over.state, 'resolved')
  assert.deepEqual(drillTimes(over), {
    noticedMs: 9000,
    by: null,
    ackMs: null,
    recoveryMs: null,
  })
  await scene.pass(3_600_000)
  assert.equal((await now()).closed, true)
})

test('resolved by hand it is over, too', async () => {
  const { scene, id, now, act } = await drilling()
  await scene.pass(90_000)
  await act(id, { do: 'resolve', by: ana })
  assert.equal(drillTimes(await now()).recoveryMs, 90_000)
  await scene.pass(60_000)
  assert.equal((await now()).state, 'resolved')
})

test('a real incident is no drill and has no cure of one', async () => {
  const { run, scene } = await drilling()
  await scene.parts.intake.take([alertOf({ source: 'watch', group: 'drill:oom:x' })])
  await scene.pass(0)
  const real = (await scene.parts.oncall.list()).find(({ source }) => source === 'watch')
  assert.ok(real)
  assert.equal(scenarioOf(real), undefined)
  await assert.rejects(run({ id: real.id }), /is no drill/)
})

test('whatever is pressed when, it ends once, with one report, and its timers run dry', async () => {
  const deeds = fc.constantFrom('ack', 'take', 'unack', 'resolve', 'cure')
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 900_000 }), deeds), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...SCENARIOS), async (list, scenario) => {
      const { scene, id, now, act } = await drilling(scenario)
      for (const [ms, deed] of list) {
        await scene.pass(ms)
        await act(id, { do: deed, by: ana })
      }
      await scene.pass(7_200_000)
      const over = await now()
      assert.deepEqual([over.state, over.closed], ['resolved', true])
      assert.equal(over.log.filter(({ what }) => what === 'drilled').length, 1)
      assert.equal(over.paged, 0)
    }),
    { numRuns: runs(25) },
  )
})
