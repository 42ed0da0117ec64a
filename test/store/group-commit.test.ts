import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { createGroupCommit } from '../../src/store/sqlite/group-commit.ts'
import { tempDir } from '../helpers/engines.ts'

async function open(t: TestContext) {
  const directory = await tempDir()
  const path = join(directory.path, 'state.db')
  const database = openDatabase(path)
  database.db.exec('CREATE TABLE words (word TEXT PRIMARY KEY)')
  const insert = database.db.prepare('INSERT INTO words VALUES (?)')
  t.after(async () => {
    database.close()
    await directory.remove()
  })
  const read = () => {
    const other = openDatabase(path)
    try {
      return other.db
        .prepare('SELECT word FROM words ORDER BY rowid')
        .all()
        .map(({ word }) => word)
    } finally {
      other.close()
    }
  }
  return { database, read, add: (word: string) => insert.run(word) }
}

test('all that is asked for in one round is one transaction, in order', () => {
  const transactions: number[] = []
  const { commit, flush } = createGroupCommit({
    write(work) {
      const settles = work()
      transactions.push(settles.length)
      return settles
    },
    isFatal: () => true,
  })
  const done: string[] = []
  for (const word of ['a', 'b', 'c']) void commit(() => done.push(word))
  assert.deepEqual(done, [])
  flush()
  flush()
  assert.deepEqual([done, transactions], [['a', 'b', 'c'], [3]])
})

test('what is resolved is on the disk, and not before', async (t) => {
  const { database, read, add } = await open(t)
  const both = [database.commit(() => add('a')), database.commit(() => add('b'))]
  assert.deepEqual(read(), [])
  await Promise.all(both)
  assert.deepEqual(read(), ['a', 'b'])
})

test('work that throws by itself fails alone', async (t) => {
  const { database, read, add } = await open(t)
  const bad = new Error('not today')
  const results = await Promise.allSettled([
    database.commit(() => add('a')),
    database.commit(() => {
      throw bad
    }),
    database.commit(() => add('c')),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(read(), ['a', 'c'])
})

test('a failure of the database takes the whole round back and tells everyone', async (t) => {
  const { database, read, add } = await open(t)
  const results = await Promise.allSettled(
    ['a', 'a', 'b'].map((word) => database.commit(() => add(word))),
  )
  for (const result of results) {
    assert.equal(result.status, 'rejected')
    assert.equal((result.reason as { code?: string }).code, 'unavailable')
  }
  assert.deepEqual(read(), [])
})

test('closing writes what still waits; after that nothing is taken', async (t) => {
  const { database, read, add } = await open(t)
  const last = database.commit(() => add('last'))
  database.close()
  await last
  assert.deepEqual(read(), ['last'])
  await assert.rejects(
    database.commit(() => add('late')),
    { code: 'unavailable' },
  )
})
