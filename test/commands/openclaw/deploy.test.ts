import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { deployments } from '../../../src/core/deploy/record.ts'
import { overrideOf } from '../../../src/core/overrides.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import type { Locale } from '../../../src/core/text.ts'
import type { Scene } from '../../helpers/mutation.ts'
import { broken, deployWorld, digest, imageIn, OFFICIAL, said } from './deploy-world.ts'

const press = { press: true } as const
const NEW = `${OFFICIAL}:2026.9.6@${digest('2026.9.6')}`
const BACK = `${OFFICIAL}:2026.8.2@${digest('2026.8.2')}`

/** Ids differ from run to run with what ran before. */
function golden(
  t: TestContext,
  { deployed, fly }: Scene,
  replies: ReadonlyArray<SaidReply | undefined>,
) {
  const snapshots = fly.volume(deployed.volume.id).snapshots.map(({ id }) => id)
  let words = replies.map((reply) => (reply === undefined ? '' : renderConsole(reply))).join('\n\n')
  for (const [id, name] of [
    [deployed.machine.id, '<machine>'],
    [deployed.volume.id, '<volume>'],
    ...snapshots.map((one) => [one, '<snapshot>'] as const),
  ] as const)
    words = words.replaceAll(id, name)
  const shown = words.replaceAll(/J-[0-9A-Z]{6}(?: · [^)\n]+)?/g, '<job>')
  t.assert.snapshot(shown, { serializers: [(value: string) => value] })
}

for (const locale of ['en', 'zh-TW'] satisfies readonly Locale[]) {
  test(`in ${locale}: another image, its progress, the history, and the way back`, async (t) => {
    const world = await deployWorld(t)
    const ran = await world.run('deploy image image=2026.9.6', { ...press, locale })
    const same = await world.run('deploy image image=latest', { locale })
    const history = await world.run('deploy history', { locale })
    const back = await world.run('deploy rollback', { ...press, locale })
    const progress = ran.said.findLast(({ blocks }) =>
      blocks.some(({ type }) => type === 'progress'),
    )
    const all = [ran.asked, progress, ran.end, same.end, history.end, back.asked, back.end]
    golden(t, world, all)
    assert.equal(imageIn(world), BACK)
  })

  test(`in ${locale}: failures`, async (t) => {
    const world = await deployWorld(t)
    const empty = await world.run('deploy rollback', { locale })
    const typo = await world.run('deploy image image=v2026.9.6', { locale })
    const bad = await world.run('deploy image image=http://x', { locale })
    broken(world, '2026.10.1')
    const failed = await world.run('deploy image image=2026.10.1', { ...press, locale })
    const never = await world.run('deploy rollback to=1', { locale })
    const none = await world.run('deploy rollback to=v9', { locale })
    const history = await world.run('deploy history', { locale })
    golden(t, world, [
      empty.end,
      typo.end,
      bad.end,
      failed.asked,
      failed.end,
      never.end,
      none.end,
      history.end,
    ])
    assert.equal(imageIn(world), `${OFFICIAL}:2026.8.2`)
  })
}

test('a proven snapshot, then the image pinned by digest, and nothing else of the config', async (t) => {
  const world = await deployWorld(t)
  const { machine, volume, app } = world.deployed
  await world.run('memory size=4gb', press)
  const before = structuredClone(machine.config)
  const { job, calls } = await world.run('deploy image image=2026.9.6', press)
  assert.equal(job.state, 'done')
  assert.deepEqual(machine.config, { ...before, image: NEW })
  assert.equal(volume.snapshots[0]?.status, 'created')
  const at = (method: string, path: RegExp) =>
    calls.findIndex((call) => call.method === method && path.test(call.path))
  assert.ok(at('POST', /snapshots$/) < at('POST', new RegExp(`${machine.id}$`)))
  const override = await overrideOf(world.store, { app, machine: machine.id })
  assert.equal(override?.memoryMb, 4096)
})

test('what scripts get, and what is written down', async (t) => {
  const world = await deployWorld(t)
  const { app, volume } = world.deployed
  const { job } = await world.run('deploy image image=2026.9.6', press)
  const result = job.result as Record<string, unknown>
  const [snapshot] = volume.snapshots
  const from = {
    image: `${OFFICIAL}:2026.8.2`,
    digest: digest('2026.8.2'),
    version: '2026.8.2',
  }
  const to = { image: NEW, digest: digest('2026.9.6'), version: '2026.9.6' }
  const snapshots = [{ volume: volume.id, snapshot: snapshot?.id }]
  assert.deepEqual(
    { ...result, machines: 0 },
    { kind: 'image', app, number: 1, from, to, machines: 0, left: [], snapshots, looks: 0 },
  )
  const [entry] = await deployments({ store: world.store, app })
  assert.deepEqual(
    { ...entry, at: 0 },
    {
      number: 1,
      job: job.id,
      kind: 'image',
      at: 0,
      by: 'Person 100',
      from,
      to,
      snapshots,
      ended: 'done',
    },
  )
})

test('a change takes at most 25 calls, plan, snapshot and proof included', async (t) => {
  const world = await deployWorld(t)
  const { calls } = await world.run('deploy image image=2026.9.6', press)
  assert.ok(calls.length <= 25, String(calls.length))
})

