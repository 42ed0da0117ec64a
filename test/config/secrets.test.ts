import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblems } from '../../src/config/problem.ts'
import { variables } from '../../src/config/schema.ts'
import { runs } from '../helpers/runs.ts'

const SECRETS = variables.filter(([, { secret }]) => secret).map(([name]) => name)

const core = fc.stringMatching(/^[a-zA-Z0-9]{16,24}$/)
const junk = fc.string({
  unit: fc.constantFrom(...Array.from(' "\'`,:;@/?#%=\\{}é\n-_.0aZ')),
  maxLength: 6,
})

/** A value with something in it that is found again wherever it turns up. */
const value = fc
  .tuple(
    core,
    junk,
    junk,
    fc.constantFrom(
      (it: string) => it,
      (it: string) => `redis://user:${it}@host:6379/0`,
      (it: string) => `redis://:${it}`,
      (it: string) => `sentry:${it},pagerduty:${it}`,
      (it: string) => `12345:${it}`,
      (it: string) => `FlyV1 fm2_${it}`,
    ),
  )
  .map(([it, before, after, shape]) => ({ it, text: shape(before + it + after) }))

const other = fc.record(
  {
    OPS_APPS: fc.constantFrom('my-openclaw', 'Bad App', ''),
    OPS_OWNERS: fc.constantFrom('discord:12345', 'bob'),
    OPS_ROLE: fc.constantFrom('all', 'bot', 'worker', 'boss'),
    OPS_PUBLIC_URL: fc.constantFrom('https://x.test', 'x'),
    OPS_TYPO: fc.constant('1'),
  },
  { requiredKeys: [] },
)

test('no value of a secret variable is in a problem, or in any print of what was loaded', () => {
  const secrets = fc.record(Object.fromEntries(SECRETS.map((name) => [name, value])), {
    requiredKeys: [],
  })
  fc.assert(
    fc.property(secrets, other, (hidden, shown) => {
      const given = Object.entries(hidden).map(([name, hit]) => [name, hit?.text] as const)
      const loaded = loadConfig({ ...shown, ...Object.fromEntries(given) })
      const prints = [
        inspect(loaded, { depth: null, showHidden: true, getters: true }),
        JSON.stringify(loaded),
        ...(loaded.ok
          ? []
          : [formatProblems(loaded.problems), formatProblems(loaded.problems, 'zh-TW')]),
      ]
      for (const hit of Object.values(hidden))
        for (const print of prints) assert.ok(hit && !print.includes(hit.it), print)
    }),
    { numRuns: runs(500) },
  )
})

test('what looks like a token in the wrong variable is not repeated', () => {
  const token = '123456789:AAEabcdefghijklmnopqrstuvwxyz012345'
  const wrong = ['OPS_ROLE', 'OPS_APPS', 'OPS_OWNERS', 'PORT', 'LOG_LEVEL', 'OPS_PUBLIC_URL']
  const loaded = loadConfig(Object.fromEntries(wrong.map((name) => [name, token])))
  assert.ok(!loaded.ok)
  assert.ok(!formatProblems(loaded.problems).includes('AAE'))
})

test('every secret that was set is named for the log to leave out, in its parts', () => {
  const loaded = loadConfig({
    OPS_ROLE: 'bot',
    FLY_API_TOKEN: 'FlyV1 fm2_first,fm2_second',
    REDIS_URL: 'rediss://default:p%40ss@h:1',
    OPS_HOOK_KEYS: 'sentry:hook-key',
  })
  const values = loaded.secrets.map((secret) => secret.reveal())
  for (const part of ['fm2_first', 'fm2_second', 'p@ss', 'rediss://default:p%40ss@h:1', 'hook-key'])
    assert.ok(values.includes(part), part)
})
