import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JobQueue } from '../../src/core/ports.ts'
import { boundedLabel } from '../../src/http/labels.ts'
import { createMetrics } from '../../src/http/metrics.ts'

function create(queueCounts: JobQueue['counts'] = async () => ({})) {
  const warned: string[] = []
  const no = () => assert.fail('unexpected log')
  const log = {
    debug: no,
    info: no,
    warn: (_: object, message: string) => void warned.push(message),
    error: no,
    child: () => log,
  }
  const build = { version: '1.2.3', role: 'all', engine: 'embedded' }
  const metrics = createMetrics({ queueCounts, log, build })
  const lines = async () => (await metrics.text()).split('\n')
  return { metrics, lines, warned }
}

test('what was counted is shown', async () => {
  const { metrics, lines } = create()
  metrics.job('openclaw restart', 'done', 12)
  metrics.job('openclaw restart', 'done', 0.1)
  metrics.job('openclaw restart', 'failed', 700)
  metrics.flyCall('GET /machines/:id', '200', 0.2)
  metrics.chatSend('discord', 'ok')
  metrics.rateLimitWait('fly', 3)
  const shown = await lines()
  for (const line of [
    'openclaw_ops_jobs_total{command="openclaw restart",result="done"} 2',
    'openclaw_ops_jobs_total{command="openclaw restart",result="failed"} 1',
    'openclaw_ops_job_duration_seconds_bucket{le="0.25",command="openclaw restart"} 1',
    'openclaw_ops_job_duration_seconds_bucket{le="+Inf",command="openclaw restart"} 3',
    'openclaw_ops_fly_calls_total{endpoint="GET /machines/:id",status="200"} 1',
    'openclaw_ops_fly_call_duration_seconds_count{endpoint="GET /machines/:id"} 1',
    'openclaw_ops_chat_sends_total{platform="discord",result="ok"} 1',
    'openclaw_ops_rate_limit_wait_seconds_sum{party="fly"} 3',
    `openclaw_ops_build_info{version="1.2.3",role="all",engine="embedded",node="${process.versions.node}"} 1`,
  ])
    assert.ok(shown.includes(line), `${line}\nnot in\n${shown.join('\n')}`)
})

test('the process tells its memory and how late its event loop is', async () => {
  const shown = (await create().lines()).join('\n')
  assert.match(shown, /^process_resident_memory_bytes \d+/m)
  assert.match(shown, /^nodejs_eventloop_lag_p99_seconds \d/m)
})

test('the queue is counted when asked, and lanes that are gone are not shown', async () => {
  let counts: Awaited<ReturnType<JobQueue['counts']>> = {
    read: { waiting: 1, active: 2, delayed: 0 },
    'app-a': { waiting: 3, active: 1, delayed: 0 },
  }
  const { lines } = create(async () => counts)
  assert.ok((await lines()).includes('openclaw_ops_queue_jobs{lane="app-a",state="waiting"} 3'))
  counts = { read: { waiting: 0, active: 0, delayed: 5 } }
  const shown = await lines()
  assert.ok(shown.includes('openclaw_ops_queue_jobs{lane="read",state="delayed"} 5'))
  assert.ok(!shown.some((line) => line.includes('app-a')))
})

test('a queue that cannot be counted leaves the rest to be read', async () => {
  const { lines, warned } = create(async () => Promise.reject(new Error('away')))
  assert.ok((await lines()).some((line) => line.startsWith('process_resident_memory_bytes')))
  assert.deepEqual(warned, ['The queue could not be counted.'])
})

test('lanes beyond the bound are added up as one', async () => {
  const many = Array.from({ length: 250 }, (_, index) => [`app-${index}`, one()] as const)
  const { lines } = create(async () => Object.fromEntries(many))
  assert.ok((await lines()).includes('openclaw_ops_queue_jobs{lane="other",state="waiting"} 50'))
  function one() {
    return { waiting: 1, active: 0, delayed: 0 }
  }
})

test('a label never has more values than its bound and one', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 5 }), (values, most) => {
      const label = boundedLabel(most)
      const given = values.map((value) => label(value))
      assert.ok(new Set(given).size <= most + 1)
      assert.deepEqual(
        values.map((value) => label(value)),
        given,
        'the same again',
      )
    }),
  )
})
