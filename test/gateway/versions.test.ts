import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareVersions, factOf, isSince } from '../../src/gateway/versions.ts'
import type { VersionFacts } from '../../src/gateway/versions.ts'
import { RECORDED } from '../fakes/gateway/behaviour.ts'

const version = fc
  .tuple(
    fc.integer({ min: 2025, max: 2030 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
    fc.constantFrom('', '-beta.2', '-beta.10', '-rc1', '-r20260820', '-1', '-2'),
  )
  .map(([year, month, day, suffix]) => `${year}.${month}.${day}${suffix}`)

test('versions order by number, betas before their release, rebuilds after it', () => {
  const sorted = ['2026.1.29', '2026.3.13', '2026.10.1-beta.2', '2026.10.1-beta.10', '2026.10.1']
  const all = [...sorted, '2026.10.1-r20261001', '2026.10.2', '2027.1.1']
  for (const [i, a] of all.entries())
    for (const [j, b] of all.entries())
      assert.equal(compareVersions(a, b), Math.sign(i - j), `${a} ${b}`)
  assert.equal(compareVersions('v2026.8.1', '2026.8.1'), 0)
})

test('comparing is antisymmetric and transitive', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const ab = compareVersions(a, b) ?? Number.NaN
      assert.equal(ab + (compareVersions(b, a) ?? Number.NaN), 0)
      if (ab <= 0 && (compareVersions(b, c) ?? 1) <= 0) assert.ok((compareVersions(a, c) ?? 1) <= 0)
    }),
  )
})

test('what is no version compares with nothing and has no facts', () => {
  for (const text of ['', 'dev', '2026', '2026.8', '1.2.3', '2026.8.1 ', '2026.08.1x', 'latest']) {
    assert.equal(compareVersions(text, '2026.8.1'), null, text)
    assert.equal(factOf(text, 'startupJson'), null, text)
  }
  assert.equal(isSince(null, '2026.8.1'), null)
  fc.assert(fc.property(fc.string(), (text) => void factOf(text, 'locks')))
})

test('the facts are those of the recorded versions, as the stand-in tells them independently', () => {
  for (const one of RECORDED) {
    const expected: VersionFacts = {
      healthJson: one.json.healthz,
      readyJson: one.json.readyz,
      startupJson: one.json.startupz,
      uiConfig: one.uiConfig === 'html' ? 'page' : one.uiConfig,
      upLine: one.announce,
      locks: one.locks === 'tmp' ? 'temporary' : 'state',
      protocol: one.protocol,
      errorCodes: one.errorDetails,
      forwarded: one.forwarded,
      restartSignal:
        one.sigusr2 === 'restarts' ? 'SIGUSR2' : one.sigusr1 === 'restarts' ? 'SIGUSR1' : null,
      origins:
        one.origins === 'none' ? 'not_asked' : one.origins === 'required' ? 'refused' : 'seeded',
    }
    for (const [fact, value] of Object.entries(expected)) {
      const known = Object.keys(expected).find((key): key is keyof VersionFacts => key === fact)
      if (known !== undefined)
        assert.equal(factOf(one.version, known), value, `${one.version} ${fact}`)
    }
  }
})

test('between two recordings the answer is that nobody knows, and a rebuild is like its release', () => {
  assert.equal(factOf('2026.7.1', 'startupJson'), null)
  assert.equal(factOf('2026.2.10', 'healthJson'), null)
  assert.equal(factOf('2026.8.1', 'forwarded'), 'refused')
  assert.equal(factOf('2026.6.11-beta.1', 'startupJson'), false)
  assert.equal(factOf('2026.8.2-r20260902', 'startupJson'), true)
  assert.equal(factOf('2027.1.1', 'restartSignal'), 'SIGUSR2')
  assert.equal(factOf('2025.12.1', 'uiConfig'), 'page')
})
