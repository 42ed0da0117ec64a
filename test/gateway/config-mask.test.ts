import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import JSON5 from 'json5'
import { maskConfig } from '../../src/gateway/config-mask.mjs'
import { json5Text, plainConfig, writeJson5 } from '../helpers/json5-text.ts'
import { runs } from '../helpers/runs.ts'

const SECRET = 'Zq'
/** Text that is found again however it was written, for every sign of it is rare. */
const secret = fc
  .array(fc.constantFrom(...Array.from('ŻŽżžŹźẐẑ')), { minLength: 4, maxLength: 12 })
  .map((signs) => SECRET + signs.join(''))
const KEYS =
  'token botToken bot_token apiKey API_KEY apikey clientSecret password passwd passphrase credentials privateKey signingSecret authorization cookie serviceAccount accessKeyId webhookToken pin jwt'.split(
    ' ',
  )

/** Somewhere in a config: below a secret's key, or below env and headers under any key. */
const planted = fc
  .tuple(
    plainConfig.filter((config) => !/[ŻŽżžŹźẐẑ]/.test(JSON.stringify(config))),
    secret,
    fc.constantFrom(...KEYS, 'env', 'headers'),
    fc.nat(3),
  )
  .map(([config, word, key, depth]) => {
    const value = key === 'env' || key === 'headers' ? { anything: [word, { x: word }] } : word
    const held = [
      { [key]: value },
      { a: { [key]: value } },
      { [key]: [value] },
      { [key]: { deep: value } },
    ]
    return { value: { ...config, planted: held[depth] }, word }
  })

const hides = (text: string, word: string): boolean => {
  const { masked } = maskConfig(text)
  return !Array.from(word.slice(SECRET.length)).some((sign) => masked.includes(sign))
}

test('what stands behind a secret key is never shown, however it is written, and the length stays', () => {
  fc.assert(
    fc.property(
      planted,
      fc.array(fc.nat(997), { minLength: 1, maxLength: 60 }),
      ({ value, word }, hand) => {
        const { text } = writeJson5(value, hand)
        const { masked, broken } = maskConfig(text)
        assert.equal(broken, null, text)
        assert.equal(masked.length, text.length)
        assert.ok(hides(text, word), masked)
        assert.ok(!JSON.stringify(JSON5.parse(masked)).includes(SECRET + word.slice(2)))
        assert.ok(!/\\u017[9abcde]|\\u1e9[01]/i.test(masked), 'an escape of it is left')
      },
    ),
    { numRuns: runs(500) },
  )
})

test('what is masked is still JSON5 with the same keys, and nothing else has changed', () => {
  fc.assert(
    fc.property(json5Text(), ({ text, value }) => {
      const { masked, regions, broken } = maskConfig(text)
      assert.equal(broken, null, text)
      assert.doesNotThrow(() => JSON5.parse(masked))
      let at = 0
      for (const [start, end] of regions) {
        assert.ok(at <= start && start < end)
        assert.equal(masked.slice(at, start), text.slice(at, start))
        at = end
      }
      assert.equal(masked.slice(at), text.slice(at))
      assert.deepEqual(Object.keys(value as object).length, Object.keys(JSON5.parse(masked)).length)
    }),
    { numRuns: runs(500) },
  )
})

test('it takes for JSON5 what the gateway takes for it', () => {
  fc.assert(
    fc.property(
      json5Text(),
      fc.nat(),
      fc.constantFrom('', '"', "'", '{', '}', ',', ':', '\n', '/*', '//', '\\'),
      ({ text }, n, sign) => {
        const at = n % (text.length + 1)
        const spoiled = text.slice(0, at) + sign + text.slice(at + 1)
        let good = true
        try {
          JSON5.parse(spoiled)
        } catch {
          good = false
        }
        assert.equal(maskConfig(spoiled).broken === null, good, JSON.stringify(spoiled))
      },
    ),
    { numRuns: runs(1500) },
  )
})

test('of a spoiled file no secret is shown either', () => {
  fc.assert(
    fc.property(
      planted,
      fc.array(fc.nat(997), { minLength: 1, maxLength: 60 }),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.constantFrom('', '"', "'", '{', '}', ',', ':', ' ', '\n', '/*', '*/', '//'),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      ({ value, word }, hand, spoils) => {
        let { text } = writeJson5(value, hand)
        for (const [n, sign] of spoils) {
          const at = n % (text.length + 1)
          text = text.slice(0, at) + sign + text.slice(at + 1)
        }
        const { masked, broken } = maskConfig(text)
        assert.equal(masked.length, text.length)
        if (broken === null) return
        assert.ok(hides(text, word), `${JSON.stringify(text)} => ${masked}`)
      },
    ),
    { numRuns: runs(1500) },
  )
})

test('any text at all is masked to one of its length, without a throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      assert.equal(maskConfig(text).masked.length, text.length)
    }),
    { numRuns: runs(500) },
  )
  const deep = '['.repeat(30_000)
  assert.equal(maskConfig(deep).masked, deep)
})

test('what looks like a token is masked wherever it stands', () => {
  const looks = [
    'sk-ant-api03-abcdefgh1234',
    'ghp_abcdefghijklmnop1234',
    '123456789:AAEhBOweik6ad9rwaddsfABCdef-12345678',
    ['MTQ0NTU1NTU1NTU1NTU1NTU1', 'GhIjKl', 'abcdefghijklmnopqrstuvwxyz0123456789AB'].join('.'),
    'https://user:pass@example.com/x',
    'https://example.com/?token=abc',
    'Bearer abcdefgh',
    '5f1d2c3b4a5968778695a4b3c2d1e0f0',
    'https://discord.com/api/webhooks/123456789/abcdefghijkl',
  ]
  for (const word of looks) {
    for (const text of [
      `{ note: "${word}" }`,
      `{ list: ['${word}'] }`,
      `{ a: 1 } // ${word}`,
      `/* see ${word} */ {}`,
    ])
      assert.ok(!maskConfig(text).masked.includes(word.slice(-6)), text)
  }
})

test('comments that hold a line taken out are masked from there', () => {
  const cases = [
    '// token: "abc"\n{}',
    '// "password" = abc\n{}',
    '/* gateway: { auth: { token: "abc" } } */ {}',
    '// token:\n// "abc"\n{}',
    '{ a: 1, /* apiKey:\n abc */ }',
  ]
  for (const text of cases) assert.doesNotMatch(maskConfig(text).masked, /abc/, text)
})

test('what is no secret stays readable', () => {
  const text = `{
  // the token comes from the environment
  gateway: { mode: 'local', auth: { mode: 'token', token: '\${OPENCLAW_GATEWAY_TOKEN}' }, port: 3000 },
  agents: { defaults: { model: { primary: 'anthropic/claude-opus-4-6' }, maxTokens: 4096 } },
  channels: { discord: { guilds: { '123456789012345678': { requireMention: false } } } },
  models: { x: { apiKey: { source: 'env', provider: 'default', id: 'OPENAI_API_KEY' } } },
  auth: { profiles: { 'anthropic:default': { mode: 'token', provider: 'anthropic' } } },
}`
  assert.deepEqual(maskConfig(text), { masked: text, regions: [], broken: null })
})
