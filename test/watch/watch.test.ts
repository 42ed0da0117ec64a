import assert from 'node:assert/strict'
import { test } from 'node:test'
import { putSetting, WATCH } from '../../src/core/watch/rule-settings.ts'
import { type Watcher, watchScene } from '../helpers/watch.ts'

const APP = 'my-openclaw'
const WHO = { by: 'Ana', at: 0 }

async function watching(watcher: Watcher): Promise<Watcher> {
  await watcher.watch.start()
  await watcher.round()
  return watcher
}

test('an OOM is told of at the next look, and once', async (t) => {
  const scene = await watchScene(t)
  const { machine } = await scene.fly.deployOpenclaw()
  const one = await watching(scene.watcher('one'))
  await scene.looks(one, 2)
  assert.equal(scene.alerts.length, 0)
  scene.fly.oom(machine.id)
  await scene.looks(one, 1)
  const told = scene.alerts.map(({ rule, app, machine: id, status }) => [rule, app, id, status])
  assert.deepEqual(told, [['oom.kernel', APP, machine.id, 'firing']])
  await scene.looks(one, 8)
  const ooms = scene.alerts.filter(({ rule }) => rule === 'oom.kernel')
  assert.equal(ooms.filter(({ status }) => status === 'firing').length, 1)
  assert.deepEqual(one.counts, { apps: 1, blind: 0 })
})

test('a line of the log is matched, by the upstream that all readers share', async (t) => {
  const scene = await watchScene(t)
  const { machine } = await scene.fly.deployOpenclaw()
  const one = await watching(scene.watcher('one'))
  await scene.looks(one, 2)
  const message = 'Debugger listening on ws://127.0.0.1:9229/aa'
  scene.fly.log(APP, machine.id, { message })
  await scene.looks(one, 2)
  assert.deepEqual(
    scene.alerts.map(({ rule }) => rule),
    ['debugger'],
  )
})

test('of two workers one watches; when it is killed the other goes on with what it knew', async (t) => {
  const scene = await watchScene(t)
  const { machine } = await scene.fly.deployOpenclaw()
  const one = await watching(scene.watcher('one'))
  const two = await watching(scene.watcher('two'))
  await scene.looks(one, 4)
  scene.fly.oom(machine.id)
  await scene.looks(one, 1)
  assert.deepEqual([one.counts.apps, two.counts.apps, two.looks.length], [1, 0, 0])
  assert.equal(scene.alerts.length, 1)
  one.kill()
  await two.round()
  assert.equal(two.counts.apps, 0, 'it may live still')
  await scene.fly.clock.advance(45_000)
  await two.round()
  assert.equal(two.counts.apps, 0, 'the app is begun with the next turn')
  await scene.looks(two, 2)
  assert.equal(two.counts.apps, 1)
  const firing = scene.alerts.filter(({ status }) => status === 'firing')
  assert.deepEqual(
    firing.map(({ rule }) => rule),
    ['oom.kernel'],
    'what was told stands, and is not told again',
  )
})

test('three workers share the apps, each is looked at by one, and who is killed loses them to the others', async (t) => {
  const apps = Array.from({ length: 9 }, (_, n) => `app-${n}`)
  const scene = await watchScene(t, apps)
  await Promise.all(apps.map((app) => scene.fly.deployOpenclaw({ app })))
  const one = await watching(scene.watcher('one'))
  await scene.looks(one, 9)
  assert.equal(one.counts.apps, 9)
  const two = await watching(scene.watcher('two'))
  const three = await watching(scene.watcher('three'))
  const all = [one, two, three]
  for (const { round } of [...all, ...all]) await round()
  await scene.looks(one, 6)
  assert.deepEqual(
    all.map(({ counts }) => counts.apps),
    [3, 3, 3],
  )
  const { calls, clock } = scene.fly
  const from = calls.length
  await clock.advance(1000)
  await scene.looks(one, 12)
  const looked = calls.slice(from).filter(({ path }) => path.endsWith('/machines'))
  for (const app of apps) {
    const times = looked.filter(({ path }) => path.includes(`/${app}/`)).map(({ at }) => at)
    assert.ok(times.length >= 3, app)
    times.reduce(
      (before, at) => (assert.ok(at - before >= 12_000, `${app} is looked at twice`), at),
    )
  }
  three.kill()
  await clock.advance(76_000)
  await scene.looks(one, 10)
  assert.equal(one.counts.apps + two.counts.apps, 9)
  assert.ok(Math.max(one.counts.apps, two.counts.apps) <= 5)
})

test('one that is stopped leaves its apps to the next round', async (t) => {
  const scene = await watchScene(t)
  await scene.fly.deployOpenclaw()
  const one = await watching(scene.watcher('one'))
  const two = await watching(scene.watcher('two'))
  await scene.looks(one, 1)
  await one.watch.stop()
  await two.round()
  await scene.looks(two, 1)
  assert.deepEqual([one.counts.apps, two.counts.apps], [0, 1])
})

