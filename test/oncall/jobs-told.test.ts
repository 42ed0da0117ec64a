import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobRecord } from '../../src/core/job-record.ts'
import { renderConsole } from '../../src/chat/console/render.ts'
import { alertOf, createScene, type Scene } from '../helpers/incidents.ts'

const turn = { id: 'J-1', lane: 'app-my-openclaw', signal: new AbortController().signal } as const

/** A scene in which somebody runs a restart. */
async function withJob(more: Partial<JobRecord> = {}) {
  const job = {
    id: 'J-1',
    app: 'my-openclaw',
    lane: 'app-my-openclaw',
    phase: 'run',
    state: 'running',
    steps: {},
    invocation: { command: 'openclaw restart', actor: { name: 'Ana' } },
    ...more,
  } as unknown as { -readonly [K in keyof JobRecord]: JobRecord[K] }
  const recent: JobRecord[] = []
  const scene = createScene({ recent })
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  recent.push(job)
  return { scene, job }
}
async function card({ messages }: Scene): Promise<string> {
  const all = await messages()
  const { reply } = all.find(({ kind }) => kind === 'card') ?? assert.fail()
  return renderConsole(reply)
}

test('the card says which command runs and who asked, then how it ended', async () => {
  const { scene, job } = await withJob()
  const during: string[] = []
  await scene.parts.telling(async () => {
    await scene.pass(0)
    during.push(await card(scene))
    job.state = 'done'
  })(turn)
  assert.match(during[0] ?? '', /▶ \/openclaw restart running \(Ana, J-1\)/)
  assert.match(await card(scene), /\/openclaw restart \(Ana\) finished, the alert still fires/)
  assert.doesNotMatch(await card(scene), /▶/)
  const [{ id } = assert.fail()] = await scene.parts.oncall.list()
  await scene.parts.intake.take([alertOf({ status: 'resolved', at: alertOf().at + 5 })])
  await scene.pass(30_000)
  assert.doesNotMatch(await card(scene), /still fires\s*·/)
  assert.equal((await scene.parts.oncall.get(id))?.state, 'resolved')
})

test('a command that failed is no cure', async () => {
  const { scene, job } = await withJob()
  await scene.parts.telling(async () => {
    job.state = 'failed'
  })(turn)
  assert.match(await card(scene), /\/openclaw restart \(Ana\) ended without success/)
})

test('looks, questions and commands on other apps are nothing to the incident', async () => {
  for (const more of [{ phase: 'plan' }, { app: 'second-app' }] as const) {
    const { scene } = await withJob(more)
    const before = await scene.parts.oncall.list()
    await scene.parts.telling(async () => {})(turn)
    assert.deepEqual(await scene.parts.oncall.list(), before)
  }
  const { scene } = await withJob()
  const before = await scene.parts.oncall.list()
  await scene.parts.telling(async () => {})({ ...turn, lane: 'read' })
  assert.deepEqual(await scene.parts.oncall.list(), before)
})

test('a worker that died between the end and its words: the next look says it', async () => {
  const { scene, job } = await withJob()
  const dying = scene.parts.telling(() => Promise.reject(new Error('killed')))
  await assert.rejects(dying(turn))
  await scene.pass(0)
  assert.match(await card(scene), /▶/)
  job.state = 'done'
  await scene.again().recover()
  assert.match(await card(scene), /finished, the alert still fires/)
})

test('a command begins, is told again after a crash, and no incident ever fails it', async () => {
  const { scene, job } = await withJob()
  const handled: string[] = []
  const handler = scene.parts.telling(async ({ id }) => void handled.push(id))
  await handler(turn)
  await handler(turn)
  const [{ log } = assert.fail()] = await scene.parts.oncall.list()
  assert.equal(log.filter(({ what }) => what === 'began').length, 1)
  job.state = 'done'
  const broken = new Proxy(scene.store, {
    get: (target, key: keyof typeof scene.store) =>
      key === 'list' ? () => Promise.reject(new Error('away')) : target[key],
  })
  await scene.again(broken).telling(async ({ id }) => void handled.push(id))(turn)
  assert.deepEqual(handled, ['J-1', 'J-1', 'J-1'])
})
