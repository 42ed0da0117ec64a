import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OpsError } from '../../src/core/errors.ts'
import type { StepMark } from '../../src/core/job-record.ts'
import type { ProgressStep } from '../../src/core/reply.ts'
import { cancelledBy, LostJob } from '../../src/core/step-errors.ts'
import { runSteps, type Step, type StepsDeps } from '../../src/core/steps.ts'
import { say } from '../../src/core/text.ts'
import { runs } from '../helpers/runs.ts'

const IDS = ['a', 'b', 'c'] as const
type Id = (typeof IDS)[number]

/** What outlives a process: the marks in the store, and the outside world. */
function lasting() {
  return {
    marks: {} as Record<string, StepMark>,
    /** Effects in the order they came about; an undone one is gone. */
    effects: [] as string[],
    /** Every call of `do`, `done?` and `undo`. */
    calls: [] as string[],
    shown: [] as string[][],
  }
}
type Lasting = ReturnType<typeof lasting>

interface Fault {
  /** Where the process is killed. */
  readonly kill?: string
  readonly fail?: string
  readonly failWith?: Error
  readonly failUndo?: string
}

function process(world: Lasting, fault: Fault = {}, stop = new AbortController()) {
  let dead = false
  const point = (name: string): void => {
    if (fault.kill === name) dead = true
    if (dead) throw new LostJob()
  }
  const deps: StepsDeps = {
    marks: () => world.marks,
    save: async (id, mark) => {
      point(`save ${id} ${mark.state}`)
      world.marks = { ...world.marks, [id]: mark }
      point(`saved ${id} ${mark.state}`)
    },
    show: async (steps: readonly ProgressStep[]) => {
      world.shown.push(steps.map(({ state }) => state))
    },
    now: () => 1000,
    signal: stop.signal,
  }
  const step = (id: Id): Step => ({
    id,
    label: `Step ${id}`,
    do: async () => {
      world.calls.push(`do ${id}`)
      point(`do ${id} before`)
      if (fault.fail === id) throw fault.failWith ?? new OpsError('quota', 'It is too much.')
      world.effects.push(id)
      point(`do ${id} after`)
      return { of: id }
    },
    done: async () => {
      world.calls.push(`done ${id}`)
      return world.effects.includes(id) ? { of: id } : undefined
    },
    undo: async () => {
      world.calls.push(`undo ${id}`)
      point(`undo ${id} before`)
      if (fault.failUndo === id) throw new OpsError('lease_held', 'Somebody else has it.')
      world.effects = world.effects.filter((effect) => effect !== id)
      point(`undo ${id} after`)
    },
  })
  return { steps: IDS.map(step), deps, stop }
}

const run = ({ steps, deps }: ReturnType<typeof process>) => runSteps(steps, deps)
const states = (world: Lasting) => IDS.map((id) => world.marks[id]?.state ?? 'waiting')

test('steps run in order, each shown, with what earlier ones left behind', async () => {
  const world = lasting()
  const seen: unknown[] = []
  const { steps, deps } = process(world)
  const last: Step = {
    id: 'd',
    label: 'Last',
    do: async (recall) => void seen.push(recall('a'), recall('c'), recall('z')),
  }
  const recall = await runSteps([...steps, last], deps)
  assert.deepEqual(world.effects, ['a', 'b', 'c'])
  assert.deepEqual(seen, [{ of: 'a' }, { of: 'c' }, undefined])
  assert.deepEqual(recall('b'), { of: 'b' })
  assert.deepEqual(world.shown[1], ['done', 'doing', 'waiting', 'waiting'])
  assert.deepEqual(world.shown.at(-1), ['done', 'done', 'done', 'done'])
})

const POINTS = IDS.flatMap((id) => [
  `save ${id} doing`,
  `saved ${id} doing`,
  `do ${id} before`,
  `do ${id} after`,
  `save ${id} done`,
  `saved ${id} done`,
])
for (const kill of POINTS)
  test(`steps: killed at “${kill}”, the next run goes on and each effect is there once`, async () => {
    const world = lasting()
    await assert.rejects(run(process(world, { kill })), LostJob)
    const before = [...world.effects]
    assert.ok(!world.calls.some((call) => call.startsWith('undo')), 'nothing is taken back')
    assert.ok(!Object.values(world.marks).some(({ state }) => state === 'failed'))
    const recall = await run(process(world))
    assert.deepEqual(world.effects, ['a', 'b', 'c'])
    assert.deepEqual(world.effects.slice(0, before.length), before)
    assert.deepEqual(states(world), ['done', 'done', 'done'])
    for (const id of IDS) assert.deepEqual(recall(id), { of: id })
  })

test('steps: killed any number of times anywhere, each effect is there once', async () => {
  const kills = fc.array(fc.constantFrom(...POINTS), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(kills, async (list) => {
      const world = lasting()
      for (const kill of list) await run(process(world, { kill })).catch(() => {})
      await run(process(world))
      assert.deepEqual(world.effects, ['a', 'b', 'c'])
    }),
    { numRuns: runs(300) },
  )
})

