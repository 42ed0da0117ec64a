import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { say } from '../../src/core/text.ts'
import type { FlyErrorCode } from '../../src/fly/classify.ts'
import { readErrorBody } from '../../src/fly/error-body.ts'
import { silenceError } from '../../src/fly/errors.ts'
import { CHANGE, EXPECTED, READ, classify } from './refusals.ts'

test('a lease error names who and until when, in both languages', () => {
  const { text, reference } = classify(409, { error: EXPECTED[1]?.[1] })
  for (const locale of ['en', 'zh-TW'] as const) {
    assert.match(say(text, locale), /9a@tokens\.fly\.io/)
    assert.match(say(text, locale), /2026-05-14T10:41:08Z/)
  }
  assert.equal(reference, '01REQ')
})

test('a quota refusal is quoted word for word', () => {
  const body = EXPECTED[16]?.[1] ?? ''
  assert.ok(say(classify(403, { error: body }).text, 'en').includes(body))
})

test('what Fly said is cut to 300 characters', () => {
  const { text } = classify(422, { error: 'payment required '.repeat(100) })
  const quoted = /“(.*)”/.exec(say(text, 'en'))?.[1] ?? ''
  assert.equal(quoted.length, 300)
})

test("the log API's 401 says what it may mean", () => {
  const { code, text, hint } = classify(401, '', { endpoint: READ, party: 'logs' })
  assert.equal(code, 'auth')
  assert.match(say(text, 'en'), /wrong kind .* no such app/)
  assert.match(say(hint ?? '', 'en'), /FLY_READ_TOKEN/)
})

const kinds = ['refused', 'reset', 'timeout', 'aborted', 'unsendable'] as const

const SILENCES: Readonly<Record<(typeof kinds)[number], readonly [FlyErrorCode, FlyErrorCode]>> = {
  refused: ['network', 'network'],
  reset: ['network', 'ambiguous'],
  timeout: ['network', 'ambiguous'],
  aborted: ['cancelled', 'ambiguous'],
  unsendable: ['validation', 'validation'],
}

for (const kind of kinds) {
  test(`${kind} without an answer is ${SILENCES[kind].join(' for a read, for a mutation ')}`, () => {
    const codes = [READ, CHANGE].map((endpoint) => silenceError({ kind }, { endpoint }, 'X').code)
    assert.deepEqual(codes, SILENCES[kind])
  })
}

test('every refusal has a sentence and a next step in both languages', () => {
  const statuses = fc.integer({ min: 300, max: 599 })
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom(...EXPECTED.map(([, body]) => body)),
  )
  const party = fc.constantFrom('machines', 'logs', 'metrics', 'releases')
  fc.assert(
    fc.property(statuses, bodies, fc.boolean(), party, (status, body, safe, whose) => {
      const error = classify(status, body, { safe, party: whose })
      for (const part of [error.text, error.hint]) {
        assert.ok(part !== undefined && typeof part !== 'string')
        assert.match(part.en, /^[A-Z].*[.”]$/su)
        assert.match(part['zh-TW'], /\p{Script=Han}.*[。」]$/su)
      }
      // No control character reaches a chat message.
      assert.doesNotMatch(say(error.text, 'en'), /\p{Cc}/u)
    }),
  )
})

test('an error body of any kind is read', () => {
  assert.deepEqual(readErrorBody('{"error":"a","message":""}'), { message: 'a', word: '' })
  assert.deepEqual(readErrorBody('"not_found: x"'), { message: 'not_found: x', word: '' })
  assert.equal(readErrorBody('<!doctype html><body><p>bad<b> gateway</b>').message, 'bad gateway')
  assert.equal(readErrorBody('upstream\r\n  connect error').message, 'upstream connect error')
  for (const body of ['[1]', 'null', '7', '']) {
    assert.deepEqual(readErrorBody(body), { message: '', word: '' })
  }
})
