import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'

const text = { serializers: [(value: unknown) => String(value)] }

for (const locale of ['en', 'zh-TW'] as const) {
  test(`machine list (${locale})`, async (t) => {
    const made = await scene(t)
    const { end, job, calls } = await made.run('machine list', { locale })
    assert.equal(calls.length, 1)
    t.assert.snapshot(renderConsole(end), text)
    const { machines } = job.result as { machines: ReadonlyArray<{ id: string; group: string }> }
    assert.deepEqual(
      machines.map(({ id, group }) => [id, group]),
      [[made.deployed.machine.id, 'app']],
    )
  })

  test(`machine stop: the question, the progress and the answer (${locale})`, async (t) => {
    const made = await scene(t)
    const { asked, said, end, job } = await made.run('machine stop', { press: true, locale })
    assert.equal(job.state, 'done')
    assert.equal(made.deployed.machine.state, 'stopped')
    for (const words of [asked, said.at(-2), end]) {
      assert.ok(words)
      t.assert.snapshot(renderConsole(words), text)
    }
  })

  test(`machine start: the answer, and again (${locale})`, async (t) => {
    const made = await scene(t, { deploy: { state: 'stopped' } })
    const { end, job, asked } = await made.run('machine start', { locale })
    assert.equal(asked, undefined)
    assert.equal(job.state, 'done')
    assert.equal(made.deployed.machine.state, 'started')
    t.assert.snapshot(renderConsole(end), text)
    const again = await made.run('machine start', { locale })
    t.assert.snapshot(renderConsole(again.end), text)
    assert.equal(made.fly.calls.filter(({ path }) => path.endsWith('/start')).length, 1)
  })
}

test('machine stop: gives 60 s to end, and names the exit', async (t) => {
  const made = await scene(t)
  const { job } = await made.run('machine stop', { press: true })
  const call = made.fly.calls.find(({ path }) => path.endsWith('/stop'))
  assert.deepEqual(call?.body, { timeout: '60s' })
  const { exit, state } = job.result as { exit: { code: number }; state: string }
  assert.deepEqual([exit.code, state], [0, 'stopped'])
})

test('machine stop: nothing warns of a revival where nothing can reach the machine', async (t) => {
  const made = await scene(t, { deploy: { private: true } })
  const { asked, end } = await made.run('machine stop', { press: true })
  assert.equal(end.tone, 'ok')
  assert.doesNotMatch(wordsOf(asked ?? assert.fail()).join('\n'), /[Aa]utostart/)
})

test('machine stop: with autostart the revival is foretold, and it happens', async (t) => {
  const made = await scene(t)
  const { asked, end } = await made.run('machine stop', { press: true })
  for (const words of [asked ?? assert.fail(), end])
    assert.match(wordsOf(words).join('\n'), /first request to the app starts it again/)
  await made.clock.advance(60_000)
  assert.equal(made.fly.visit(made.deployed.app), 'started')
})

test('machine stop: a stopped one is said to be; nobody is asked, nor is Fly', async (t) => {
  const made = await scene(t, { deploy: { state: 'stopped' } })
  const { asked, end } = await made.run('machine stop')
  assert.equal(asked, undefined)
  assert.match(end.title, /is stopped already/)
  assert.equal(made.fly.calls.filter(({ path }) => path.endsWith('/stop')).length, 0)
})

test('machine start: right after a stop Fly refuses for a moment, and it is tried until it is taken', async (t) => {
  const made = await scene(t, { fly: { delays: { active: 8000 } } })
  await made.run('machine stop', { press: true })
  const { job } = await made.run('machine start')
  assert.equal(job.state, 'done')
  assert.equal(made.deployed.machine.state, 'started')
})
