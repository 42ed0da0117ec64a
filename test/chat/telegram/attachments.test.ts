import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBeside } from '../../../src/chat/telegram/attachments.ts'
import type { Api } from '../../../src/chat/telegram/api.ts'

const api: Pick<Api, 'call'> = { call: () => assert.fail('nothing is sent here') }
const REF = { chat: '1', message: '2', private: false }
const ids = (...contents: readonly string[]) =>
  filesBeside(
    api as Api,
    REF,
    contents.map((content, n) => ({ name: `${n}.txt`, content })),
  ).map(({ id }) => id)

test('files are known by what is in them, and equal ones of a message are two', () => {
  assert.equal(new Set(ids('a', 'b', 'a', 'a')).size, 4)
  assert.deepEqual(ids('a', 'b', 'a'), ids('a', 'b', 'a'))
  assert.equal(ids('a', 'b')[1], ids('b', 'c')[0])
})
