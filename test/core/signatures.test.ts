import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { say } from '../../src/core/text.ts'
import { SIGNATURES, cleanLine, matchLine } from '../../src/core/signatures.ts'
import { loggedLines, recordedFiles } from '../gateway/recordings.ts'

/** Signatures nobody could record; their lines are from the program's documents and from issues. */
const READ: Readonly<Record<string, string>> = {
  'auth.mode_conflict': 'auth mode is trusted-proxy, but a shared token is also configured',
  'crashloop.channel_suppressed': '[discord] channel autostart suppressed by crash-loop breaker',
  'oom.kernel': '[  12.3] Out of memory: Killed process 640 (openclaw-gatewa) total-vm:21',
  'fly.not_listening': 'The app is not listening on the expected address and will not be reachable',
  'fly.health_failed': "Health check 'servicecheck-00-http-3000' on port 3000 has failed.",
}
const HEALTHY = [
  '01-first-start.log',
  '40-old-2026.1.29-start.log',
  '40-old-2026.6.11-start.log',
  '40-old-2026.8.2-start.log',
]
const LOGS = recordedFiles('.log')
const ids = (line: string) => matchLine(line).map(({ signature }) => signature.id)

test('every signature matches a recorded line, or the line it was read in', () => {
  const seen = new Set(LOGS.flatMap((name) => loggedLines(name).flatMap(ids)))
  for (const { id } of SIGNATURES) {
    const line = READ[id]
    if (line === undefined) assert.ok(seen.has(id), `${id} matches nothing recorded`)
    else assert.ok(ids(line).includes(id), id)
  }
})

test('nothing critical or erroneous is seen in the log of a healthy gateway', () => {
  for (const name of HEALTHY) {
    const bad = loggedLines(name)
      .flatMap(matchLine)
      .filter(
        ({ signature }) => signature.severity === 'critical' || signature.severity === 'error',
      )
    assert.deepEqual(bad, [], name)
  }
})

const STARTS: ReadonlyArray<readonly [log: string, ids: readonly string[]]> = [
  [
    '01-first-start.log',
    ['gateway.http_listening', 'gateway.ready', 'gateway.stopping', 'gateway.stopped_cleanly'],
  ],
  ['03-second-start-same-port.log', ['lock.lifecycle_owned', 'start.failed', 'start.migration']],
  ['09-start-unknown-key.log', ['config.invalid']],
  ['10-lan-no-token.log', ['auth.no_token']],
  ['12-undefined-token.log', ['auth.placeholder_token']],
  ['14-no-allow-unconfigured.log', ['config.missing']],
  ['18-leftover-lock-pid-reused.log', ['crashloop.tripped']],
  ['20-lock-live-gateway-like-pid.log', ['lock.state_owned']],
  ['22-lock-live-pid-wrong-starttime.log', ['crashloop.recovered', 'restart.storm']],
  ['23-eaddrinuse-other-process.log', ['port.in_use']],
  ['24-oom-heap-128.log', ['oom.heap', 'oom.stack']],
  ['40-old-2026.3.13-start.log', ['ui.origins_required']],
  ['41-old-2026.1.29-second.log', ['lock.already_running']],
  ['45-nonroot-unreadable-config.log', ['config.unreadable']],
  ['50-volume-full.log', ['state.full']],
  ['51-old-2026.1.29-seed-config-discord-fake.log', ['channel.exited']],
]

test('recorded faults are recognised for what they were', () => {
  for (const [log, expected] of STARTS) {
    const found = new Set(loggedLines(log).flatMap(ids))
    for (const id of expected)
      assert.ok(found.has(id), `${log} has no ${id}: ${[...found].join(' ')}`)
  }
})

test('values are given by name', () => {
  const [first] = matchLine(
    '2026-11-22T13:41:39.183Z [gateway] listening on ws://0.0.0.0:3000 (PID 24464)',
  )
  assert.deepEqual(first?.values, { url: 'ws://0.0.0.0:3000', pid: '24464' })
})

test('colours and the prefix of fly logs do not hide a line', () => {
  const line =
    '2026-11-22T13:16:24Z app[148ed127b32d89] fra [info]\u001b[32m2026-11-22T13:16:24.607+00:00 [gateway] ready\u001b[0m'
  assert.deepEqual(ids(line), ['gateway.ready'])
  assert.equal(cleanLine('[gateway] ready  \r'), '[gateway] ready')
})

test('ids are unique, sentences exist in both languages, and no line makes it throw', () => {
  assert.equal(new Set(SIGNATURES.map(({ id }) => id)).size, SIGNATURES.length)
  for (const { meaning } of SIGNATURES) {
    assert.match(say(meaning, 'en'), /^[A-Z].*\.$/)
    assert.match(say(meaning, 'zh-TW'), /\p{Script=Han}.*。$/u)
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (line) => void matchLine(line)),
  )
})
