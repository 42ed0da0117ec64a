import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkContext } from '../../src/core/context.ts'
import { OpsError } from '../../src/core/errors.ts'
import { OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import { reply } from '../../src/core/reply.ts'
import type { Step } from '../../src/core/steps.ts'
import { tr } from '../../src/core/text.ts'
import { settle } from '../helpers/clock.ts'
import { workCommand } from '../helpers/commands.ts'
import { away } from '../helpers/memory-store.ts'
import { ADMIN, grantTo, OPERATOR, person, VIEWER } from '../helpers/people.ts'
import { button, createWorld, type World } from '../helpers/world.ts'

type Run = (context: WorkContext) => Promise<unknown>

const world = (run: Run, kind: 'read' | 'change' = 'read') =>
  createWorld({ commands: [workCommand('go', { kind, run })] })

const turnOf = (id: string, signal = new AbortController().signal) => ({
  id,
  lane: 'read' as const,
  signal,
})
const titles = (one: World) =>
  one.logged.filter(({ level }) => level !== 'info' && level !== 'debug')

test('runner: a result is kept as scripts will see it, rendered, and signed with the job', async () => {
  const seen: unknown[] = []
  const go = workCommand('go', {
    run: async ({ job, app, actor, clock }) => {
      await clock.sleep(3000)
      return { job, app, actor: actor.id, at: new Date(0), gone: undefined }
    },
    render: (result, options, about) => {
      seen.push(result, options, about)
      return reply.ok(tr('Went', '去了'), [], { footer: tr('All well', '一切正常') })
    },
  })
  const one = await createWorld({ commands: [go] })
  const { job } = await one.ask('openclaw go', { note: 'x' }, { actor: OPERATOR })
  const working = one.work()
  await one.clock.advance(3000)
  await working
  const record = await one.job(job)
  const result = { job, app: 'my-openclaw', actor: '300', at: '1970-01-01T00:00:00.000Z' }
  assert.deepEqual([record.state, record.runs, record.result], ['done', 1, result])
  assert.equal(record.endedAt, one.clock.now())
  assert.deepEqual(seen, [
    result,
    { note: 'x', app: 'my-openclaw' },
    { app: 'my-openclaw', job, asker: 'Person 300' },
  ])
  const said = await one.words(job)
  assert.deepEqual([said.title, said.footer], ['Went', `${job} · 3 s · All well`])
  assert.deepEqual(
    one.audited.map(({ event, detail }) => [event, detail]),
    [
      ['accepted', null],
      ['started', null],
      ['finished', 'done'],
    ],
  )
})

test('runner: a look that takes long is told of; one that is quick is not', async () => {
  const one = await world(({ clock }) => clock.sleep(4000))
  const { job } = await one.ask('openclaw go')
  const working = one.work()
  await one.clock.advance(2499)
  assert.equal(one.store.size('outbox'), 0)
  await one.clock.advance(1)
  const looking = await one.words(job)
  assert.deepEqual([looking.tone, looking.title, looking.footer], ['pending', 'Looking…', job])
  await one.clock.advance(1500)
  await working
  assert.equal((await one.words(job)).title, 'Done')
  await one.clock.advance(60_000)
  assert.equal((await one.words(job)).title, 'Done')
})

test('runner: whoever lost the role meanwhile is refused at the second look', async () => {
  let ran = 0
  const one = await world(async () => ran++)
  const brief = person('700')
  await one.deps.access.grant(grantTo(brief, 'viewer', { until: one.clock.now() + 1000 }))
  const { job } = await one.ask('openclaw go', {}, { actor: brief })
  await one.clock.advance(1001)
  await one.work()
  assert.equal((await one.job(job)).state, 'refused')
  assert.match(JSON.stringify(await one.words(job)), /You have no role here/)
  assert.equal(ran, 0)
})

test('runner: what another release queued is parsed again', async () => {
  const one = await world(async () => assert.fail('it ran'))
  const { job } = await one.ask('openclaw go')
  await one.deps.jobs.change(job, (now) => ({ ...now, options: { note: 'x'.repeat(30) } }))
  await one.work()
  assert.equal((await one.job(job)).state, 'refused')
  assert.match((await one.words(job)).title, /^note: /)
})

test('runner: a failure that may be shown is shown with its next step', async () => {
  const hint = tr('Wait a minute.', '請等一分鐘。')
  const words = tr('Fly is busy.', 'Fly 忙碌中。')
  const one = await world(async () => {
    throw new OpsError('rate_limited', words, { hint, reference: 'fly-1' })
  })
  const { job } = await one.ask('openclaw go', {}, { locale: 'zh-TW' })
  await one.work()
  const { state, failure } = await one.job(job)
  assert.equal(state, 'failed')
  assert.deepEqual(failure, { code: 'rate_limited', message: 'Fly is busy.', text: words })
  const said = await one.words(job)
  assert.equal(said.title, 'Fly 忙碌中。')
  assert.match(JSON.stringify(said.blocks), /請等一分鐘。.*參考編號.*fly-1/)
  assert.deepEqual(titles(one), [])
})

test('runner: an unexpected failure goes to the log whole and to people without its words', async () => {
  const one = await world(async () => {
    throw new TypeError('token abc')
  })
  const { job } = await one.ask('openclaw go')
  await one.work()
  const { state, failure } = await one.job(job)
  assert.deepEqual(
    [state, failure?.code, failure?.message],
    ['failed', 'internal', 'internal error'],
  )
  assert.doesNotMatch(JSON.stringify(failure), /abc/)
  const said = JSON.stringify(await one.words(job))
  assert.match(said, new RegExp(`fault of the bot.*${job}`))
  assert.doesNotMatch(said, /abc/)
  assert.equal(titles(one)[0]?.message, 'job failed inside the bot')
})

test('runner: a render that throws is a failure that is told, not silence', async () => {
  const go = workCommand('go', {
    render: () => {
      throw new TypeError('no such field')
    },
  })
  const one = await createWorld({ commands: [go] })
  const { job } = await one.ask('openclaw go')
  await one.work()
  assert.equal((await one.job(job)).state, 'failed')
  assert.match((await one.words(job)).title, /Something went wrong/)
})

test('runner: cancelled while it runs, the command stops and says by whom', async () => {
  const one = await world(
    ({ signal, clock }) => clock.sleep(1_000_000, signal).then(() => assert.fail('went on')),
    'change',
  )
  const { job } = await one.ask('openclaw go', {}, { actor: VIEWER })
  const before = await one.words(job)
  const working = one.work()
  await settle()
  const told = await one.press(button(before, 'Cancel'), { actor: ADMIN })
  assert.deepEqual([told.reply?.tone, told.reply?.title], ['ok', 'It stops at its next step.'])
  await working
  const { state, cancelledBy } = await one.job(job)
  assert.deepEqual([state, cancelledBy], ['cancelled', 'Person 200'])
  assert.equal((await one.words(job)).title, 'Cancelled by Person 200.')
})

test('runner: a cancel that falls between queue and run is not lost', async () => {
  const one = await world(async () => assert.fail('it ran'))
  const { job } = await one.ask('openclaw go')
  one.queue.take()
  one.store.before = async (operation, bucket) => {
    if (operation !== 'update' || bucket !== 'job') return
    one.store.before = () => {}
    assert.equal(await one.deps.jobs.cancel(job, 'Ann'), 'asked')
  }
  await one.runner()(turnOf(job))
  assert.equal((await one.job(job)).state, 'cancelled')
})

test('runner: a cancel just after it began reaches it before it does anything', async () => {
  const one = await world(async () => assert.fail('it ran'))
  const { job } = await one.ask('openclaw go')
  one.queue.take()
  const { update } = one.store
  let first = true
  const store = {
    ...one.store,
    update: async (...args: Parameters<typeof update>) => {
      const after = await update(...args)
      if (args[0] === 'job' && first) {
        first = false
        await one.deps.jobs.cancel(job, 'Ann')
        await settle()
      }
      return after
    },
  }
  Object.assign(one.store, { update: store.update })
  await one.runner()(turnOf(job))
  assert.equal((await one.job(job)).state, 'cancelled')
})

/** A change of two steps, whose second waits for the test. */
function twoSteps() {
  const effects: string[] = []
  const gate = { open: Promise.withResolvers<void>() }
  const steps = (signal: AbortSignal): readonly Step[] => [
    {
      id: 'first',
      label: tr('First', '第一步'),
      do: async () => void effects.push('first'),
      undo: async () => void effects.push('-first'),
    },
    {
      id: 'second',
      label: tr('Second', '第二步'),
      do: async () => {
        const aborted = new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new OpsError('cancelled', 'Aborted.'))),
        )
        await Promise.race([gate.open.promise, aborted])
        effects.push('second')
      },
      done: async () => (effects.includes('second') ? true : undefined),
    },
  ]
  const run: Run = async (context) => {
    await context.steps(tr('Going', '進行中'), steps(context.signal))
    return { effects: effects.length }
  }
  return { effects, gate, run }
}

