import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseFrame } from '../../src/gateway/frame.ts'
import { NONCE, json, page, probeOutput, scriptOutput } from './outputs.ts'

const STARTED = { ok: true, status: 'started', version: '2026.9.6', uptimeMs: 1234 }
const GOOD = scriptOutput({ startupz: json(200, STARTED), readyz: json(200, { ready: true }) }, [
  'process 640 72170 100 1234.56 690000',
  'boot 3ced5393-0586-44c0-83cb-7eafd6184a61',
  'package 2026.9.6',
])

test('a whole output is taken apart', () => {
  const frame = parseFrame(GOOD, NONCE)
  assert.equal(frame?.client, 'curl')
  assert.deepEqual(frame.process, {
    pid: 640,
    startTicks: 72_170,
    ticksPerSecond: 100,
    machineUptimeSeconds: 1234.56,
    rssKb: 690_000,
  })
  assert.equal(frame.packageVersion, '2026.9.6')
  assert.equal(frame.http.startupz?.exit, 0)
})

const lines = GOOD.split('\n')
const without = (index: number) => lines.toSpliced(index, 1).join('\n')
const BROKEN: ReadonlyArray<readonly [name: string, output: string]> = [
  ['empty', ''],
  ['of another probe', GOOD.replaceAll(NONCE, 'abc124')],
  ['cut before its end', GOOD.slice(0, -1)],
  ['with words before', `Welcome!\n${GOOD}`],
  ['with words behind', `${GOOD}Bye\n`],
  ['without one line', without(2)],
  [
    'with a line twice',
    GOOD.replace('client curl\n', 'client curl\nclient curl\n').replace(/6\n$/, '7\n'),
  ],
  [
    'with a foreign line',
    GOOD.replace('client curl', 'client curl\nready true').replace(/6\n$/, '7\n'),
  ],
  ['with broken hex', GOOD.replace(/startupz 48/, 'startupz 4g')],
  ['with half a byte', GOOD.replace(/startupz 48/, 'startupz 4')],
  ['with a forged end inside', GOOD.replace('client curl', `client curl\nend ${NONCE} 1`)],
]

test('anything but the whole output is nothing, and the gateway is unknown', async () => {
  for (const [name, output] of BROKEN) {
    assert.equal(parseFrame(output, NONCE), null, name)
    assert.equal((await probeOutput(output)).ready, null, name)
  }
})

test('cut anywhere it is unknown, never ready', async () => {
  for (let end = 0; end < GOOD.length; end += 7)
    assert.equal((await probeOutput(GOOD.slice(0, end))).ready, null, String(end))
  assert.equal((await probeOutput(GOOD)).ready, true)
})

const line = fc.oneof(
  fc.string(),
  fc.constantFrom(...lines),
  fc.constantFrom(
    'client none',
    'http startupz  7',
    `http readyz ${Buffer.from(page()).toString('hex')} 0`,
  ),
)

test('no output makes it throw, and none without a well formed answer is ready', async () => {
  const some = fc.array(line, { maxLength: 12 }).map((all) => all.join('\n'))
  await fc.assert(
    fc.asyncProperty(fc.oneof(some, fc.string()), async (output) => {
      const report = await probeOutput(output)
      if (report.ready === true)
        assert.ok(output.includes(lines[2] ?? '?') || output.includes(lines[3] ?? '?'))
    }),
  )
})

test('a framed answer is ready only when it is the one word for word, whatever else it says', async () => {
  const status = fc.constantFrom(200, 200, 204, 301, 401, 403, 404, 429, 500, 503)
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({
      ok: fc.boolean(),
      status: fc.constantFrom('started', 'starting', 'live', 'draining'),
    }),
    fc.record({ ready: fc.oneof(fc.boolean(), fc.string()) }),
  )
  await fc.assert(
    fc.asyncProperty(status, body, async (code, value) => {
      const answer = json(code, { value }).replace(/\{"value":(.*)\}$/s, '$1')
      const text = answer.replace(
        /Content-Length: \d+/,
        `Content-Length: ${Buffer.byteLength(JSON.stringify(value))}`,
      )
      const report = await probeOutput(scriptOutput({ startupz: text }))
      const right = code === 200 && JSON.stringify(value).includes('"ok":true,"status":"started"')
      assert.equal(report.ready === true, right, text)
    }),
  )
})
