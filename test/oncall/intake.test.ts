import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutboxRecord } from '../../src/core/outbox.ts'
import { alertOf, ANA, BEN, createScene, type Scene } from '../helpers/incidents.ts'

const ana = { key: ANA.key, name: ANA.name }
const ben = { key: BEN.key, name: BEN.name }

async function only({ parts }: Scene) {
  const list = await parts.oncall.list()
  assert.equal(list.length, 1)
  const [incident] = list
  assert.ok(incident)
  return incident
}
const cards = (messages: readonly OutboxRecord[]) =>
  messages.filter(({ key }) => !/\.(?:p\d|l\d|d$)/.test(key))
const pages = (messages: readonly OutboxRecord[]) => messages.filter(({ key }) => /\.p\d/.test(key))

test('an alert: one card a place, one call, and a timer', async () => {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const incident = await only(scene)
  const messages = await scene.messages()
  assert.match(incident.id, /^I-[0-9A-HJKMNP-TV-Z]{6}$/)
  assert.deepEqual(
    cards(messages)
      .map(({ platform }) => platform)
      .sort(),
    ['discord', 'telegram'],
  )
  const [page] = pages(messages)
  assert.deepEqual(page?.reply.mention, [{ platform: 'discord', id: '400', name: 'Ana' }])
  assert.equal(pages(messages).length, 1)
  assert.equal(incident.escalation?.next, 1)
})

test('the same alert twice, in one hand-over and in two, changes nothing', async () => {
  const scene = createScene()
  await scene.parts.intake.take([alertOf(), alertOf()])
  await scene.pass(0)
  const before = await only(scene)
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  assert.deepEqual(await only(scene), before)
})

test('many alerts of one group are one incident with one card a place', async () => {
  const scene = createScene()
  const many = Array.from({ length: 700 }, (_, n) =>
    alertOf({ key: `k${n}`, at: alertOf().at + n }),
  )
  await scene.parts.intake.take(many)
  await scene.pass(0)
  const incident = await only(scene)
  assert.equal(incident.count, 700)
  assert.ok(incident.told.length <= 500 && incident.alerts.length <= 8)
  assert.equal(cards(await scene.messages()).length, 2)
})

test('escalation: the second rung after 5 minutes, then reminders, until somebody acknowledges', async () => {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(300_000)
  const { id } = await only(scene)
  const second = pages(await scene.messages()).filter(({ key }) => key.includes('.p2'))
  assert.deepEqual(second.map(({ platform }) => platform).sort(), ['discord', 'telegram'])
  await scene.pass(1_800_000)
  const [, , third] = (await only(scene)).pages
  assert.equal(third?.why, 'reminder')
  await scene.parts.oncall.act(id, { do: 'ack', by: ana })
  const { paged } = await only(scene)
  await scene.pass(1_799_000)
  assert.equal((await only(scene)).paged, paged)
})

test('an owner who does not answer loses it, and whoever is on call is asked again', async () => {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const { id } = await only(scene)
  await scene.parts.oncall.act(id, { do: 'ack', by: ben })
  await scene.pass(1_800_000)
  const asked = await only(scene)
  assert.deepEqual(asked.pages.at(-1)?.people, [ben])
  assert.equal(asked.state, 'acknowledged')
  await scene.pass(900_000)
  const lost = await only(scene)
  assert.equal(lost.state, 'firing')
  assert.deepEqual(lost.pages.at(-1)?.people, [ana])
})

test('an owner who answers keeps it', async () => {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const { id } = await only(scene)
  await scene.parts.oncall.act(id, { do: 'ack', by: ana })
  await scene.pass(1_800_000)
  await scene.parts.oncall.act(id, { do: 'ack', by: ana })
  await scene.pass(900_000)
  assert.equal((await only(scene)).owner?.name, 'Ana')
})

test('silence: nobody is called until it ends, then from the first rung', async () => {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const { id, paged } = await only(scene)
  await scene.parts.oncall.act(id, { do: 'silence', by: ana, until: scene.clock.now() + 3_600_000 })
  await scene.pass(3_599_000)
  assert.equal((await only(scene)).paged, paged)
  await scene.pass(1000)
  const after = await only(scene)
  assert.equal(after.silence, null)
  assert.equal(after.paged, paged + 1)
})

