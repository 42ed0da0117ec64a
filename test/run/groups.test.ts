import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { groups } from './groups.ts'

const files = globSync('test/**/*.test.ts')

test('every test file is run, and once', () => {
  assert.ok(files.length > 250)
  assert.deepEqual(groups(files).flat().toSorted(), files.toSorted())
})

test('a few files are run, too', () => {
  assert.deepEqual(groups(['test/e2e/status.test.ts']), [['test/e2e/status.test.ts']])
  assert.deepEqual(groups([]), [])
})

test('no file has hooks that would run around the tests of the others in its process', () => {
  for (const file of files)
    assert.doesNotMatch(readFileSync(file, 'utf8'), /^(before|after)Each\(/m, file)
})
