import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { OpsError } from '../../src/core/errors.ts'
import { cursorAt } from '../../src/core/fly.ts'
import { readEvents } from '../../src/fly/parse-event.ts'
import { readMachine } from '../../src/fly/parse-machine.ts'
import { timeMs } from '../../src/fly/schema.ts'
import { failure, startBench } from './client.ts'
import type { Bench } from './client.ts'
import { EVERY_CALL } from './every-call.ts'
import { runs } from '../helpers/runs.ts'

describe('Fly client: lenient reading', () => {
  let bench: Bench
  before(async () => {
    bench = await startBench()
  })
  after(() => bench.close())

  test('a cursor keeps all its digits, however it is sent', async () => {
    const trap = JSON.stringify('"next_token":1}')
    const tokens = ['"1780608305000000001"', '1780608305000000001', '""', 'null']
    const cursors = []
    for (const token of tokens) {
      const data = `[{"attributes":{"message":${trap}}}]`
      bench.server.answer = () => ({ body: `{"data":${data},"meta":{"next_token":${token}}}` })
      cursors.push((await bench.fly.logs('a', { cursor: 'before' })).cursor)
    }
    const exact = '1780608305000000001'
    assert.deepEqual(cursors, [exact, exact, 'before', 'before'])
    assert.equal(cursorAt(1780608305000.7), '1780608305000000000')
  })

  test('a list that Go sends as null is empty; one that is not there is not known to be', async () => {
    const methods = ['addresses', 'secrets', 'releases', 'tokenScopes', 'regions'] as const
    for (const name of methods) {
      const key = {
        addresses: 'ips',
        tokenScopes: 'tokens',
        secrets: name,
        releases: name,
        regions: 'Regions',
      }[name]
      bench.server.answer = () => ({ body: { [key]: null } })
      assert.deepEqual(await EVERY_CALL[name](bench.fly), [])
      for (const body of [{}, { [key]: {} }, { [key]: [7] }, []]) {
        bench.server.answer = () => ({ body })
        assert.equal((await failure(EVERY_CALL[name](bench.fly))).code, 'server')
      }
    }
  })

  test('what is on its way out is no volume', async () => {
    const states = ['created', 'scheduling_destroy', 'pending_destroy', 'destroyed', 'hydrating']
    bench.server.answer = () => ({ body: states.map((state) => ({ id: state, state })) })
    const found = await bench.fly.volumes('a')
    assert.deepEqual(
      found.map(({ state }) => state),
      ['created', 'hydrating'],
    )
  })

  test('an unreachable machine has no config, and none is made up', () => {
    const machine = readMachine({
      id: 'm1',
      host_status: 'unreachable',
      config: null,
      incomplete_config: { image: 'x', guest: { cpus: 1, memory_mb: 256 } },
    })
    assert.deepEqual([machine?.config, machine?.guest, machine?.image], [null, null, null])
    assert.equal(readMachine({ id: 'm1' })?.hostStatus, 'unknown')
  })

  test('the monitor wins, and compatibility checks are dropped', () => {
    const request = {
      exit_event: { exit_code: 1 },
      MonitorEvent: { exit_event: { exit_code: 0, guest_exit_code: 78 } },
      restart_count: 3,
    }
    const events = [{ type: 'exit', timestamp: 1_790_000_000_000, request }]
    const checks = [{ name: 'bg_deployments_compat_x' }, { name: 'http' }]
    const machine = readMachine({ id: 'm', version: 'new', instance_id: 'old', events, checks })
    assert.deepEqual(
      [machine?.events[0]?.exit?.code, machine?.events[0]?.exit?.restartCount],
      [78, 3],
    )
    assert.deepEqual(machine?.checks, [{ name: 'http', status: 'unknown', output: '' }])
    assert.equal(machine?.version, 'new')
  })

  test('addresses tell what they are even without a type', async () => {
    const ips = [
      { ip: '1.2.3.4' },
      { ip: '1.2.3.4', shared: true },
      { ip: '2a09::1' },
      { ip: 'fdaa:0:1::2', type: 'v6', network: { name: 'other' } },
      { ip: '1.2.3.4', egress: true },
      { ip: '2a09::1', egress: true },
      { ip: '2a09::1', type: 'something_new' },
      { ip: '2a09::1', type: 'private_v6' },
      { ip: '1.2.3.4', type: 'egress_pair' },
    ]
    bench.server.answer = () => ({ body: { ips } })
    const found = await bench.fly.addresses('a')
    const types = [
      'v4',
      'shared_v4',
      'v6',
      'private_v6',
      'egress_v4',
      'egress_v6',
      'v6',
      'v6',
      'egress_pair',
    ]
    assert.deepEqual(
      found.map(({ type }) => type),
      types,
    )
    assert.equal(found[3]?.network, 'other')
  })

  test('times are read in every form', () => {
    const at = Date.parse('2026-10-01T00:00:00Z')
    const forms = ['2026-10-01T00:00:00Z', at, at / 1000, '', 'x', null, 0, NaN]
    assert.deepEqual(forms.map(timeMs), [at, at, at, null, null, null, null, null])
  })

  // Bodies that look right at first: the known names with anything in them.
  const NAMES =
    'id name state config guest events request exit_event MonitorEvent checks image_ref ips ip Regions regions data meta next_token attributes result resultType metric values value secrets tokens releases version nonce expires_at volume user_config listen_sockets __proto__ toString'
  const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    leaf: fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    tree: fc.oneof(
      { depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...NAMES.split(' ')), tie('tree'), { maxKeys: 6 }),
    ),
  }))

  test('no answer makes a method fail in any other way than it should', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(tree, fc.jsonValue()), async (body) => {
        bench.server.answer = () => ({ body: JSON.stringify(body) ?? '' })
        const outcomes = await Promise.allSettled(
          Object.values(EVERY_CALL).map((call) => call(bench.fly)),
        )
        for (const outcome of outcomes) {
          if (outcome.status === 'fulfilled') continue
          assert.ok(outcome.reason instanceof OpsError, String(outcome.reason))
          assert.ok(['server', 'ambiguous'].includes(outcome.reason.code), outcome.reason.code)
        }
      }),
      { numRuns: runs(40) },
    )
  })

  test('reading a machine never throws', () => {
    fc.assert(
      fc.property(fc.oneof(tree, fc.anything()), (value) => {
        readMachine(value)
        readEvents(value)
      }),
      { numRuns: runs(1000) },
    )
  })
})