test('runner: a turn that is aborted rejects and leaves the record running; another run ends it', async () => {
  const { effects, gate, run } = twoSteps()
  const one = await world(run, 'change')
  const { job } = await one.ask('openclaw go')
  one.queue.take()
  const turn = new AbortController()
  const working = one.runner()(turnOf(job, turn.signal))
  await settle()
  const shown = await one.words(job)
  assert.equal(shown.title, 'Going')
  assert.match(JSON.stringify(shown.blocks), /First","state":"done.*Second","state":"doing/)
  turn.abort(new Error('shutting down'))
  await assert.rejects(working)
  const between = await one.job(job)
  assert.deepEqual([between.state, between.runs], ['running', 1])
  assert.deepEqual(effects, ['first'])
  gate.open.resolve()
  await one.runner()(turnOf(job))
  const after = await one.job(job)
  assert.deepEqual([after.state, after.runs], ['done', 2])
  assert.deepEqual(effects, ['first', 'second'])
})

test('runner: what has begun is brought to its end though the grant is gone by then', async () => {
  const { effects, gate, run } = twoSteps()
  const one = await world(run, 'change')
  const brief = person('700')
  await one.deps.access.grant(grantTo(brief, 'admin', { until: one.clock.now() + 1000 }))
  const { job } = await one.ask('openclaw go', {}, { actor: brief })
  const turn = new AbortController()
  const working = one.runner()(turnOf(job, turn.signal))
  await settle()
  turn.abort()
  await assert.rejects(working)
  await one.clock.advance(1001)
  gate.open.resolve()
  await one.runner()(turnOf(job))
  assert.equal((await one.job(job)).state, 'done')
  assert.deepEqual(effects, ['first', 'second'])
})

