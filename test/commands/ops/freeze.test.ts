import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import { OUTBOX } from '../../../src/core/outbox.ts'
import { ADMIN, CONSOLE, LOCAL, OPERATOR, OWNER, RESPONDER, VIEWER } from '../../helpers/people.ts'
import { button, createWorld } from '../../helpers/world.ts'

const registry = await loadCommands()
const REASON = { reason: 'a phone was stolen' }

test('freeze: an operator stops every change, looking goes on, everybody reads who and why', async () => {
  const world = await createWorld({ registry })
  assert.equal((await world.ask('ops freeze', REASON, { actor: RESPONDER })).kind, 'refused')
  const told = await world.ask('ops freeze', REASON, { actor: OPERATOR })
  assert.equal(told.reply?.title, 'Everything is frozen')
  for (const actor of [OWNER, ADMIN, OPERATOR]) {
    const no = await world.ask('openclaw restart', {}, { actor })
    assert.equal(no.kind, 'refused')
    assert.match(JSON.stringify(no.reply), /Person 300.*a phone was stolen/s)
  }
  assert.equal((await world.ask('openclaw status', {}, { actor: VIEWER })).kind, 'queued')
  const again = await world.ask('ops freeze', { reason: 'me too' }, { actor: ADMIN })
  assert.match(JSON.stringify(again.reply), /frozen already.*a phone was stolen/s)
})

test('freeze: without a reason it stops as well; unfreeze shows and keeps the one it gets', async () => {
  const world = await createWorld({ registry })
  const told = await world.ask('ops freeze', {}, { actor: OPERATOR })
  assert.equal(told.reply?.title, 'Everything is frozen')
  assert.equal((await world.deps.access.frozen())?.reason, null)
  const no = await world.ask('ops access untrust', {}, { actor: OWNER })
  assert.doesNotMatch(JSON.stringify(no.reply), /null|undefined|Why/)
  const asked = await world.ask('ops unfreeze', { reason: 'the phone is found' }, { actor: ADMIN })
  const done = await world.press(button(asked.reply, 'Approve'), { actor: OWNER })
  assert.match(JSON.stringify(done.reply), /the phone is found/)
  assert.deepEqual(world.audited.at(-1)?.plan?.facts, ['no longer frozen: the phone is found'])
})

test('freeze: who could lift it is told in private, but for the one who did it', async () => {
  const world = await createWorld({ registry })
  await world.ask('ops freeze', REASON, { actor: ADMIN })
  const keys = (await world.store.list(OUTBOX))
    .map(({ id }) => id)
    .filter((id) => id.startsWith('tell-'))
  assert.deepEqual(keys.map((key) => key.replace(/^tell-i-\d+-/, '')).toSorted(), [
    'discord:100',
    'telegram:100',
  ])
})

test('unfreeze: another admin approves, never the asker, and what goes on is told', async () => {
  const world = await createWorld({ registry })
  await world.ask('ops freeze', REASON, { actor: OPERATOR })
  assert.equal((await world.ask('ops unfreeze', {}, { actor: OPERATOR })).kind, 'refused')
  const asked = await world.ask('ops unfreeze', {}, { actor: ADMIN })
  const approve = button(asked.reply, 'Approve')
  assert.equal((await world.press(approve, { actor: ADMIN })).kind, 'refused')
  assert.equal((await world.press(approve, { actor: OPERATOR })).kind, 'refused')
  assert.notEqual(await world.deps.access.frozen(), null)
  const done = await world.press(approve, { actor: OWNER })
  assert.equal(done.reply?.title, 'Changes go through again')
  assert.match(JSON.stringify(done.reply), /Approved by discord:100/)
  assert.equal((await world.ask('openclaw restart', {}, { actor: ADMIN })).kind, 'queued')
  const over = await world.press(approve, { actor: OWNER })
  assert.equal(over.kind, 'refused')
})

test('unfreeze: a link made between question and press makes the second person the first', async () => {
  const world = await createWorld({ registry })
  await world.ask('ops freeze', REASON, { actor: OPERATOR })
  const asked = await world.ask('ops unfreeze', {}, { actor: ADMIN })
  await world.deps.access.link(['discord:100', 'discord:200'])
  const no = await world.press(button(asked.reply, 'Approve'), { actor: OWNER })
  assert.match(no.reply?.title ?? '', /linked/)
  assert.notEqual(await world.deps.access.frozen(), null)
})

test('unfreeze: the host lifts it alone, with a reason', async () => {
  const world = await createWorld({ registry })
  const here = { actor: LOCAL, place: CONSOLE }
  await world.ask('ops freeze', REASON, here)
  const asked = await world.ask('ops unfreeze', {}, here)
  const yes = button(asked.reply, 'Confirm')
  await world.press(yes, { ...here, answer: 'my-openclaw' })
  assert.notEqual(await world.deps.access.frozen(), null)
  await world.press(yes, { ...here, answer: 'my-openclaw because all is well' })
  assert.equal(await world.deps.access.frozen(), null)
})

test('freeze: a question asked before it is refused at the press, a queued job by the worker', async () => {
  const world = await createWorld({ registry })
  const actor = ADMIN
  const asked = await world.ask(
    'ops access allow',
    { who: 'discord:42', role: 'viewer' },
    { actor },
  )
  const job = (await world.ask('openclaw machine start', {}, { actor })).job
  await world.ask('ops freeze', REASON, { actor: OPERATOR })
  const press = await world.press(button(asked.reply, 'Confirm'), { actor })
  assert.match(press.reply?.title ?? '', /Everything is frozen/)
  await world.work()
  assert.equal((await world.job(job)).state, 'refused')
  assert.match(JSON.stringify(await world.words(job)), /Everything is frozen/)
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`freeze: how it looks in ${locale}`, async (t) => {
    const world = await createWorld({ registry })
    const look = (said: Parameters<typeof renderConsole>[0] | undefined) => {
      assert.ok(said)
      const words = renderConsole(said).replace(/G-[0-9a-f]{8}/g, 'G-00000000')
      t.assert.snapshot(words, { serializers: [(value) => String(value)] })
    }
    look((await world.ask('ops freeze', REASON, { actor: OPERATOR, locale })).reply)
    look((await world.ask('openclaw restart', {}, { actor: ADMIN, locale })).reply)
    look((await world.ask('ops whoami', {}, { actor: ADMIN, locale })).reply)
    const asked = await world.ask('ops unfreeze', {}, { actor: ADMIN, locale })
    look(asked.reply)
    const [approve] = asked.reply?.actions ?? []
    assert.ok(approve)
    look((await world.press(approve, { actor: OWNER, locale })).reply)
  })
