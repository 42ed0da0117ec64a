import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { guestOf } from '../../../src/core/machine-config.ts'
import { overrideOf } from '../../../src/core/overrides.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import type { Locale } from '../../../src/core/text.ts'
import { type Scene, scene, wordsOf } from '../../helpers/mutation.ts'

const said = (reply: SaidReply | undefined): string => {
  assert.ok(reply, 'nothing was said')
  return wordsOf(reply).join('\n')
}
const sizeOf = ({ deployed }: Scene) => guestOf(deployed.machine.config)
/** Ids differ from run to run with what ran before. */
const golden = (t: TestContext, replies: ReadonlyArray<SaidReply | undefined>, id: string): void =>
  t.assert.snapshot(
    replies
      .map((reply) => (reply === undefined ? '' : renderConsole(reply)))
      .join('\n\n')
      .replaceAll(id, '<machine>')
      .replaceAll(/J-[0-9A-Z]{6}(?: · \d+ s)?/g, '<job>'),
    { serializers: [(value: string) => value] },
  )

for (const locale of ['en', 'zh-TW'] satisfies readonly Locale[]) {
  test(`in ${locale}: the sizes, the plan, progress, the answer and what is added to it`, async (t) => {
    const world = await scene(t)
    const shown = await world.run('memory', { locale })
    const ran = await world.run('memory size=8gb', { press: true, locale })
    let after = await world.look(ran)
    while (after.job.follow !== undefined) after = await world.look(after)
    const progress = ran.said.find(({ blocks }) => blocks.some(({ type }) => type === 'progress'))
    const all = [shown.end, ran.asked, progress, ran.end, after.end]
    golden(t, all, world.deployed.machine.id)
    assert.deepEqual(sizeOf(world), { cpuKind: 'shared', cpus: 4, memoryMb: 8192 })
  })

  test(`in ${locale}: failures`, async (t) => {
    const world = await scene(t)
    world.fly.setCapacity('iad', { memoryMb: 512, stopsMachine: true })
    const refused = await world.run('memory size=4gb', { press: true, locale })
    const bad = await world.run('memory size=3000', { locale })
    const same = await world.run('memory size=2gb heap=keep', { locale })
    const heap = await world.run('memory heap=4000', { locale })
    const all = [refused.asked, refused.end, bad.end, same.end, heap.end]
    golden(t, all, world.deployed.machine.id)
  })
}

test('looking changes nothing and asks Fly once', async (t) => {
  const world = await scene(t)
  const { calls, asked, job } = await world.run('memory')
  assert.equal(asked, undefined)
  assert.equal(job.state, 'done')
  assert.deepEqual(
    calls.map(({ method }) => method),
    ['GET'],
  )
})

test('a change takes at most 16 calls, plan and proof included', async (t) => {
  const world = await scene(t)
  const { calls } = await world.run('memory size=4gb', { press: true })
  assert.ok(calls.length <= 16, String(calls.length))
})

test('no room and no quota: Fly’s words, and the old size runs', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  world.fly.setCapacity('iad', { memoryMb: 512, stopsMachine: true })
  const full = await world.run('memory size=4gb', { press: true })
  assert.match(said(full.asked), /no room for it in iad/)
  assert.match(
    said(full.end),
    /insufficient memory available.*is as it was: shared-cpu-2x, 2 GB, running/s,
  )
  assert.equal(machine.state, 'started')
  world.fly.setCapacity('iad', null)
  const body = {
    error: 'organization "personal" is using 4096 MB of memory which is over the allowed quota',
  }
  world.fault({
    kind: 'answer',
    status: 403,
    body,
    method: 'POST',
    path: new RegExp(`${machine.id}$`),
  })
  const quota = await world.run('memory size=4gb', { press: true })
  assert.equal(quota.job.failure?.code, 'quota')
  assert.match(said(quota.end), /over the allowed quota.*is as it was/s)
})

test('a size below what the gateway uses is warned of', async (t) => {
  const world = await scene(t)
  const { asked } = await world.run('memory size=512mb')
  assert.match(said(asked), /uses 684 MB now, more than 512 MB/)
})

test('a heap cap alone, and one that is kept', async (t) => {
  const world = await scene(t)
  const env = () => (world.deployed.machine.config['env'] as Record<string, string>)['NODE_OPTIONS']
  await world.run('memory heap=1024', { press: true })
  assert.deepEqual([sizeOf(world)?.memoryMb, env()], [2048, '--max-old-space-size=1024'])
  const kept = await world.run('memory size=next heap=keep', { press: true })
  assert.deepEqual([sizeOf(world)?.memoryMb, env()], [4096, '--max-old-space-size=1024'])
  assert.match(said(kept.asked), /JavaScript gets nothing of the new memory/)
})

test('an unreachable host is not sent anything', async (t) => {
  const world = await scene(t)
  world.fly.setHost(world.deployed.machine.id, 'unreachable')
  const { end, calls } = await world.run('memory size=4gb')
  assert.match(said(end), /host of \w+ is unreachable/)
  assert.ok(calls.every(({ method }) => method === 'GET'))
})

test('what was set is remembered, and a deploy that puts it back is seen', async (t) => {
  const world = await scene(t)
  const { machine, app } = world.deployed
  const { job } = await world.run('memory size=4gb', { press: true })
  const set = await overrideOf(world.store, { app, machine: machine.id })
  assert.deepEqual(
    { ...set, at: 0 },
    {
      memoryMb: 4096,
      cpus: 2,
      nodeOptions: '--max-old-space-size=3072',
      by: 'Person 100',
      at: 0,
      job: job.id,
    },
  )
  machine.config = { ...machine.config, guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 512 } }
  assert.match(said((await world.run('memory')).end), /It was set to 4 GB here/)
})