test('a silence of an app holds for what begins in it, and ending it ends that', async () => {
  const scene = createScene()
  const { oncall, intake } = scene.parts
  const at = scene.clock.now()
  const quiet = { app: 'my-openclaw', until: at + 3_600_000, by: 'Ana', at, reason: null }
  await oncall.keepQuiet('silence', quiet)
  await intake.take([alertOf()])
  await scene.pass(0)
  assert.equal((await only(scene)).paged, 0)
  assert.equal(await oncall.endQuiet('silence', 'my-openclaw', 'Ana'), true)
  await scene.pass(0)
  assert.equal((await only(scene)).paged, 1)
  assert.equal(await oncall.endQuiet('silence', 'my-openclaw', 'Ana'), false)
})

test('maintenance: shown, not called; what lasts when it ends is', async () => {
  const scene = createScene()
  const { oncall, intake } = scene.parts
  const at = scene.clock.now()
  const quiet = { app: '*', until: at + 3_600_000, by: 'Ana', at, reason: 'upgrade' }
  await oncall.keepQuiet('maintenance', quiet)
  await intake.take([alertOf()])
  await scene.pass(0)
  assert.equal(cards(await scene.messages()).length, 2)
  assert.equal((await only(scene)).paged, 0)
  await scene.pass(3_600_000)
  assert.equal((await only(scene)).paged, 1)
})

test('what follows from something that is down is shown and not called for, until that is over', async () => {
  const scene = createScene()
  const { intake, oncall } = scene.parts
  const child = alertOf({ group: 'g2', key: 'k2', rule: 'not-ready' })
  await intake.take([child, alertOf({ down: true, machine: null })])
  await scene.pass(0)
  const incidents = await oncall.list()
  const down = incidents.find((one) => one.down)
  const held = incidents.find((one) => !one.down)
  assert.ok(down && held)
  assert.deepEqual([down.paged, held.paged, held.mute?.by], [1, 0, down.id])
  await oncall.act(down.id, { do: 'resolve', by: ana })
  await scene.pass(180_000)
  assert.equal((await oncall.get(held.id))?.paged, 1)
})

test('flapping: after three returns nobody is called until it settles, and the card says how often', async () => {
  const scene = createScene()
  for (let n = 0; n < 5; n++) {
    await scene.parts.intake.take([alertOf({ at: scene.clock.now() })])
    await scene.pass(10_000)
    await scene.parts.intake.take([alertOf({ at: scene.clock.now(), status: 'resolved' })])
    await scene.pass(10_000)
  }
  await scene.parts.intake.take([alertOf({ at: scene.clock.now() })])
  await scene.pass(0)
  const { paged, mute, state } = await only(scene)
  assert.deepEqual([paged, mute?.why, state], [3, 'flapping', 'firing'])
  await scene.pass(900_000)
  assert.equal((await only(scene)).paged, 4)
})

test('resolved by hand: fires it within 10 minutes, it is the same incident; later it is another', async () => {
  const scene = createScene()
  const { intake, oncall } = scene.parts
  await intake.take([alertOf()])
  await scene.pass(0)
  const { id } = await only(scene)
  await oncall.act(id, { do: 'resolve', by: ana })
  await scene.pass(599_000)
  await intake.take([alertOf({ at: scene.clock.now() })])
  await scene.pass(0)
  assert.equal((await only(scene)).state, 'firing')
  await oncall.act(id, { do: 'resolve', by: ana })
  await scene.pass(600_000)
  assert.equal((await only(scene)).closed, true)
  await intake.take([alertOf({ at: scene.clock.now() })])
  await scene.pass(0)
  assert.equal((await oncall.list()).length, 2)
})

test('killed between the record and its card: the next start shows it, once', async () => {
  const scene = createScene()
  let dead = false
  const dying = new Proxy(scene.store, {
    get(target, key: keyof typeof scene.store) {
      if (key !== 'update') return target[key]
      return (bucket: string, ...rest: [string, (now: unknown) => unknown]) => {
        dead ||= bucket === 'outbox'
        return dead ? Promise.reject(new Error('killed')) : target.update(bucket, ...rest)
      }
    },
  })
  const dies = scene.again(dying)
  await dies.intake.take([alertOf()])
  await dies.settled()
  assert.deepEqual(await scene.messages(), [])
  await scene.again().recover()
  const shown = await scene.messages()
  assert.deepEqual([cards(shown).length, pages(shown).length], [2, 1])
  await scene.again().recover()
  assert.deepEqual(await scene.messages(), shown)
})

test('a timer that got lost is set anew', async () => {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.parts.settled()
  const { timer } = await only(scene)
  await scene.clock.advance(120_000)
  await scene.parts.recover()
  assert.ok((await only(scene)).timer.n > timer.n)
})
