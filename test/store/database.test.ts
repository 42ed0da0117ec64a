import assert from 'node:assert/strict'
import { chmod, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createOwner, isDead } from '../../src/jobs/sqlite/owner.ts'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { kill, openStore, startChild, tempDir } from '../helpers/engines.ts'

test('only the owner reads the file and its journals', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  const file = join(path, 'deep', 'state.db')
  const store = await openStore({ engine: 'sqlite', path: file })
  await store.put('b', 'x', 1)
  for (const name of await readdir(join(path, 'deep')))
    assert.equal((await stat(join(path, 'deep', name))).mode & 0o777, 0o600, name)
  await store.close()
  await chmod(file, 0o644)
  openDatabase(file).close()
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})

test('it is opened for safety first: WAL, full synchronisation, patience', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  const database = openDatabase(join(path, 'state.db'))
  const ask = (pragma: string) => Object.values(database.db.prepare(`PRAGMA ${pragma}`).get() ?? {})
  assert.deepEqual(ask('journal_mode'), ['wal'])
  assert.deepEqual(ask('synchronous'), [2])
  assert.deepEqual(ask('busy_timeout'), [5000])
  database.close()
})

test('processes that open a new file together all get it', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  const place = { engine: 'sqlite', path: join(path, 'state.db') } as const
  const starts = Array.from({ length: 4 }, () => startChild('store-child.ts', { place, calls: 1 }))
  await Promise.all((await Promise.all(starts)).map(kill))
})

test('a step of a schema runs once, and a newer file is refused', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  const database = openDatabase(join(path, 'state.db'))
  t.after(database.close)
  const one = 'CREATE TABLE t (a)'
  const two = 'ALTER TABLE t ADD COLUMN b'
  database.migrate('part', [one])
  database.migrate('part', [one, two])
  database.migrate('part', [one, two])
  database.migrate('other', ['CREATE TABLE u (a)'])
  assert.equal(database.db.prepare('SELECT * FROM pragma_table_info(?)').all('t').length, 2)
  assert.throws(() => database.migrate('part', [one]), { code: 'conflict' })
  assert.throws(() => database.migrate('part', [one, two, 'CREATE TABLE v (a)', 'nonsense']), {
    code: 'unavailable',
  })
  assert.throws(() => database.db.prepare('SELECT * FROM v'), /no such table/)
})

test('a file that is no database is told as unavailable, not as a crash', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  const file = join(path, 'state.db')
  await writeFile(file, 'this is not a database, and long enough to be noticed '.repeat(50))
  assert.throws(() => openDatabase(file), { code: 'unavailable' })
  assert.throws(() => openDatabase(join(file, 'below')), { code: 'unavailable' })
})

test('an embedded store that lost its tables answers unavailable', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  const file = join(path, 'state.db')
  const store = await openStore({ engine: 'sqlite', path: file })
  t.after(store.close)
  const db = new DatabaseSync(file)
  db.exec('DROP TABLE entries')
  db.close()
  await assert.rejects(store.get('b', 'x'), { code: 'unavailable' })
  await assert.rejects(store.put('b', 'x', 1), { code: 'unavailable' })
})

test('an owner is dead when its process is, and only then', async (t) => {
  const mine = createOwner()
  assert.equal(isDead(mine), false)
  const change = (part: object) => JSON.stringify({ ...JSON.parse(mine), ...part })
  assert.equal(isDead(change({ start: '1' })), true, 'its number is used by another process')
  assert.equal(isDead(change({ boot: 'x' })), true, 'the machine was started since')
  assert.equal(isDead(change({ host: 'x' })), false, 'of another machine nothing is known')
  assert.equal(isDead(change({ space: 'x', pid: 999_999_999 })), false, 'nor of another container')
  assert.equal(isDead('nonsense'), false)
  const { path, remove } = await tempDir()
  t.after(remove)
  const place = { engine: 'sqlite', path: join(path, 'state.db') }
  const child = await startChild('store-child.ts', { place, calls: 1 })
  const pid = child.pid
  await kill(child)
  assert.equal(isDead(change({ pid })), true)
})