test('runner: steps of a command that this release lacks are told of as unproven', async () => {
  const one = await world(async () => ({}))
  const { job } = await one.ask('openclaw go')
  await one.deps.jobs.change(job, (now) => ({
    ...now,
    invocation: { ...now.invocation, command: 'openclaw gone' },
    steps: { first: { state: 'done', from: 1 } },
  }))
  await one.work()
  assert.equal((await one.job(job)).failure?.code, 'unproven')
  assert.match((await one.words(job)).title, /was cut off half-way/)
})

test('runner: a worker that was overtaken can neither go on nor have the last word', async () => {
  const { effects, gate, run } = twoSteps()
  const one = await world(run, 'change')
  const { job } = await one.ask('openclaw go')
  const slow = one.runner()(turnOf(job))
  await settle()
  await one.deps.jobs.change(job, (now) => ({ ...now, runs: 2, state: 'running' }))
  gate.open.resolve()
  await slow
  const record = await one.job(job)
  assert.deepEqual([record.state, record.runs], ['running', 2])
  assert.equal(record.steps['second']?.state, 'doing')
  assert.equal((await one.words(job)).tone, 'pending')
  assert.deepEqual(effects, ['first', 'second'])
  await one.runner()(turnOf(job))
  assert.deepEqual(effects, ['first', 'second'])
  assert.equal((await one.job(job)).state, 'done')
})

