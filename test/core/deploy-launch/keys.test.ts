import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasModelKey, readKeys, wrongKeys } from '../../../src/core/deploy-launch/keys.ts'
import { say } from '../../../src/core/text.ts'

const KEY = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz'

test('nothing to give is said in several ways', () => {
  for (const none of ['none', ' None ', '-', 'no', '無', '沒有', ''])
    assert.deepEqual(readKeys(none), { ok: true, keys: {} })
})

test('lines of names and values, as they come out of files and phones', () => {
  const given = `ANTHROPIC_API_KEY=${KEY}\r\n\n  MY_SETTING = a=b=c \n`
  assert.deepEqual(readKeys(given), {
    ok: true,
    keys: { ANTHROPIC_API_KEY: KEY, MY_SETTING: 'a=b=c' },
  })
})

test('what is wrong is named by its line, and never quoted', () => {
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    [KEY, /Line 1: Write a name/],
    [`ANTHROPIC_API_KEY=${KEY}\n1X=abc`, /Line 2: Write a name/],
    ['ANTHROPIC_API_KEY=canary-value', /Line 1: .*sk-ant/],
    ['ANTHROPIC_API_KEY=', /Line 1: The value is empty/],
    [`A=canary-value\nA=canary-value`, /Line 2: A is there twice/],
    ['OPENCLAW_GATEWAY_TOKEN=canary-value', /Line 1: The gateway token is made anew/],
  ]
  for (const [given, expected] of cases) {
    const wrong = wrongKeys(given)
    assert.match(say(wrong ?? '', 'en'), expected)
    for (const locale of ['en', 'zh-TW'] as const)
      assert.doesNotMatch(say(wrong ?? '', locale), /canary|abcdefghijklm/)
  }
})

test('anything may be pasted: it is read or refused, and no value is in the words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 12, maxLength: 60 }), (value) => {
      const read = readKeys(`NAME=${value}`)
      if (read.ok) return
      assert.ok(!say(read.problem, 'en').includes(value))
    }),
  )
})

test('whether one of them is a model’s', () => {
  assert.equal(hasModelKey(['DISCORD_BOT_TOKEN', 'OPENAI_API_KEY']), true)
  assert.equal(hasModelKey(['DISCORD_BOT_TOKEN']), false)
})
