import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import { LOCALES, say } from '../../src/core/text.ts'
import { claimEngine, readEngine, writeEngine } from '../../src/store/engine-mark.ts'
import { exportStore, importStore } from '../../src/store/export.ts'
import { openStore, tempDir } from '../helpers/engines.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'

const PARTS = { buckets: ['grants', 'routes'], streams: ['audit'] }

async function scene(t: TestContext) {
  const { path, remove } = await tempDir()
  t.after(remove)
  const open = async (name: string) => {
    const store = await openStore({ engine: 'sqlite', path: join(path, name) })
    t.after(store.close)
    return store
  }
  return { path, open, file: join(path, 'export.json') }
}

test('the first start marks the engine, the same one starts again', async (t) => {
  const { path } = await scene(t)
  const stateDir = join(path, 'new')
  const never = () => assert.fail('there is nothing to ask')
  const claim = { stateDir, engine: 'sqlite', waiting: never } as const
  const open = async () => 'opened'
  assert.equal(await claimEngine(claim, open), 'opened')
  assert.equal(await readEngine(stateDir), 'sqlite')
  assert.equal(await claimEngine(claim, open), 'opened')
})

test('an engine that could not be opened does not stand in the way of the other', async (t) => {
  const { path: stateDir } = await scene(t)
  const waiting = async () => undefined
  const away = () => Promise.reject(new Error('away'))
  await assert.rejects(claimEngine({ stateDir, engine: 'redis', waiting }, away), /away/)
  assert.equal(await readEngine(stateDir), undefined)
  const open = async () => 'opened'
  assert.equal(await claimEngine({ stateDir, engine: 'sqlite', waiting }, open), 'opened')
  assert.equal(await readEngine(stateDir), 'sqlite')
})

test('a state directory that can’t be written is named, with what to do', async (t) => {
  const { path } = await scene(t)
  const stateDir = join(path, 'file')
  await writeFile(stateDir, '')
  const opened = () => assert.fail('it is opened')
  const claim = { stateDir, engine: 'sqlite', waiting: async () => 0 } as const
  await assert.rejects(claimEngine(claim, opened), (error) => {
    assert(error instanceof OpsError && error.hint !== undefined)
    assert.match(error.message, /^OPS_STATE_DIR: .*\/file is no directory .*\(ENOTDIR\)\.$/)
    return error.code === 'bad_input'
  })
})

test('another engine is refused while jobs wait, or may wait', async (t) => {
  const { path: stateDir } = await scene(t)
  await writeEngine(stateDir, 'sqlite')
  const never = () => assert.fail('it is opened')
  for (const jobs of [3, undefined]) {
    const claim = claimEngine({ stateDir, engine: 'redis', waiting: async () => jobs }, never)
    await assert.rejects(claim, (error) => {
      assert(error instanceof OpsError && error.hint !== undefined)
      for (const locale of LOCALES) {
        assert.match(say(error.hint, locale), /npm run cli -- ops export/)
        assert.match(say(error.hint, locale), /npm run cli -- ops import/)
      }
      return error.code === 'conflict'
    })
    assert.equal(await readEngine(stateDir), 'sqlite')
  }
  await claimEngine({ stateDir, engine: 'redis', waiting: async () => 0 }, async () => undefined)
  assert.equal(await readEngine(stateDir), 'redis')
})

test('a damaged mark is not guessed at', async (t) => {
  const { path: stateDir } = await scene(t)
  await writeFile(join(stateDir, 'engine.json'), '{')
  await assert.rejects(readEngine(stateDir), { code: 'conflict' })
})

test(
  'named parts move from one engine to the other, the rest stays',
  { skip: skipRedis },
  async (t) => {
    const { open, file } = await scene(t)
    const from = await open('from.db')
    await from.put('grants', 'b', { role: 'o' }, { order: 2 })
    await from.put('grants', 'a', null, { order: 1 })
    await from.put('secrets', 's', 'sealed')
    // More than one page.
    for (let i = 0; i < 1001; i++) await from.append('audit', { i })
    assert.equal(await exportStore(from, PARTS, { path: file, at: 1 }), 1003)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.doesNotMatch(await readFile(file, 'utf8'), /sealed/)

    const server = await startRedis()
    t.after(server.close)
    const to = await openStore({ engine: 'redis', url: server.url })
    t.after(to.close)
    assert.equal(await importStore(to, PARTS, file), 1003)
    assert.deepEqual(await to.list('grants'), await from.list('grants'))
    const audit = async (store: typeof to) => (await store.read('audit')).map(({ entry }) => entry)
    assert.deepEqual(await audit(to), await audit(from))
    assert.deepEqual(await to.list('secrets'), [])
    await assert.rejects(importStore(to, PARTS, file), { code: 'conflict' })
  },
)

test('only whole files of ours are read, and nothing of a refused one is written', async (t) => {
  const { open, file } = await scene(t)
  const store = await open('to.db')
  await assert.rejects(importStore(store, PARTS, file), { code: 'bad_input' })
  const head = '{"format":"openclaw-ops","version":1,"at":1,'
  const bad = [
    '',
    '[]',
    `${head}"buckets":{"grants":[{"id":"a"`,
    `${head}"buckets":{"grants":[{"id":1,"order":1,"value":1}]},"streams":{}}`,
    `${head}"buckets":{"grants":[{"id":"a","order":1,"value":1}],"secrets":[]},"streams":{}}`,
  ]
  for (const text of bad) {
    await writeFile(file, text)
    await assert.rejects(importStore(store, PARTS, file), { code: 'bad_input' })
  }
  assert.deepEqual(await store.list('grants'), [])
})