test('a token that is refused makes it blind, which is told, and it asks less and less', async (t) => {
  const scene = await watchScene(t)
  await scene.fly.deployOpenclaw()
  const one = await watching(scene.watcher('one'))
  await scene.looks(one, 2)
  scene.fly.fault({ kind: 'answer', status: 401, body: { error: 'unauthorized' }, times: 500 })
  const from = scene.fly.clock.now()
  await scene.looks(one, 6)
  assert.equal(one.looks.at(-1)?.result, 'blind')
  assert.deepEqual(one.counts, { apps: 1, blind: 1 })
  const [told] = scene.alerts.filter(({ rule }) => rule === 'blind')
  assert.equal(told?.status, 'firing')
  assert.ok(scene.fly.clock.now() - from > 6 * 30_000, 'it waits longer each time')
})

test('many apps are looked at one after another, never beyond what Fly allows', async (t) => {
  const apps = Array.from({ length: 25 }, (_, n) => `app-${n}`)
  const scene = await watchScene(t, apps)
  await Promise.all(apps.map((app) => scene.fly.deployOpenclaw({ app })))
  const one = await watching(scene.watcher('one'))
  await scene.looks(one, apps.length * 6)
  const { calls } = scene.fly
  assert.deepEqual(
    calls.filter(({ status }) => status === 429).map(({ path }) => path),
    [],
  )
  const looked = calls.filter(({ path }) => /\/v1\/apps\/[^/]+\/machines$/.test(path))
  for (const app of apps) {
    const at = looked.filter(({ path }) => path.includes(`/${app}/`)).map((call) => call.at)
    at.reduce((before, next) => (assert.ok(next - before >= 12_000, app), next))
  }
  const minutes = new Map<number, number>()
  const own = calls.filter(({ path }) => !path.endsWith('/logs'))
  for (const { at } of own) minutes.set(at - (at % 1000), (minutes.get(at - (at % 1000)) ?? 0) + 1)
  assert.ok(Math.max(...minutes.values()) <= apps.length * 3, 'no second has more than a round')
  const logs = calls.filter(({ path }) => path.endsWith('/logs')).map(({ path }) => path)
  assert.equal(new Set(logs).size, apps.length, 'every log is read, followed or in turn')
})

test('a log that is refused makes it blind, whether it is followed or read in turn', async (t) => {
  for (const count of [1, 25]) {
    const apps = Array.from({ length: count }, (_, n) => `app-${n}`)
    const scene = await watchScene(t, apps)
    await Promise.all(apps.map((app) => scene.fly.deployOpenclaw({ app })))
    const body = { error: 'unauthorized' }
    const path = /app-0\/logs$/
    scene.fly.fault({ kind: 'answer', status: 401, body, path, times: 500 })
    const one = await watching(scene.watcher('one'))
    await scene.looks(one, count * 8)
    const told = scene.alerts.map(({ rule, app, key }) => [rule, app, key])
    assert.deepEqual(told, [['blind', 'app-0', 'app-0/blind/logs']])
  }
})

test('an app that sleeps is looked at once a minute, and its log not at all', async (t) => {
  const scene = await watchScene(t)
  const { machine } = await scene.fly.deployOpenclaw({ state: 'stopped' })
  const one = await watching(scene.watcher('one'))
  await scene.looks(one, 1)
  await scene.fly.clock.advance(700_000)
  await scene.looks(one, 2)
  const from = scene.fly.calls.length
  const at = scene.fly.clock.now()
  await scene.looks(one, 3)
  const paths = scene.fly.calls.slice(from).map(({ path }) => path)
  assert.ok(scene.fly.clock.now() - at >= 150_000)
  assert.ok(
    !paths.some((path) => path.endsWith('/logs') || path.endsWith('/exec')),
    `${machine.id}`,
  )
})

test('switched off it leaves everything, switched on it begins again', async (t) => {
  const scene = await watchScene(t)
  await scene.fly.deployOpenclaw()
  await putSetting(scene.store, WATCH, { ...WHO, on: false })
  const one = await watching(scene.watcher('one'))
  assert.deepEqual([one.counts.apps, scene.fly.calls.length], [0, 0])
  await putSetting(scene.store, WATCH, { ...WHO, on: true })
  await scene.looks(one, 1)
  assert.equal(one.counts.apps, 1)
  await putSetting(scene.store, WATCH, { ...WHO, on: false })
  await one.round()
  assert.equal(one.counts.apps, 0)
})

test('what the intake did not take is told again', async (t) => {
  const scene = await watchScene(t)
  const { machine } = await scene.fly.deployOpenclaw()
  const one = await watching(scene.watcher('one'))
  await scene.looks(one, 2)
  scene.refuse(1)
  scene.fly.oom(machine.id)
  await scene.looks(one, 1)
  assert.equal(scene.alerts.length, 0)
  await scene.looks(one, 1)
  assert.deepEqual(
    scene.alerts.map(({ rule }) => rule),
    ['oom.kernel'],
  )
})