test('runner: of two runs of one look the overtaken one stays silent', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let run = 0
  const go = workCommand('go', {
    run: async () => {
      const mine = run++
      await gates[mine]?.promise
      return { mine }
    },
    render: (result) =>
      reply.ok(tr(`Run ${JSON.stringify(result)}`, `第 ${JSON.stringify(result)} 次`)),
  })
  const one = await createWorld({ commands: [go] })
  const { job } = await one.ask('openclaw go')
  const first = one.runner()(turnOf(job))
  await settle()
  const second = one.runner()(turnOf(job))
  await settle()
  gates[0]?.resolve()
  await first
  assert.equal(one.store.size('outbox'), 0, 'the first says nothing')
  assert.equal((await one.job(job)).state, 'running')
  gates[1]?.resolve()
  await second
  assert.equal((await one.words(job)).title, 'Run {"mine":1}')
  assert.deepEqual((await one.job(job)).result, { mine: 1 })
})

test('runner: a job that is over is not run again, and one that nobody wrote down is logged', async () => {
  let ran = 0
  const one = await world(async () => ran++)
  const { job } = await one.ask('openclaw go')
  await one.work()
  await one.runner()(turnOf(job))
  assert.equal(ran, 1)
  await one.runner()(turnOf('J-000000'))
  assert.equal(titles(one)[0]?.message, 'the queue gave a job nobody wrote down')
})

test('runner: while the store is away the job waits, then ends with one final word', async () => {
  let ran = 0
  const one = await world(async () => ran++)
  const { job } = await one.ask('openclaw go')
  const finals: string[] = []
  one.store.onNudge(OUTBOX, (_, written) => {
    const record = written?.() as OutboxRecord | undefined
    if (record?.final === true) finals.push(String(record.reply.title))
  })
  let broken = true
  one.store.before = (operation, bucket) => {
    if (broken && operation === 'update' && bucket === 'outbox') throw away()
  }
  const working = one.work()
  for (let i = 0; i < 10; i++) await one.clock.advance(1000)
  assert.equal((await one.job(job)).state, 'running')
  assert.deepEqual(finals, [])
  broken = false
  await one.clock.advance(1000)
  await working
  assert.equal((await one.job(job)).state, 'done')
  assert.deepEqual(finals, ['Done'])
})

test('runner: away from the very first, and a stop while it waits gives the turn back', async () => {
  const one = await world(async () => ({}))
  const { job } = await one.ask('openclaw go')
  one.store.before = () => {
    throw away()
  }
  const turn = new AbortController()
  const working = one.runner()(turnOf(job, turn.signal))
  await one.clock.advance(5000)
  turn.abort(new Error('shutting down'))
  await assert.rejects(working)
  one.store.before = () => {}
  await one.runner()(turnOf(job))
  assert.equal((await one.job(job)).state, 'done')
})

test('runner: a worker that lost the job says nothing over what the other one says', async () => {
  const mine = Promise.withResolvers<void>()
  let ran = 0
  const one = await world(async () => (ran++ === 0 ? mine.promise : undefined))
  const { job } = await one.ask('openclaw go')
  const first = one.runner()(turnOf(job))
  await settle()
  await one.runner()(turnOf(job))
  const words = await one.store.get(OUTBOX, job)
  mine.resolve()
  await first
  assert.equal(ran, 2)
  assert.deepEqual(await one.store.get(OUTBOX, job), words)
  assert.deepEqual([(await one.job(job)).state, (await one.job(job)).runs], ['done', 2])
})

test('runner: killed at its end, the job has said and marked nothing, and ends again', async () => {
  let ran = 0
  const one = await world(async () => ran++)
  const { job } = await one.ask('openclaw go')
  const turn = new AbortController()
  one.store.before = (operation, bucket) => {
    if (operation !== 'update' || bucket !== OUTBOX) return
    turn.abort(new Error('killed'))
    throw away()
  }
  await assert.rejects(one.runner()(turnOf(job, turn.signal)))
  assert.equal(one.store.size(OUTBOX), 0)
  assert.equal((await one.job(job)).state, 'running')
  one.store.before = () => {}
  await one.runner()(turnOf(job))
  assert.equal((await one.job(job)).state, 'done')
  assert.equal((await one.words(job)).title, 'Done')
  assert.equal(ran, 2, 'a look may be done twice')
})
