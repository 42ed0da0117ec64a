import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { say } from '../../../src/core/text.ts'
import type { History } from '../../../src/core/logs/history.ts'
import type { Scene } from '../../helpers/mutation.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'

const MINUTE = 60_000

/** Lines of the app, `ago` ms before now, as Fly's log API will give them. */
async function write(
  { fly, deployed, clock }: Scene,
  ...lines: ReadonlyArray<readonly [ago: number, message: string]>
) {
  const now = clock.now()
  for (const [ago, message] of lines)
    fly.log(deployed.app, deployed.machine.id, { message, at: now - ago })
  // Fly shows lines a little late.
  await clock.advance(10_000)
}

const historyOf = ({ job }: { readonly job: { readonly result?: unknown } }): History =>
  job.result as History
const messagesOf = (history: History) => history.found.flat().map(({ message }) => message)

test('logs: the newest lines, what they mean, and the command that helps', async (t) => {
  const here = await scene(t)
  await write(
    here,
    [5 * MINUTE, '2026-10-12T08:00:00.000+00:00 [gateway] ready'],
    [MINUTE, '\u001b[31mgateway already running (pid 632); lock timeout after 5000ms\u001b[0m'],
    [MINUTE / 2, 'token=abcdef1234567890abcdef'],
  )
  const ran = await here.run('logs lines=3')
  assert.equal(ran.job.state, 'done')
  assert.deepEqual(messagesOf(historyOf(ran)), [
    '2026-10-12T08:00:00.000+00:00 [gateway] ready',
    'gateway already running (pid 632); lock timeout after 5000ms',
    'token=[secret]',
  ])
  const words = wordsOf(ran.end).join('\n')
  assert.match(words, /A second gateway was refused.*machine unlock/)
  assert.match(words, /Secrets were left out of 1 line/)
  assert.ok(ran.calls.every(({ path }) => path.endsWith('/logs')))
  assert.ok(ran.calls.length <= 3, `${ran.calls.length} calls`)
  assert.ok(!JSON.stringify(ran.job).includes('abcdef1234567890'))
  t.assert.snapshot(renderConsole(ran.end), { serializers: [String] })
})

test('logs: a thousand lines of many pages, merged and counted', async (t) => {
  const here = await scene(t)
  await write(
    here,
    ...Array.from({ length: 1500 }, (_, n) => [(1500 - n) * 100, `line ${n}`] as const),
  )
  const ran = await here.run('logs lines=1000')
  const messages = messagesOf(historyOf(ran))
  assert.equal(messages.length, 1000)
  assert.deepEqual([messages[0], messages.at(-1)], ['line 500', 'line 1499'])
  const file = ran.end.blocks.find(({ type }) => type === 'file')
  assert.ok(file?.type === 'file' && file.content.split('\n').length === 1001)
})

test('logs: a search says how much it read and where to look next when nothing matches', async (t) => {
  const here = await scene(t)
  await write(here, ...Array.from({ length: 250 }, (_, n) => [n * 100, `ordinary ${n}`] as const))
  const none = await here.run('logs since=30m grep=absent')
  assert.match(wordsOf(none.end).join('\n'), /None of the 2\d\d lines of the last 30 min match/)
  const some = await here.run('logs since=30m grep=ordinary.24.')
  assert.equal(messagesOf(historyOf(some)).length, 10)
})

test('logs: no lines, a machine that is not there, and a log API that does not answer', async (t) => {
  const here = await scene(t)
  here.fly.app(here.deployed.app).logs.length = 0
  const id = here.deployed.machine.id
  for (const machine of [id, 'all']) {
    const empty = await here.run(`logs machine=${machine}`)
    assert.match(wordsOf(empty.end).join('\n'), /Fly has no lines/)
  }
  const wrong = await here.run('logs machine=00000000000000')
  assert.deepEqual(wordsOf(wrong.end), ['There is no machine 00000000000000.', `There are: ${id}.`])
  assert.equal(wrong.job.failure?.code, 'bad_input')
  here.fault({
    method: 'GET',
    path: /\/logs$/,
    kind: 'answer',
    status: 401,
    body: { error: 'x' },
    times: 9,
  })
  const refused = await here.run('logs')
  assert.equal(refused.job.state, 'failed')
  assert.equal(refused.job.failure?.code, 'auth')
  assert.match(wordsOf(refused.end).join('\n'), /FLY_READ_TOKEN/)
})

test('logs: what was read before the API failed is shown, and that it is not all', async (t) => {
  const here = await scene(t)
  await write(
    here,
    ...Array.from({ length: 300 }, (_, n) => [(300 - n) * 100, `line ${n}`] as const),
  )
  here.fault({
    method: 'GET',
    path: /\/logs$/,
    kind: 'answer',
    status: 500,
    body: {},
    times: 9,
    skip: 2,
  })
  const ran = await here.run('logs since=10m lines=500')
  assert.equal(ran.end.tone, 'warn')
  assert.match(
    wordsOf(ran.end).join('\n'),
    /Reading ended early: .*Not read: .* to .*\. The same with since=3m reads that/,
  )
  assert.ok(messagesOf(historyOf(ran)).length > 0)
})

test('logs: a long search goes on in the same message and can be stopped', async (t) => {
  const here = await scene(t)
  await write(
    here,
    ...Array.from({ length: 6000 }, (_, n) => [(6000 - n) * 100, `line ${n}`] as const),
  )
  let ran = await here.run('logs since=1h grep=line lines=5')
  assert.equal(ran.end.tone, 'pending')
  assert.match(
    wordsOf(ran.end).join('\n'),
    /Read \d+ % of the time \(\d+ lines, up to .*\); this message goes on/,
  )
  assert.ok(ran.end.actions?.some(({ label }) => label === 'Stop'))
  for (let n = 0; n < 20 && ran.end.tone === 'pending'; n++) ran = await here.look(ran)
  assert.equal(ran.end.tone, 'info')
  assert.deepEqual(messagesOf(historyOf(ran)).at(-1), 'line 5999')
  assert.equal(historyOf(ran).matched, 6000)

  const again = await here.run('logs since=1h grep=line lines=5')
  await here.ground.deps.jobs.cancel(again.job.id, 'ana')
  const stopped = await here.look(again)
  assert.match(wordsOf(stopped.end).join('\n'), /Stopped by ana/)
  assert.equal(historyOf(stopped).done, true)
})

test('logs: bad patterns and times are one sentence, and Fly is not asked', async (t) => {
  const here = await scene(t)
  const bad = await here.run('logs grep=(')
  assert.equal(bad.job.failure?.code, 'bad_input')
  assert.equal(bad.calls.length, 0)
  assert.ok(say(bad.job.failure?.text ?? '', 'zh-TW').includes('不是有效的樣式'))
})

test('logs: only lines that are bad enough, of one machine; a log API that hangs is not waited for', async (t) => {
  const here = await scene(t)
  await write(here, [3000, 'hello'], [2000, 'WARN: low on memory'], [1000, 'Error: gone'])
  const bad = await here.run(`logs level=warn machine=${here.deployed.machine.id}`)
  assert.deepEqual(messagesOf(historyOf(bad)), ['WARN: low on memory', 'Error: gone'])
  assert.ok(bad.calls.every(({ query }) => query.get('instance') === here.deployed.machine.id))
  here.fault({ method: 'GET', path: /\/logs$/, kind: 'hang', times: 99 })
  const hung = await here.run('logs')
  assert.equal(hung.job.failure?.code, 'network')
})
