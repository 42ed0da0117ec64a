import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cureOf, isMarked, marksOf } from '../../../src/core/logs/cures.ts'
import { atLeast, levelOf, type Line } from '../../../src/core/logs/entry.ts'
import { tidy } from '../../../src/core/logs/tidy.ts'
import { SIGNATURES } from '../../../src/core/signatures.ts'
import { loadCommands } from '../../../src/load-commands.ts'

test('colours, control characters and marks that turn text around are taken out, whatever the line is', () => {
  assert.equal(
    tidy('\u001b[31;1mred\u001b[0m\u0007\r \u202egnp.exe\u2066\tend \n'),
    'red gnp.exe\tend',
  )
  assert.equal(tidy('\ud800x'), '\ufffdx')
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  const bad = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (raw) => {
      const clean = tidy(raw)
      assert.ok(!bad.test(clean) && clean.isWellFormed())
      assert.equal(tidy(clean), clean)
    }),
  )
})

test('an endless line is cut and says how much is missing', () => {
  assert.equal(tidy('x'.repeat(2000)), 'x'.repeat(2000))
  assert.match(tidy('x'.repeat(5000)), /^x{2000}… \(\+3000\)$/)
})

test('how bad a line is: what Fly says of it, its own words, or what is known of it', () => {
  const cases = [
    ['error', 'anything', 'error'],
    ['warning', 'anything', 'warn'],
    ['info', 'hello', 'info'],
    ['info', 'TypeError: x is undefined', 'error'],
    ['info', '{"level":40,"msg":"x"}', 'warn'],
    ['info', 'DEBUG cache miss', 'debug'],
    ['info', 'gateway already running (pid 632); lock timeout after 5000ms', 'error'],
    ['', 'hello', 'info'],
  ] as const
  for (const [level, message, is] of cases) assert.equal(levelOf({ level }, message), is, message)
  assert.ok(atLeast('error', 'warn') && atLeast('warn', 'warn') && !atLeast('info', 'warn'))
})

const lineOf = (message: string, at = 0): Line => ({
  at,
  machine: 'm1',
  provider: 'app',
  level: 'info',
  message,
})

test('known lines are marked once each, the worst first, and every cure is a command that is there', async () => {
  const lock = 'gateway already running (pid 632); lock timeout after 5000ms'
  const ignored = 'SIGUSR1 restart ignored (not authorized; x)'
  assert.deepEqual([lock, ignored, '[gateway] ready', 'hello'].map(isMarked), [
    true,
    true,
    false,
    false,
  ])
  const marks = marksOf([[lineOf(lock, 1)], [lineOf(lock, 2)], [lineOf(ignored, 3)]])
  assert.deepEqual(
    marks.map(({ signature, count, lastAt }) => [signature.id.split('.')[0], count, lastAt]),
    [
      ['lock', 2, 2],
      ['gateway', 1, 3],
    ],
  )
  const registry = await loadCommands()
  for (const { id } of SIGNATURES) {
    const cure = cureOf(id)
    const command = cure && registry.get(`openclaw ${cure.command}`)?.command
    assert.ok(command, id)
    assert.ok(command.options.safeParse({ ...cure.input }).success, id)
  }
  assert.equal(cureOf('lock.anything')?.command, 'machine unlock')
  assert.deepEqual(cureOf('oom.v8'), { command: 'memory', input: { size: 'next' } })
})
