import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRedaction, loadRedaction, rememberSecret } from '../../../src/core/logs/redaction.ts'
import { readPattern } from '../../../src/core/logs/patterns.ts'
import { remembering } from '../../../src/core/logs/remembering.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { scriptedFly } from '../../helpers/run-command.ts'

const plain = () => createRedaction({ isKnown: () => false, patterns: [] })
const chars = (alphabet: string, length: number) =>
  fc
    .array(fc.constantFrom(...alphabet.split('')), { minLength: length, maxLength: length })
    .map((all) => all.join(''))
const HEX = '0123456789abcdef'
const WORD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const SHAPES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  anthropic: chars(`${WORD}-_`, 90).map((rest) => `sk-ant-api03-${rest}`),
  openai: chars(WORD, 48).map((rest) => `sk-proj-${rest}`),
  google: chars(`${WORD}-_`, 35).map((rest) => `AIza${rest}`),
  discord: fc
    .tuple(chars(WORD, 26), chars(WORD, 6), chars(WORD, 38))
    .map((parts) => parts.join('.')),
  telegram: chars(`${WORD}_-`, 35).map((rest) => `123456789:${rest}`),
  macaroon: chars(`${WORD}+/`, 60).map((rest) => `fm2_${rest}`),
  jwt: fc
    .tuple(chars(WORD, 30), chars(WORD, 40), chars(WORD, 43))
    .map(([a, b, c]) => `eyJ${a}.${b}.${c}`),
  gateway: chars(HEX, 64).filter((hex) => /[a-f]/.test(hex)),
  github: chars(WORD, 36).map((rest) => `ghp_${rest}`),
}
const AROUND: ReadonlyArray<(value: string) => string> = [
  (value) => value,
  (value) => `token is ${value} now`,
  (value) => `{"token":"${value}"}`,
  (value) => `Authorization: Bearer ${value}`,
  (value) => `OPENCLAW_GATEWAY_TOKEN=${value}`,
  (value) => `(${value})`,
]

for (const [name, shape] of Object.entries(SHAPES))
  test(`a ${name} token never leaves, wherever it stands`, () => {
    fc.assert(
      fc.property(shape, fc.constantFrom(...AROUND), (value, around) => {
        const redaction = plain()
        const left = redaction.apply(around(value))
        assert.ok(!left.includes(value), left)
        assert.match(left, /\[secret\]/)
        assert.equal(redaction.hits(), 1)
      }),
    )
  })

const HARMLESS = [
  '[gateway] http server listening (14 plugins: anthropic, browser; 0.0s)',
  'image registry-1.docker.io/x@sha256:0f9c0d6d0e6ca3f9e6a5c7e2c9e1f0a7b8c9d0e1f2a3b4c5d6e7f8091a2b3c4d',
  'seeded gateway.controlUi.allowedOrigins ["http://localhost:3000"]',
  'Health check servicecheck-00-http-3000 on port 3000 has failed',
  'token rejected: mismatch',
  'a token is needed; see OPENCLAW_GATEWAY_TOKEN',
  '2026-11-22T19:06:24.460+00:00 [gateway] ready',
]

test('ordinary lines stay as they are', () => {
  for (const message of HARMLESS) {
    const redaction = plain()
    assert.equal(redaction.apply(message), message)
    assert.equal(redaction.hits(), 0)
  }
})

test('a value is recognised by its digest alone, and the store holds nothing else of it', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = {
    digest: (value: string) =>
      createHmac('sha256', 'key').update(value).digest('base64url').slice(0, 22),
  }
  const value = 'correct-horse_battery.staple'
  await rememberSecret({ store, sealer, now: clock.now() }, 'my-openclaw', value)
  assert.doesNotMatch(JSON.stringify(await store.list('known-secret')), /horse/)
  const redaction = await loadRedaction({ store, sealer }, 'my-openclaw')
  for (const message of [
    value,
    `x ${value}, y`,
    `PASS=${value}`,
    `"${value}"`,
    `https://h/?p=${value}&q=1`,
  ])
    assert.doesNotMatch(redaction.apply(message), /horse/, message)
  assert.equal(redaction.hits(), 5)
  const other = await loadRedaction({ store, sealer }, 'other-app')
  assert.equal(other.apply(value), value)
})

test('patterns of the installation count too, and one that finds everything is none', () => {
  const pattern = readPattern(String.raw`\bcust-\d+\b`)
  assert.ok(pattern)
  const redaction = createRedaction({ isKnown: () => false, patterns: [pattern] })
  assert.equal(redaction.apply('of cust-1234 here'), 'of [secret] here')
  assert.equal(redaction.hits(), 1)
  for (const bad of ['(', '(?=x)', 'x*', '', 'a'.repeat(501)])
    assert.equal(readPattern(bad), undefined)
})

test('a value is known however it is written: as it is, in a URL, in base64', async () => {
  const clock = createTestClock()
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 4, maxLength: 24 }), async (around) => {
      const store = createMemoryStore(clock)
      const value = `pa${around.replaceAll(/\s/g, '')}55 word&long/enough`
      await rememberSecret({ store, sealer: SEALER, now: 0 }, 'a', value)
      const redaction = await loadRedaction({ store, sealer: SEALER }, 'a')
      const base64 = Buffer.from(value)
      for (const form of [
        encodeURIComponent(value.toWellFormed()),
        base64.toString('base64'),
        base64.toString('base64url'),
      ])
        assert.ok(!redaction.apply(`sent x=${form} off`).includes(form.slice(-20)), form)
      assert.ok(!redaction.apply(`it is ${value}.`).includes('long/enough'))
    }),
  )
})

test('whatever is set through Fly is known from before it is sent', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  let knownWhenSent: string | undefined
  const fly = remembering(
    scriptedFly({
      setSecrets: async () => {
        const redaction = await loadRedaction({ store, sealer: SEALER }, 'a')
        knownWhenSent = redaction.apply('it says swordfish-of-1812')
        return { version: 1 }
      },
    }),
    { store, sealer: SEALER, clock },
  )
  const bound = fly.with(new AbortController().signal)
  await bound.setSecrets('a', { PASSWORD: 'swordfish-of-1812', GONE: null })
  assert.equal(knownWhenSent, 'it says [secret]')
})

const SEALER = {
  digest: (value: string) =>
    createHmac('sha256', 'key').update(value).digest('base64url').slice(0, 22),
}
