import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spoken } from './demo/words.ts'

test('what can’t be broken as things are is said, and the demo goes on', async () => {
  const words = {
    say: async (line: string) => {
      if (line !== 'break forwarded') return undefined
      throw new Error('connect ECONNREFUSED')
    },
    mend: async () => {},
  }
  const say = spoken(words)
  assert.match(
    (await say('break forwarded')) ?? '',
    /can’t be done now \(connect ECONNREFUSED\).*mend/,
  )
  assert.equal(await say('status'), undefined)
})
