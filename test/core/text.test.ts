import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as texts from '../../src/core/text.ts'

const { bytes, count, duration, join, localeOf, say, tr, truncate, utc } = texts

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const DURATIONS: ReadonlyArray<readonly [ms: number, en: string, zh: string]> = [
  [0, '0 s', '0 秒'],
  [-5, '0 s', '0 秒'],
  [499, '0 s', '0 秒'],
  [500, '1 s', '1 秒'],
  [59_499, '59 s', '59 秒'],
  [59_500, '1 min', '1 分'],
  [90 * SECOND, '1 min 30 s', '1 分 30 秒'],
  [HOUR, '1 h', '1 小時'],
  [3 * HOUR + 12 * MINUTE + 5 * SECOND, '3 h 12 min', '3 小時 12 分'],
  [DAY + 2 * HOUR + 3 * MINUTE, '1 d 2 h', '1 天 2 小時'],
  [400 * DAY, '400 d', '400 天'],
]
for (const [ms, en, zh] of DURATIONS)
  test(`duration of ${ms} ms: ${en}`, () => {
    assert.equal(say(duration(ms), 'en'), en)
    assert.equal(say(duration(ms), 'zh-TW'), zh)
  })

const MB = 1_048_576
const BYTES: ReadonlyArray<readonly [count: number, words: string]> = [
  [0, '0 MB'],
  [MB, '1 MB'],
  [256 * MB, '256 MB'],
  [1023.4 * MB, '1023 MB'],
  [1023.9 * MB, '1 GB'],
  [1024 * MB, '1 GB'],
  [1536 * MB, '1.5 GB'],
  [2048 * MB, '2 GB'],
]
for (const [amount, words] of BYTES)
  test(`bytes ${amount}: ${words}`, () => assert.equal(bytes(amount), words))

const CUTS: ReadonlyArray<readonly [value: string, max: number, cut: string]> = [
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  ['', 3, ''],
  ['🦞🦞🦞', 6, '🦞🦞🦞'],
  ['🦞🦞🦞', 5, '🦞🦞…'],
  ['🦞🦞🦞', 4, '🦞…'],
  ['ab', 1, '…'],
]
for (const [value, max, cut] of CUTS)
  test(`truncate ${value} to ${max}`, () => assert.equal(truncate(value, max), cut))

test('truncate never gives more than it may, nor half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (value, max) => {
      const cut = truncate(value, max)
      assert.ok(cut.length <= max)
      assert.ok(cut.isWellFormed())
      if (cut !== value) assert.ok(cut.endsWith('…') && value.startsWith(cut.slice(0, -1)))
    }),
  )
})

const TAGS: ReadonlyArray<readonly [tag: string | undefined, locale: string | undefined]> = [
  ['en', 'en'],
  ['en-GB', 'en'],
  ['EN-us', 'en'],
  ['zh-TW', 'zh-TW'],
  ['zh-hant', 'zh-TW'],
  ['zh', 'zh-TW'],
  ['english', undefined],
  ['de', undefined],
  ['', undefined],
  [undefined, undefined],
]
for (const [tag, locale] of TAGS)
  test(`the language of ${tag} is ${locale}`, () => assert.equal(localeOf(tag), locale))

test('join leaves out what is empty, in each language on its own', () => {
  const joined = join(' · ', tr('One', '一'), '', tr('', '二'), 'J-1')
  assert.deepEqual(joined, tr('One · J-1', '一 · 二 · J-1'))
})

test('count says one and many', () => {
  assert.deepEqual(count(1, 'machine', 'machines', '台機器'), tr('1 machine', '1 台機器'))
  assert.deepEqual(count(0, 'machine', 'machines', '台機器'), tr('0 machines', '0 台機器'))
})

test('times are said in UTC to the second', () => {
  assert.equal(utc(Date.UTC(2026, 10, 22, 12, 30, 5, 999)), '2026-11-22T12:30:05Z')
})
