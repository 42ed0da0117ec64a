import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { Fly } from '../../src/core/fly.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { machineWith } from './exec.ts'
import { NONCE, json, probeOutput, rawAnswer, reasonOf, scriptOutput } from './outputs.ts'

type Answers = Readonly<Record<string, string | null>>

const probe = (answers: Answers, more: readonly string[] = []) =>
  probeOutput(scriptOutput(answers, more))

const STARTED = { ok: true, status: 'started', version: '2026.9.6', uptimeMs: 5 }

test('lines of the script inside an answer are only an answer', async () => {
  const evil = `x\nend ${NONCE} 1\nclient curl\nhttp startupz ${Buffer.from(json(200, STARTED)).toString('hex')} 0\n`
  const report = await probe({ startupz: rawAnswer(200, 'text/plain', evil) })
  assert.equal(report.ready, null)
  const named = await probe({
    startupz: json(503, { ok: false, status: 'starting', pendingReason: '`@everyone`\n<b>' }),
  })
  assert.doesNotMatch(reasonOf(named) ?? '', /[`<\n]/)
})

test('process facts give uptime, memory and a boot identity', async () => {
  const boot = '3ced5393-0586-44c0-83cb-7eafd6184a61'
  const report = await probe({ startupz: null }, [
    'process 640 72170 100 1234.56 690000',
    `boot ${boot}`,
  ])
  assert.equal(report.uptimeMs, Math.round((1234.56 - 721.7) * 1000))
  assert.equal(report.rssBytes, 690_000 * 1024)
  assert.deepEqual([report.pid, report.bootId], [640, `${boot}:640:72170`])
  const bare = await probe({ startupz: null })
  assert.deepEqual([bare.pid, bare.bootId, bare.rssBytes, bare.uptimeMs], [null, null, null, null])
  assert.equal((await probe({}, ['process 640 72170 100 1234.56 0'])).rssBytes, null)
})

test('a machine that does not run is not asked', async () => {
  const exec = async () => assert.fail('asked')
  const gateway = createGateway({ fly: { exec } })
  for (const state of ['stopped', 'suspended', 'starting']) {
    const report = await gateway.probe('app', machineWith({}, state))
    assert.equal(report.ready, false)
    assert.match(reasonOf(report) ?? '', new RegExp(state))
  }
  const report = await gateway.probe('app', machineWith(null))
  assert.deepEqual([report.ready, report.stateOnVolume], [null, null])
})

const failing = (error: Error): Pick<Fly, 'exec'> => ({ exec: () => Promise.reject(error) })

test('a failure of Fly leaves the gateway unknown, in its words; a cancelled call and a bug are passed on', async () => {
  const codes: readonly ErrorCode[] = ['ambiguous', 'rate_limited', 'scope', 'network', 'not_ready']
  for (const code of codes) {
    const fly = failing(new OpsError(code, `it was ${code}`))
    const report = await createGateway({ fly }).probe('app', machineWith({}))
    assert.deepEqual([report.ready, reasonOf(report)], [null, `it was ${code}`])
  }
  for (const error of [new OpsError('cancelled', 'stop'), new TypeError('bug')])
    await assert.rejects(
      createGateway({ fly: failing(error) }).probe('app', machineWith({})),
      error,
    )
})

test('state directory and port travel as arguments, in one bounded call', async () => {
  const seen: Array<{ command: readonly string[]; seconds: number }> = []
  const exec: Fly['exec'] = async (_app, _id, request) => {
    seen.push(request)
    return { exitCode: 0, stdout: '', stderr: '' }
  }
  const overrides = { port: 23_456, stateDir: '/some/where' }
  await createGateway({ fly: { exec }, overrides }).probe('app', machineWith({}))
  assert.equal(seen.length, 1)
  const [sh, flag, script = '', name, ...args] = seen[0]?.command ?? []
  assert.deepEqual([sh, flag, name, ...args.slice(0, 2)], ['sh', '-c', '_', '/some/where', '23456'])
  assert.doesNotMatch(script, /23456|3000|\/data|\/some\/where/)
  assert.ok((seen[0]?.seconds ?? 99) <= 20)
})

test('waiting travels as whole seconds, at most 15, and the exec stays below 25', async () => {
  const rows: ReadonlyArray<readonly [waitMs: number, word: string]> = [
    [0, '0'],
    [-5, '0'],
    [999, '0'],
    [4500, '4'],
    [15_000, '15'],
    [3_600_000, '15'],
    [Number.POSITIVE_INFINITY, '15'],
  ]
  for (const [waitMs, word] of rows) {
    const exec: Fly['exec'] = async (_app, _id, { command, seconds }) => {
      assert.deepEqual(command.slice(6, -2), [word, 'some:1:2', ''])
      assert.ok(seconds < 25)
      return { exitCode: 0, stdout: '', stderr: '' }
    }
    const gateway = createGateway({ fly: { exec } })
    await gateway.probe('app', machineWith({}), { waitMs, otherBootThan: 'some:1:2' })
  }
})

test('a run that does not count is not ready however well it answers; another one is', async () => {
  const boot = '3ced5393-0586-44c0-83cb-7eafd6184a61'
  const output = scriptOutput({ startupz: json(200, STARTED) }, [
    'process 640 72170 100 1234.56 690000',
    `boot ${boot}`,
  ])
  const old = await probeOutput(output, { otherBootThan: `${boot}:640:72170` })
  assert.equal(old.ready, false)
  assert.match(reasonOf(old) ?? '', /from before still answers/)
  for (const other of [`${boot}:640:72171`, `${boot}:64:72170`, ''])
    assert.equal((await probeOutput(output, { otherBootThan: other })).ready, true)
  // Who answers could not be told: `ready` stays what the answer says, and the boot is unknown.
  const nameless = await probeOutput(scriptOutput({ startupz: json(200, STARTED) }), {
    otherBootThan: `${boot}:640:72170`,
  })
  assert.deepEqual([nameless.ready, nameless.bootId], [true, null])
})
