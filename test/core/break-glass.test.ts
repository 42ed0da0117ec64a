import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Invocation } from '../../src/core/invocation.ts'
import { OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import { chatCommand, workCommand } from '../helpers/commands.ts'
import { ADMIN, CONSOLE, grantTo, LOCAL, OPERATOR } from '../helpers/people.ts'
import { createWorld, type World } from '../helpers/world.ts'

/* Whoever sits at the host needs nobody's leave: everybody who would have been asked hears of it. */

const HOST = { actor: LOCAL, place: CONSOLE, surface: 'cli' } as const
const setup = async () => {
  const world = await createWorld({
    commands: [workCommand('restart', { kind: 'change' }), workCommand('status')],
    ops: [
      chatCommand('set', { risk: 'change' }),
      chatCommand('see'),
      chatCommand('shout', {
        risk: 'change',
        run: async ({ tell }) =>
          tell(['discord:100'], { tone: 'info', title: 'A word of its own', blocks: [] }),
      }),
    ],
  })
  await world.deps.access.grant(grantTo(OPERATOR, 'admin', { apps: ['second-app'] }))
  return world
}
const paged = async ({ store }: World) =>
  (await store.list(OUTBOX))
    .map(({ value }) => value as OutboxRecord)
    .filter(({ reply }) => /was run at the host/.test(reply.title))

for (const [command, more, count] of [
  ['openclaw restart', HOST, 4],
  ['ops set', HOST, 4],
  ['openclaw status', HOST, 0],
  ['ops see', HOST, 0],
  ['ops set', { ...HOST, surface: 'console' }, 0],
  ['ops set', { actor: ADMIN, surface: 'slash' }, 0],
] as ReadonlyArray<readonly [string, Partial<Invocation>, number]>)
  test(`break-glass: ${command} by ${more.surface} tells ${count} people`, async () => {
    const world = await setup()
    await world.ask(command, {}, more)
    const messages = await paged(world)
    assert.equal(messages.length, count)
    if (count === 0) return
    assert.deepEqual(
      messages.map(({ address }) => `${address.platform}:${address.user}`).toSorted(),
      ['discord:100', 'discord:200', 'discord:300', 'telegram:100'],
      'owners on both platforms, and who is admin of anything',
    )
    assert.ok(messages.every(({ address }) => address.private))
    assert.match(JSON.stringify(messages), new RegExp(command))
  })

test('break-glass: what the command itself tells does not take the place of the page', async () => {
  const world = await setup()
  await world.ask('ops shout', {}, HOST)
  const titles = (await world.store.list(OUTBOX)).map(
    ({ value }) => (value as OutboxRecord).reply.title,
  )
  assert.equal((await paged(world)).length, 4)
  assert.ok(titles.includes('A word of its own'))
})