test('what runs already is said, and nobody is asked', async (t) => {
  const world = await deployWorld(t)
  for (const word of ['2026.8.2', digest('2026.8.2')]) {
    const { asked, end, job } = await world.run(`deploy image image=${word}`)
    assert.equal(asked, undefined)
    assert.equal(job.state, 'done')
    assert.match(said(end), /Nothing was changed/)
  }
  assert.deepEqual(await deployments({ store: world.store, app: world.deployed.app }), [])
})

test('a digest alone, and a registry that is not asked', async (t) => {
  const world = await deployWorld(t)
  const other = `sha256:${'12'.repeat(32)}`
  const byDigest = await world.run(`deploy image image=${other}`, press)
  assert.equal(imageIn(world), `${OFFICIAL}@${other}`)
  assert.match(said(byDigest.asked), /release in the new image is not known/)
  const foreign = await world.run('deploy image image=example.org/mine:7', press)
  assert.match(
    said(foreign.asked),
    /could not be looked up, so Fly decides.*example.org is not asked/,
  )
  assert.equal(imageIn(world), 'example.org/mine:7')
  assert.equal(foreign.job.state, 'done')
  const back = await world.run('deploy rollback', press)
  assert.equal(back.job.state, 'done')
  assert.equal(imageIn(world), `${OFFICIAL}@${other}`)
})

test('what a deploy has built: a tag means the published image, and that is said', async (t) => {
  const world = await deployWorld(t)
  const { machine } = world.deployed
  machine.config = { ...machine.config, image: 'registry.fly.io/my-openclaw:deployment-01J' }
  const { asked } = await world.run('deploy image image=2026.9.6', press)
  assert.match(said(asked), /was built by a deploy.*nothing that your Dockerfile added/)
  assert.equal(imageIn(world), NEW)
  await world.run('deploy rollback', press)
  assert.match(imageIn(world), /^registry\.fly\.io\/my-openclaw:deployment-01J@sha256:/)
})

test('403 from 2026.8 on: a warning for what is served, none for what is private', async (t) => {
  const open = await deployWorld(t, { deploy: { version: '2026.6.11' } })
  assert.match(
    said((await open.run('deploy image image=2026.8.2')).asked),
    /gets 403.*trustedProxies/,
  )
  const closed = await deployWorld(t, { deploy: { version: '2026.6.11', private: true } })
  assert.doesNotMatch(said((await closed.run('deploy image image=2026.8.2')).asked), /403/)
})

test('a machine at rest stays at rest, and a volume that is not there is said', async (t) => {
  const resting = await deployWorld(t, { deploy: { version: '2026.8.2', state: 'stopped' } })
  const { job, end, asked } = await resting.run('deploy image image=2026.9.6', press)
  assert.equal(job.state, 'done')
  assert.match(said(asked), /is not running and stays so/)
  assert.match(said(end), /2026.9.6 from its next start/)
  assert.deepEqual([resting.deployed.machine.state, imageIn(resting)], ['stopped', NEW])
  const bare = await deployWorld(t, { deploy: { version: '2026.8.2', config: { mounts: [] } } })
  assert.match(said((await bare.run('deploy image image=2026.9.6')).asked), /has no volume/)
})

test('releases made elsewhere are told apart, and can be gone back to', async (t) => {
  const world = await deployWorld(t)
  const { app } = world.deployed
  await world.run('deploy image image=2026.9.6', press)
  await world.clock.advance(60_000)
  world.fly.addRelease(app, { image: `${OFFICIAL}:2026.6.11`, user: 'ci@example.com' })
  world.fly.addRelease(app, { image: `${OFFICIAL}:2026.3.13`, status: 'failed' })
  const { end, job } = await world.run('deploy history')
  const { rows } = job.result as { rows: ReadonlyArray<{ id: string; here: boolean }> }
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['v3', 'v2', '1', 'v1'],
  )
  assert.match(said(end), /v2.*ci@example.com.*made elsewhere/s)
  const back = await world.run('deploy rollback to=v2')
  assert.match(said(back.asked), /from 2026.9.6 to 2026.6.11/)
  const last = await world.run('deploy rollback')
  assert.match(said(last.asked), /from 2026.9.6 to 2026.6.11/)
  const job1 = await world.run('deploy rollback to=1')
  assert.match(said(job1.end), /runs 2026.9.6 already/)
})

test('the history is bounded and says so; without Fly’s releases it says that, too', async (t) => {
  const world = await deployWorld(t)
  const { app } = world.deployed
  for (let n = 0; n < 25; n++) world.fly.addRelease(app, { image: `${OFFICIAL}:2026.8.${n + 3}` })
  const { end, job } = await world.run('deploy history')
  assert.match(said(end), /Only the newest 20 are shown/)
  assert.equal((job.result as { rows: readonly unknown[] }).rows.length, 20)
  world.fault({ kind: 'answer', status: 403, body: {}, path: /releases$/, times: 4 })
  assert.match(
    said((await world.run('deploy history')).end),
    /deployed elsewhere could not be read/,
  )
})

test('a snapshot that expired is said to be gone', async (t) => {
  const world = await deployWorld(t)
  await world.run('deploy image image=2026.9.6', press)
  world.deployed.volume.snapshots.length = 0
  const { asked } = await world.run('deploy rollback')
  assert.match(said(asked), /from before deployment 1 is gone: snapshots expire/)
})
