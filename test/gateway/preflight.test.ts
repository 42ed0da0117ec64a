import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OpsError } from '../../src/core/errors.ts'
import type { Fly } from '../../src/core/fly.ts'
import { say } from '../../src/core/text.ts'
import { readPreflight } from '../../src/gateway/preflight.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { machineWith } from './exec.ts'
import { NONCE } from './outputs.ts'
import { recorded } from './recordings.ts'

const GUEST = { cpuKind: 'shared', cpus: 2, memoryMb: 2048 } as const
const machine = (memoryMb = 2048) => ({ ...machineWith({}), guest: { ...GUEST, memoryMb } })

const framed = (...lines: readonly string[]): string =>
  [`gateway-preflight ${NONCE}`, ...lines, `end ${NONCE} ${lines.length}`, ''].join('\n')
const answer = (exit: number, body: unknown): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return framed(`answer ${Buffer.from(text).toString('hex')} ${exit}`)
}
const refusal = (error: object) => answer(1, { ok: false, error })

const [, body = ''] = recorded('cli-rpc-restart-preflight.txt').split('--- stdout\n')
const SAFE = body.slice(0, body.indexOf('--- stderr'))
const busy = (counts: unknown) => answer(0, { safe: false, counts, summary: '@everyone' })

type Row = readonly [name: string, output: string, safe: boolean | null, detail: RegExp | null]
const TABLE: readonly Row[] = [
  ['as recorded', answer(0, SAFE), true, null],
  [
    'busy',
    busy({ embeddedRuns: 1, pendingReplies: 2, totalActive: 3 }),
    false,
    /: 1 agent run, 2 replies under way\.$/,
  ],
  ['busy with what nobody knows', busy({ dreams: 4 }), false, /it does not say what/],
  ['busy without figures', busy('<b>'), false, /it does not say what/],
  ['safe, but failed', answer(1, SAFE), null, /could not be read/],
  ['safe as a word', answer(0, { safe: 'true' }), null, /could not be read/],
  ['nothing', answer(0, ''), null, /could not be read/],
  ['cut short', answer(0, SAFE.slice(0, 30)), null, /could not be read/],
  ['words around it', answer(0, `Update available!\n${SAFE}`), null, /could not be read/],
  ['out of time', answer(124, ''), null, /did not say in time/],
  ['killed', answer(137, SAFE), null, /did not say in time/],
  [
    'an old version',
    refusal({ type: 'x', message: 'unknown method: gateway.restart.preflight' }),
    null,
    /This version/,
  ],
  [
    'an old version in plain words',
    answer(1, 'Gateway call failed: unknown method: x'),
    null,
    /This version/,
  ],
  [
    'a wrong token',
    refusal({ details: { code: 'AUTH_TOKEN_MISMATCH' } }),
    null,
    /refuses the machine's own token/,
  ],
  ['no token', refusal({ type: 'gateway_credentials_required' }), null, /own token/],
  ['unreachable', refusal({ type: 'gateway_transport_error' }), null, /did not say in time/],
  ['no process', framed('cannot owner'), null, /No gateway process/],
  ['no version', framed('cannot version'), null, /before 2026\.8\.2/],
  ['no memory', framed('cannot memory'), null, /too little free memory/],
  ['no command line', framed('cannot cli'), null, /not found in the machine/],
  ['no way to its user', framed('cannot user'), null, /act as the gateway's user/],
  ['a reason nobody knows', framed('cannot constructor'), null, /could not be read/],
  ['two lines', framed('cannot user', 'cannot cli'), null, /could not be read/],
  ['no lines', framed(), null, /could not be read/],
  ['of another run', answer(0, SAFE).replaceAll(NONCE, 'abc124'), null, /could not be read/],
  ['without its end', answer(0, SAFE).slice(0, -1), null, /could not be read/],
]

test('only the whole of a known answer says yes or no', () => {
  for (const [name, output, safe, detail] of TABLE) {
    const got = readPreflight(output, NONCE)
    assert.equal(got.safe, safe, name)
    if (detail === null) assert.equal(got.detail, null, name)
    else assert.match(say(got.detail ?? '', 'en'), detail, name)
    assert.doesNotMatch(say(got.detail ?? '', 'zh-TW'), /everyone|<b>|, /, name)
  }
})

test('no output makes it throw, and none but a framed yes is safe', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(...answer(0, SAFE).split('\n')))
  const output = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(fc.oneof(output, fc.string()), (text) => {
      const got = readPreflight(text, NONCE)
      assert.equal(got.safe === true, text === answer(0, SAFE))
      assert.equal(got.detail === null, got.safe === true)
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 255 }), (value, exit) => {
      assert.notEqual(readPreflight(answer(exit, { x: value }), NONCE).safe, true)
    }),
  )
})

test('a small, stopped or unreachable machine is not asked', async () => {
  const exec = async () => assert.fail('asked')
  const { preflight } = createGateway({ fly: { exec } })
  const rows = [
    machine(1024),
    machine(512),
    machineWith({}),
    machineWith(null),
    { ...machine(), state: 'stopped' },
  ]
  for (const one of rows) assert.equal((await preflight('app', one)).safe, null)
})

test('it is one bounded call, and a failure of it leaves the answer unknown', async () => {
  const seen: Array<{ command: readonly string[]; seconds: number }> = []
  const exec: Fly['exec'] = async (_app, _id, request) => {
    seen.push(request)
    throw new OpsError(seen.length === 1 ? 'ambiguous' : 'cancelled', 'it broke')
  }
  const { preflight } = createGateway({ fly: { exec } })
  assert.deepEqual(await preflight('app', machine()), { safe: null, detail: 'it broke' })
  await assert.rejects(preflight('app', machine()), /it broke/)
  assert.equal(seen[0]?.seconds, 15)
  assert.deepEqual(seen[0]?.command.slice(4, 6), ['/home/node/.openclaw', '3000'])
})
