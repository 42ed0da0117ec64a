import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { JobRecord } from '../../../src/core/job-record.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { createWorld, type Told, type World } from '../../helpers/world.ts'

const { ADMIN, OPERATOR, RESPONDER, STRANGER, VIEWER } = people
const registry = await loadCommands()
const ONE = people.person('700')

/** Two jobs of two people on two apps, and somebody who may see the second app only. */
async function setup() {
  const world = await createWorld({ registry })
  await world.deps.access.grant(people.grantTo(ONE, 'operator', { apps: ['second-app'] }))
  const first = await world.ask('openclaw status', { app: 'my-openclaw' }, { actor: VIEWER })
  await world.clock.advance(1000)
  const second = await world.ask('openclaw cost', { app: 'second-app' }, { actor: ADMIN })
  return { world, first: first.job, second: second.job }
}
const ids = ({ reply }: Told): readonly string[] =>
  (reply?.blocks ?? []).flatMap((block) =>
    block.type === 'table' ? block.rows.map(([id = '']) => id) : [],
  )
const ended = (world: World, id: string, more: Partial<JobRecord>) =>
  world.deps.jobs.change(id, (job) => ({ ...job, ...more }))

test('jobs: newest first, and only of apps the asker may see', async () => {
  const { world, first, second } = await setup()
  assert.deepEqual(ids(await world.ask('ops jobs')), [second, first])
  assert.deepEqual(ids(await world.ask('ops jobs', {}, { actor: ONE })), [second])
})

test('jobs: at most fifteen, found among many of others', async () => {
  const { world, second } = await setup()
  for (let i = 0; i < 20; i++) {
    await world.clock.advance(1000)
    await world.ask('openclaw status', { app: 'my-openclaw' })
  }
  assert.equal(ids(await world.ask('ops jobs')).length, 15)
  assert.deepEqual(ids(await world.ask('ops jobs', {}, { actor: ONE })), [second])
})

test('jobs: none yet', async () => {
  const world = await createWorld({ registry })
  assert.equal((await world.ask('ops jobs')).reply?.title, 'No jobs yet')
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`jobs: how they look in ${locale}`, async (t) => {
    const { world, first, second } = await setup()
    const at = world.clock.now()
    await ended(world, first, {
      state: 'failed',
      failure: { code: 'quota', message: 'The organization is over its quota.' },
      steps: {
        stop: { state: 'undone', from: at, to: at + 4000 },
        start: { state: 'doing', from: at },
      },
      approvedBy: 'discord:200',
      endedAt: at + 9000,
    })
    for (const [command, input] of [
      ['ops jobs', {}],
      ['ops job', { id: first }],
      ['ops job', { id: second.toLowerCase().slice(2) }],
    ] as const) {
      const { reply } = await world.ask(command, input, { locale })
      assert.ok(reply)
      t.assert.snapshot(renderConsole(reply), { serializers: [(value) => String(value)] })
    }
  })

test('job: one of an app the asker may not see is as unknown as one that never was', async () => {
  const { world, first } = await setup()
  for (const command of ['ops job', 'ops cancel']) {
    const hidden = await world.ask(command, { id: first }, { actor: ONE })
    const absent = await world.ask(command, { id: 'J-000000' }, { actor: ONE })
    assert.equal(hidden.reply?.title, `There is no job ${first}.`)
    assert.equal(absent.reply?.title, 'There is no job J-000000.')
    assert.equal(hidden.outcome?.kind === 'reply' && hidden.outcome.failure, 'not_found')
  }
  assert.equal((await world.job(first)).state, 'queued')
})

const CANCELS: ReadonlyArray<readonly [who: string, actor: typeof VIEWER, may: boolean]> = [
  ['the asker', VIEWER, true],
  ['an operator', OPERATOR, true],
  ['a responder', RESPONDER, false],
  ['a stranger', STRANGER, false],
]
for (const [who, actor, may] of CANCELS)
  test(`cancel: ${who} ${may ? 'may' : 'may not'}`, async () => {
    const { world, first } = await setup()
    const told = await world.ask('ops cancel', { id: first }, { actor })
    assert.equal((await world.job(first)).state, may ? 'cancelled' : 'queued')
    if (may) assert.equal(told.reply?.title, `${first} was cancelled before it began`)
  })

test('cancel: the one who waits for the job is told, too', async () => {
  const { world, first } = await setup()
  await world.ask('ops cancel', { id: first }, { actor: OPERATOR })
  const said = await world.words(first)
  assert.equal(said.title, 'Cancelled before it began')
  assert.match(JSON.stringify(said.blocks), /Cancelled by Person 300\./)
})

test('cancel: who stopped which job is in the record, and the end of one that never began', async () => {
  const { world, first } = await setup()
  await world.ask('ops cancel', { id: first }, { actor: ADMIN })
  const lines = world.audited
    .filter(({ event }) => event === 'finished')
    .map(({ actor, verb, job, detail, plan }) => [actor, verb, job, detail, plan?.facts])
  assert.deepEqual(lines, [
    ['discord:500', 'openclaw status', first, 'cancelled', undefined],
    ['discord:200', 'ops cancel', null, 'done', [`${first} is to stop`]],
  ])
})

test('cancel: a running one stops at its next step, one that is over stays so', async () => {
  const { world, first } = await setup()
  world.queue.take()
  await ended(world, first, { state: 'running', runs: 1 })
  const running = await world.ask('ops cancel', { id: first })
  assert.equal(running.reply?.title, `${first} stops at its next step`)
  assert.equal((await world.job(first)).cancelledBy, 'Person 100')
  await ended(world, first, { state: 'done' })
  const over = await world.ask('ops cancel', { id: first })
  assert.equal(over.reply?.title, `${first} is over already`)
})