test('steps: without a `done` question a step that was cut off is simply done again', async () => {
  const world = lasting()
  world.marks = { a: { state: 'doing', from: 1 } }
  let times = 0
  const step: Step = { id: 'a', label: 'Step a', do: async () => ++times }
  await runSteps([step], process(world).deps)
  assert.equal(times, 1)
  assert.equal(world.marks['a']?.from, 1, 'its time counts from the first try')
})

for (const [index, fail] of IDS.entries())
  test(`steps: when ${fail} fails, it and all before it are undone backwards`, async () => {
    const world = lasting()
    await assert.rejects(run(process(world, { fail })), {
      code: 'quota',
      message: 'It is too much.',
    })
    assert.deepEqual(world.effects, [])
    const undone = world.calls.filter((call) => call.startsWith('undo'))
    assert.deepEqual(
      undone,
      IDS.slice(0, index + 1)
        .toReversed()
        .map((id) => `undo ${id}`),
    )
    const expected = IDS.map((_, i) => (i <= index ? 'undone' : 'waiting'))
    assert.deepEqual(states(world), expected)
    assert.deepEqual(world.shown.at(-1), expected)
  })

test('steps: one without a way back is left, and shown as failed', async () => {
  const world = lasting()
  const { steps, deps } = process(world, { fail: 'b' })
  const [a, b, c] = steps as [Step, Step, Step]
  const { undo: _, ...oneWay } = b
  await assert.rejects(runSteps([a, oneWay, c], deps), { code: 'quota' })
  assert.deepEqual(states(world), ['undone', 'failed', 'waiting'])
})

for (const failUndo of ['a', 'b'] as const)
  test(`steps: when the way back fails at ${failUndo}, both are said truthfully`, async () => {
    const world = lasting()
    const error = await run(process(world, { fail: 'b', failUndo })).then(
      () => assert.fail('it resolved'),
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof OpsError)
    assert.equal(error.code, 'unproven')
    assert.equal(
      say(error.text, 'en'),
      `It is too much. The way back failed at “Step ${failUndo}”: Somebody else has it.`,
    )
    assert.match(say(error.text, 'zh-TW'), /復原在「Step .」失敗：/)
    assert.match(say(error.hint ?? '', 'en'), /half-changed/)
    assert.equal(world.marks[failUndo]?.state, failUndo === 'b' ? 'failed' : 'done')
  })

test('steps: words of an unexpected error are shown on neither way', async () => {
  const world = lasting()
  const failWith = new TypeError('token abc is wrong')
  const failing = run(process(world, { fail: 'a', failUndo: 'a', failWith }))
  const error = await failing.catch((thrown: unknown) => thrown)
  assert.ok(error instanceof OpsError)
  assert.doesNotMatch(JSON.stringify([error.text, error.hint, world.marks]), /abc/)
})

test('steps: cancelled between two, the way back is taken', async () => {
  const world = lasting()
  const one = process(world)
  const show = one.deps.show
  const deps: StepsDeps = {
    ...one.deps,
    show: async (steps) => {
      await show(steps)
      if (world.effects.includes('b')) one.stop.abort(cancelledBy('Ann'))
    },
    save: async (id, mark) => {
      await one.deps.save(id, mark)
      if (id === 'b' && mark.state === 'done') one.stop.abort(cancelledBy('Ann'))
    },
  }
  await assert.rejects(runSteps(one.steps, deps), { code: 'cancelled' })
  assert.deepEqual(world.effects, [])
  assert.deepEqual(states(world), ['undone', 'undone', 'waiting'])
})

test('steps: a job that was lost leaves its marks alone, whatever words the cut-off call fails in', async () => {
  for (const words of [
    new OpsError('cancelled', 'Aborted.'),
    new OpsError('ambiguous', 'Perhaps.'),
  ]) {
    const world = lasting()
    const one = process(world)
    const [a, b, c] = one.steps as [Step, Step, Step]
    const cutOff: Step = {
      ...b,
      do: async () => {
        one.stop.abort(new LostJob())
        throw words
      },
    }
    await assert.rejects(runSteps([a, cutOff, c], one.deps))
    assert.deepEqual(states(world), ['done', 'doing', 'waiting'])
    assert.deepEqual(world.effects, ['a'])
    await run(process(world))
    assert.deepEqual(world.effects, ['a', 'b', 'c'])
  }
})

const WAY_BACK = ['a', 'b', 'c'].flatMap((id) => [
  `undo ${id} before`,
  `undo ${id} after`,
  `saved ${id} undone`,
])
for (const kill of ['saved c failed', ...WAY_BACK])
  test(`steps: killed at “${kill}” on the way back, the next run brings it to its end`, async () => {
    const world = lasting()
    await assert.rejects(run(process(world, { fail: 'c', kill })), LostJob)
    const did = world.calls.filter((call) => call.startsWith('do ')).length
    const error = await run(process(world)).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof OpsError)
    assert.equal(error.code, 'unproven')
    assert.match(say(error.text, 'en'), /^It is too much\. I was restarted while taking/)
    assert.deepEqual(world.effects, [])
    const now = world.calls.filter((call) => call.startsWith('do ')).length
    assert.equal(now, did, 'nothing is tried again')
  })
