import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Config } from '../src/config/config.ts'
import type { JobRecord } from '../src/core/job-record.ts'
import { createJobs } from '../src/core/jobs.ts'
import { Secret } from '../src/core/secret.ts'
import { openEngine, openUnclaimed } from '../src/engine.ts'
import { moveState } from '../src/move-state.ts'
import { memoryLog, realClock as clock, tempDir } from './helpers/engines.ts'
import { createAccess } from '../src/access/index.ts'
import { grantTo, HERE, OPERATOR, request } from './helpers/people.ts'
import { skipRedis, startRedis } from './helpers/redis.ts'

const log = memoryLog()
const configOf = (stateDir: string, redis?: string): Config =>
  ({ stateDir, ...(redis && { redis: { target: new Secret(redis) } }) }) as Config

const draft = (id: string) => {
  const invocation = request('openclaw restart', {}, { id, actor: OPERATOR })
  const address = { ...invocation.address, handle: 'interaction-token-1', until: 5 }
  const options = { app: 'my-openclaw' }
  const lane = 'app-my-openclaw' as const
  const phase = 'run' as const
  return { invocation: { ...invocation, address }, options, app: options.app, lane, phase }
}

/** The embedded engine with one job that is over, which left a sealed token behind, and one that waits. */
async function scene(t: TestContext) {
  const dir = await tempDir()
  t.after(dir.remove)
  const config = configOf(dir.path)
  const file = join(dir.path, 'out.json')
  const within = async <T>(
    work: (engine: Awaited<ReturnType<typeof openEngine>>) => Promise<T>,
  ) => {
    const engine = await openEngine({ config, clock, log })
    try {
      return await work(engine)
    } finally {
      await engine.close()
    }
  }
  const ids = await within(async ({ store, queue }) => {
    const jobs = createJobs({ store, queue, clock })
    const over = await jobs.accept(draft('i-1'))
    await queue.remove(over.job)
    await jobs.change(over.job.id, (job) => ({
      ...job,
      state: 'done',
      runs: 1,
      result: { sealed: 'sealed-result' },
      steps: { one: { state: 'done', output: 'sealed-output', from: 1 } },
      follow: { n: 1, due: 1 },
    }))
    const waits = await jobs.accept(draft('i-2'))
    await store.append('audit-chain', { event: 'accepted' })
    return { over: over.job.id, waits: waits.job.id }
  })
  const move = (to: Config, verb: 'export' | 'import') =>
    moveState(['ops', verb, file], { config: to, clock, log })
  return { config, dir: dir.path, file, within, ids, move }
}

test('export: nothing sealed and no credential of a platform goes into the file', async (t) => {
  const { config, file, ids, move } = await scene(t)
  assert.match((await move(config, 'export')) ?? '', /1 waiting jobs moved/)
  const text = await readFile(file, 'utf8')
  for (const word of ['sealed-result', 'sealed-output', 'interaction-token-1'])
    assert.ok(!text.includes(word), word)
  for (const id of [ids.over, ids.waits]) assert.ok(text.includes(id))
})

test('export: what waits moves along, is not run here any more, and can be run there', async (t) => {
  const { config, dir, ids, within, move } = await scene(t)
  await move(config, 'export')
  await within(async ({ store, queue }) => {
    const left = (await store.get('job', ids.waits)) as JobRecord
    assert.equal(left.state, 'cancelled')
    const counts = Object.values(await queue.counts())
    assert.ok(counts.every(({ waiting, active, delayed }) => waiting + active + delayed === 0))
  })
  const other = configOf(join(dir, 'other'))
  await move(other, 'import')
  const engine = await openUnclaimed({ config: other, clock, log })
  t.after(engine.close)
  const moved = (await engine.store.get('job', ids.waits)) as JobRecord
  assert.equal(moved.state, 'queued')
  assert.equal(await createJobs({ ...engine, clock }).recover(), 1)
})

test('export: every rule of who may do what goes along, those that close something too', async (t) => {
  const { config, dir, within, move } = await scene(t)
  const rules = ({ store }: Awaited<ReturnType<typeof openEngine>>) =>
    createAccess({ store, owners: [], clock, log })
  const before = await within(async (engine) => {
    const access = rules(engine)
    await access.trust(HERE, 'discord:100')
    await access.grant(grantTo(OPERATOR, 'operator', { deny: true }))
    await access.ceiling({ scope: HERE, role: 'viewer', until: null, by: 'x', reason: null })
    await access.guard({ on: 'app:shop', second: 'changes', standsMs: null, by: 'x' })
    await access.link(['discord:1', 'telegram:1'])
    await access.freeze({ by: 'discord:100', name: 'Olga', reason: 'a move' })
    await access.mark('discord:1 role:2', true)
    return access.fresh()
  })
  for (const [name, value] of Object.entries(before))
    assert.ok(name === 'owners' || (value as readonly unknown[])?.length !== 0, name)
  await move(config, 'export')
  const other = configOf(join(dir, 'other'))
  await move(other, 'import')
  const engine = await openUnclaimed({ config: other, clock, log })
  t.after(engine.close)
  assert.deepEqual(await rules(engine).fresh(), before)
})

test('export: refuses while a job has begun, and takes nothing out', async (t) => {
  const { config, file, ids, within, move } = await scene(t)
  await within(({ store, queue }) =>
    createJobs({ store, queue, clock }).change(ids.waits, (job) => ({
      ...job,
      state: 'running',
      runs: 1,
    })),
  )
  await writeFile(file, 'as it was')
  await assert.rejects(move(config, 'export'), (error: Error) => error.message.includes(ids.waits))
  assert.equal(await readFile(file, 'utf8'), 'as it was')
  await within(async ({ store }) =>
    assert.equal(((await store.get('job', ids.waits)) as JobRecord).state, 'running'),
  )
})

test('export and import between both engines', { skip: skipRedis }, async (t) => {
  const { config, dir, ids, move } = await scene(t)
  await move(config, 'export')
  const server = await startRedis()
  t.after(server.close)
  const redis = configOf(dir, server.url)
  assert.match((await move(redis, 'import')) ?? '', /into redis/)
  const engine = await openEngine({ config: redis, clock, log })
  assert.equal(((await engine.store.get('job', ids.waits)) as JobRecord).state, 'queued')
  await engine.close()
})
