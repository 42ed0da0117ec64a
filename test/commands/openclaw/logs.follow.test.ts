import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Live } from '../../../src/core/logs/live.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'
import { away } from '../../helpers/memory-store.ts'
import { grantTo, RESPONDER } from '../../helpers/people.ts'

const liveOf = ({ job }: { readonly job: { readonly result?: unknown } }): Live =>
  job.result as Live

test('logs follow: lines come into one message, over a restart in the middle, until Stop', async (t) => {
  const here = await scene(t)
  let ran = await here.run('logs follow=true grep=line')
  t.after(() => here.ground.tails?.close())
  assert.equal(ran.end.tone, 'pending')
  assert.deepEqual(
    ran.end.actions?.map(({ label }) => label),
    ['Stop'],
  )
  const wrote = (n: number) =>
    here.fly.log(here.deployed.app, here.deployed.machine.id, { message: `line ${n}` })
  const looks = async () => {
    for (let n = 0; n < 6; n++) ran = await here.look(ran)
  }
  for (let n = 0; n < 5; n++) wrote(n)
  await looks()
  assert.equal(liveOf(ran).matched, 5)
  await here.ground.tails?.close()
  here.ground.tails = undefined
  for (let n = 5; n < 8; n++) wrote(n)
  await looks()
  assert.deepEqual(
    liveOf(ran).lines.map(({ message }) => message),
    Array.from({ length: 8 }, (_, n) => `line ${n}`),
  )
  assert.deepEqual(liveOf(ran).gaps, [])
  await here.ground.deps.jobs.cancel(ran.job.id, 'ana')
  ran = await here.look(ran)
  assert.equal(ran.end.tone, 'info')
  assert.match(wordsOf(ran.end).join('\n'), /Stopped by ana/)
  assert.equal(ran.job.follow, undefined)
})

test('logs follow: an app that is deleted, and rights that are taken away, end it and say so', async (t) => {
  const here = await scene(t)
  let ran = await here.run('logs follow=true')
  here.fault({
    method: 'GET',
    path: /\/logs$/,
    kind: 'answer',
    status: 401,
    body: { error: 'x' },
    times: 99,
  })
  here.fault({
    method: 'GET',
    path: /\/v1\/apps\/[^/]+$/,
    kind: 'answer',
    status: 404,
    body: { error: 'x' },
    times: 99,
  })
  for (let n = 0; n < 5 && ran.end.tone === 'pending'; n++) ran = await here.look(ran)
  assert.match(wordsOf(ran.end).join('\n'), /Fly has no app my-openclaw/)
  await here.ground.tails?.close()

  const other = await scene(t)
  let live = await other.run('logs follow=true', { actor: RESPONDER })
  await other.ground.deps.access.grant(grantTo(RESPONDER, 'viewer', { deny: true }))
  live = await other.look(live)
  assert.equal(live.end.tone, 'info')
  assert.match(wordsOf(live.end).join('\n'), /access rules/)
  await other.ground.tails?.close()
})

test('logs follow: a group that gets another id takes it along, with its rules and its Stop', async (t) => {
  const here = await scene(t)
  t.after(() => here.ground.tails?.close())
  const { access, jobs } = here.ground.deps
  const scope = { platform: 'telegram', space: '-100' } as const
  const old = { ...scope, private: false }
  const actor = { ...RESPONDER, platform: old.platform }
  await access.trust(old, 'discord:100')
  await access.grant(grantTo(actor, 'responder', { scope }))
  let ran = await here.run('logs follow=true', { actor, place: old })
  here.store.before = (operation, bucket) => {
    if (operation === 'put' && bucket === 'grant') throw away()
  }
  await assert.rejects(access.move(old, 'new-id'), { code: 'unavailable' })
  here.store.before = () => {}
  ran = await here.look(ran)
  assert.equal(ran.end.tone, 'pending', 'it is trusted there, its rules are still here')
  assert.equal(await access.move(old, 'new-id'), true)
  ran = await here.look(ran)
  assert.equal(ran.end.tone, 'pending')
  const { place, address } = ran.job.invocation
  assert.deepEqual([place, address.chat], [{ ...old, space: 'new-id' }, 'new-id'])
  // Trusted anew, nothing tells any more what its id was before.
  await access.trust({ ...old, space: 'new-id' }, 'discord:100')
  ran = await here.look(ran)
  assert.equal(ran.end.tone, 'pending')
  await access.untrust({ ...old, space: 'new-id' })
  ran = await here.look(ran)
  assert.match(wordsOf(ran.end).join('\n'), /Stopped by the access rules of this place/)
  assert.equal((await jobs.get(ran.job.id))?.follow, undefined)
})

test('logs follow: it ends after ten minutes by itself', async (t) => {
  const here = await scene(t)
  let ran = await here.run('logs follow=true')
  for (let n = 0; n < 200 && ran.end.tone === 'pending'; n++) ran = await here.look(ran)
  assert.match(wordsOf(ran.end).join('\n'), /Stopped after ten minutes/)
  await here.ground.tails?.close()
})

test('logs follow: all who follow one app share one upstream', async (t) => {
  const here = await scene(t)
  t.after(() => here.ground.tails?.close())
  const { fly, clock, deployed } = here
  let all = [await here.run('logs follow=true')]
  for (let n = 0; n < 2; n++) all = [...all, await here.run('logs follow=true')]
  const [calls, from] = [fly.calls.length, clock.now()]
  for (let n = 0; n < 10; n++) {
    // While lines come, one upstream asks every two seconds.
    fly.log(deployed.app, deployed.machine.id, { message: `line ${n}` })
    for (const [index, one] of all.entries()) all = all.with(index, await here.look(one))
  }
  const polls = fly.calls.length - calls
  assert.ok(polls <= (clock.now() - from) / 2000 + 1, `${polls} in ${clock.now() - from} ms`)
  for (let n = 0; n < 3; n++)
    for (const [index, one] of all.entries()) all = all.with(index, await here.look(one))
  for (const one of all) assert.equal(liveOf(one).total, 10)
})
