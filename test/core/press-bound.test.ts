import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../src/core/invocation.ts'
import { changeSetting } from '../../src/core/settings.ts'
import type { Action } from '../../src/core/reply.ts'
import { settle } from '../helpers/clock.ts'
import { chatCommand, workCommand } from '../helpers/commands.ts'
import { ADMIN, ELSEWHERE, grantTo, HERE, OPERATOR, person, RESPONDER } from '../helpers/people.ts'
import { button, createWorld, type Told, type World } from '../helpers/world.ts'

/* A button counts in the message and the place it was made for, for those it was made for, and a freeze is answered, not hidden. */

const run = (label: string, command: string, input = {}): Action => ({
  label,
  style: 'neutral',
  intent: { do: 'run', command, input },
})
const restart = workCommand('restart', { kind: 'change', role: 'operator', confirm: 'button' })
const status = chatCommand('status', {
  render: () => ({
    tone: 'ok',
    title: 'Here',
    blocks: [],
    actions: [run('Restart', 'openclaw restart'), run('Again', 'ops status')],
  }),
})
const mine = chatCommand('mine', {
  audience: 'author',
  render: () => ({ tone: 'ok', title: 'Yours', blocks: [], actions: [run('Go', 'ops where')] }),
})

async function setup() {
  const seen: Place[] = []
  const where = chatCommand('where', { run: async ({ place }) => void seen.push(place) })
  const world = await createWorld({ commands: [restart], ops: [status, mine, where] })
  return { world, seen }
}
const THREAD: Place = { ...HERE, room: '999', parent: '910' }
const tokens = ({ reply }: Told) => (reply?.actions ?? []).flatMap(({ token }) => token ?? [])
const details = (world: World) =>
  world.audited.flatMap(({ event, detail }) => (event === 'refused' ? [detail] : []))

for (const [what, place, kind] of [
  ['the room it was made for', HERE, 'reply'],
  ['another room of the guild', { ...HERE, room: '911' }, 'refused'],
  ['a thread below that room', THREAD, 'refused'],
  ['another guild’s room of the same id', ELSEWHERE, 'refused'],
  ['somebody else’s private talk', { platform: 'discord', space: '200', private: true }, 'refused'],
] as const)
  test(`bound: pressed in ${what}: ${kind}`, async () => {
    const { world } = await setup()
    const told = await world.ask('openclaw restart', {}, { actor: OPERATOR })
    const done = await world.press(button(told.reply, 'Cancel'), { actor: ADMIN, place })
    assert.equal(done.kind, kind)
    assert.deepEqual(details(world), kind === 'reply' ? [] : ['foreign'])
  })

test('bound: a button that another message carries is none; one that stood there a moment ago still is', async () => {
  const { world } = await setup()
  const [one, two] = [
    await world.ask('openclaw restart', {}, { actor: OPERATOR }),
    await world.ask('openclaw restart', {}, { actor: OPERATOR }),
  ]
  const yes = button(one.reply, 'Confirm')
  const at = (shown: readonly string[]) => world.press(yes, { actor: OPERATOR, shown })
  for (const shown of [[], tokens(two), ['rubbish'], [`${'a'.repeat(22)}.0`]])
    assert.equal((await at(shown)).kind, 'refused', shown.join())
  assert.deepEqual(details(world), ['foreign', 'foreign', 'foreign', 'foreign'])
  assert.equal(world.store.size('job'), 0)
  assert.equal((await at(tokens(one))).kind, 'queued')
})

test('bound: a card that changed under the finger takes the press on what stood there before', async () => {
  const { world } = await setup()
  const { buttons } = world.deps
  const origin = { id: 'I-1.card', place: HERE, asker: person('') }
  const card = (label: string) => {
    const words = {
      tone: 'info',
      title: 'x',
      blocks: [],
      actions: [run(label, 'ops where')],
    } as const
    return buttons.equip(words, origin)
  }
  await world.deps.access.grant(grantTo(person(''), 'viewer'))
  const [before, after] = [await card('Acknowledge'), await card('Un-acknowledge')]
  const shown = [after.actions?.[0]?.token ?? assert.fail()]
  const press = { actor: RESPONDER, shown }
  assert.equal((await world.press(before.actions?.[0]?.token ?? '', press)).kind, 'reply')
})

test('bound: what was answered to one person lies in their private talk, and counts where they asked', async () => {
  const { world, seen } = await setup()
  const told = await world.ask('ops mine', {}, { actor: OPERATOR, place: THREAD })
  const talk = (id: string): Place => ({ platform: 'discord', space: id, private: true })
  const go = button(told.reply, 'Go')
  const no = await world.press(go, { actor: ADMIN, place: talk('200') })
  assert.equal(no.kind, 'refused', 'somebody else’s talk')
  await world.press(go, { actor: OPERATOR, place: talk('300') })
  assert.deepEqual(seen, [{ ...THREAD }])
})

test('bound: a freeze hides no button; whoever presses is told who froze and why, and looking goes on', async () => {
  const { world } = await setup()
  const asked = await world.ask('openclaw restart', {}, { actor: OPERATOR })
  await world.deps.access.freeze({ by: 'discord:200', name: 'Ada', reason: 'a stolen phone' })
  const shown = await world.ask('ops status', {}, { actor: OPERATOR })
  const labels = shown.reply?.actions?.map(({ label }) => label)
  assert.deepEqual(labels, ['Restart', 'Again'])
  for (const stopped of [button(shown.reply, 'Restart'), button(asked.reply, 'Confirm')]) {
    const no = await world.press(stopped, { actor: OPERATOR })
    assert.equal(no.kind, 'refused')
    assert.match(JSON.stringify(no.reply), /Ada.*a stolen phone/s)
  }
  assert.equal((await world.press(button(shown.reply, 'Again'), { actor: OPERATOR })).kind, 'reply')
  const no = await world.press(button(asked.reply, 'Cancel'), { actor: OPERATOR })
  assert.equal(no.kind, 'reply', 'saying no is no change')
  assert.equal(world.store.size('job'), 0)
})

test('bound: a button without an app is shown to those who may use it on the place’s own app', async () => {
  const { world } = await setup()
  const half = person('700')
  await world.deps.access.grant(grantTo(half, 'operator', { apps: ['second-app'] }))
  const labels = async () => {
    const told = await world.ask('ops status', {}, { actor: half })
    return told.reply?.actions?.map(({ label }) => label)
  }
  assert.deepEqual(await labels(), ['Again'], 'my-openclaw is meant, and is not theirs')
  await changeSetting(world.store, HERE, { app: 'second-app' })
  await settle()
  assert.deepEqual(await labels(), ['Restart', 'Again'])
})
