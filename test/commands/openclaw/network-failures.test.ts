import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene } from '../../helpers/mutation.ts'
import {
  machineOf,
  posts,
  press,
  routed,
  second,
  servicesOf,
  typesOf,
  words,
} from './network-world.ts'

test('an address that comes between question and answer makes a new question', async (t) => {
  const stage = await scene(t)
  await stage.run('network private')
  const from = stage.fly.calls.length
  stage.inside.ready = (_machine, probes) => {
    if (probes === 2) stage.fly.allocateIp('my-openclaw', 'v4', '149.248.1.9')
    return true
  }
  const { end, job } = await stage.run('network private', press)
  assert.ok(['failed', 'asked'].includes(job.state), job.state)
  assert.match(words(end), /in the meantime|Things have changed/)
  assert.deepEqual(posts(stage, from), [])
})

test('a public address that somebody adds while it runs is not called private', async (t) => {
  const stage = await scene(t)
  stage.inside.ready = ({ config }) => {
    const closed = (config['services'] as readonly unknown[]).length === 0
    if (closed && !typesOf(stage).includes('v4')) stage.fly.allocateIp('my-openclaw', 'v4')
    return true
  }
  const { end, job } = await stage.run('network private', press)
  assert.equal(job.state, 'failed')
  assert.match(words(end), /not private/)
  assert.deepEqual(typesOf(stage), ['private_v6', 'v4'])
  const again = await stage.run('network private', press)
  assert.equal(again.job.state, 'done')
  assert.deepEqual(typesOf(stage), ['private_v6'])
})

test('a gateway that does not come back has everything put back before an address is gone', async (t) => {
  const stage = await scene(t)
  const addresses = structuredClone(stage.fly.app('my-openclaw').addresses)
  stage.inside.ready = ({ config }) => (config['services'] as readonly unknown[]).length > 0
  const { end, job } = await stage.run('network private', press)
  assert.equal(job.state, 'failed')
  assert.match(words(end), /not ready again within 3 minutes.*as before/s)
  assert.deepEqual(stage.fly.app('my-openclaw').addresses, addresses)
  assert.ok(routed(stage))
  assert.equal(await stage.store.get('network', 'my-openclaw'), undefined)
})

test('a dedicated address goes last; when one after it fails, nothing is opened again', async (t) => {
  const stage = await scene(t)
  for (const ip of ['149.248.1.1', '149.248.1.2']) stage.fly.allocateIp('my-openclaw', 'v4', ip)
  const path = /ip_assignments\/149\.248\.1\.2$/
  stage.fault({ kind: 'answer', status: 403, body: { error: 'no' }, method: 'DELETE', path })
  const { asked: question, end, job } = await stage.run('network private', press)
  assert.match(words(question ?? assert.fail()), /149\.248\.1\.1 is a dedicated address/)
  assert.equal(job.state, 'failed')
  assert.match(words(end), /149\.248\.1\.1 is released and can't be got back.*state now/s)
  assert.ok(!routed(stage))
  const again = await stage.run('network private', press)
  assert.equal(again.job.state, 'done')
  assert.deepEqual(typesOf(stage), ['private_v6'])
})

test('a release that fails gives other addresses of the same type, and says so', async (t) => {
  const stage = await scene(t)
  const path = /ip_assignments\/2a09/
  stage.fault({ kind: 'answer', status: 403, body: { error: 'no' }, method: 'DELETE', path })
  const { end, job } = await stage.run('network private', press)
  assert.equal(job.state, 'failed')
  assert.match(words(end), /instead of the old address there is a new one: 66\./)
  assert.deepEqual(typesOf(stage), ['shared_v4', 'v6'])
  assert.ok(routed(stage))
})

test('a stopped machine is put back without being started', async (t) => {
  const stage = await scene(t)
  const id = await second(stage, 'stopped')
  stage.fault({
    kind: 'answer',
    status: 403,
    body: { error: 'no' },
    method: 'DELETE',
    path: /66\.241/,
  })
  const { job } = await stage.run('network private', press)
  assert.equal(job.state, 'failed')
  assert.equal(stage.fly.machine(id).state, 'stopped')
  assert.equal(servicesOf(stage.fly.machine(id)).length, 1)
})

test('an unreachable host is refused before anything', async (t) => {
  const stage = await scene(t)
  stage.fly.setHost(machineOf(stage).id, 'unreachable')
  const from = stage.fly.calls.length
  const { end, job } = await stage.run('network private')
  assert.equal(job.state, 'failed')
  assert.match(words(end), /host of .* is unreachable/)
  assert.deepEqual(posts(stage, from), [])
})

test('an end that could not be read back is not called done, until a later look sees it', async (t) => {
  const stage = await scene(t)
  const path = /ip_assignments$/
  const thereAndBack = async () => {
    for (const to of ['private', 'public']) await stage.run(`network ${to}`, press)
  }
  // Every second time Fly is asked as often.
  await thereAndBack()
  const { calls } = await stage.run('network private', press)
  const reads = calls.filter((call) => call.method === 'GET' && path.test(call.path)).length
  await stage.run('network public', press)
  await thereAndBack()
  stage.fault({ kind: 'answer', status: 500, method: 'GET', path, skip: reads - 1, times: 4 })
  const ran = await stage.run('network private', press)
  assert.match(words(ran.end), /could not be read back/)
  const later = await stage.look(ran)
  assert.match(words(later.end), /is private now/)
})
