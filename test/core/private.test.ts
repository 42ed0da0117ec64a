import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { type Command, defineCommand, type Plan } from '../../src/core/command.ts'
import type { WorkContext } from '../../src/core/context.ts'
import { option } from '../../src/core/options.ts'
import { createReadWords } from '../../src/core/parse-line.ts'
import { isGiven } from '../../src/core/private.ts'
import { looksSecret } from '../../src/core/private-typed.ts'
import { reply, text } from '../../src/core/reply.ts'
import { tr } from '../../src/core/text.ts'
import { formsOf } from '../helpers/canary.ts'
import { grantTo, OPERATOR, OWNER, STRANGER, VIEWER } from '../helpers/people.ts'
import { button, createWorld, type Told, type World } from '../helpers/world.ts'

const CANARY = 'sk-ant-Kanari0nTest-8f3Qz71LmX04'
const about = tr('A value', '一個值')

/** Reads the value in plan and run, and keeps what it saw outside of the job. */
function commands(more: Partial<Pick<Command, 'confirm'>> = {}) {
  const seen: string[] = []
  const read = async (context: WorkContext, value: unknown): Promise<string> => {
    const secret = await context.given(String(value))
    seen.push(`${context.phase} ${secret.reveal()}`)
    return secret.reveal()
  }
  const plan = async (context: WorkContext, options: { value: string }): Promise<Plan> => ({
    title: tr('Set it?', '要設定嗎？'),
    blocks: [text(`${(await read(context, options.value)).length} characters`)],
    fingerprint: options.value,
    data: null,
  })
  const set = defineCommand({
    name: 'vault set',
    description: tr('Sets a secret', '設定密鑰'),
    examples: ['vault set name=A'],
    options: z.object({
      app: option.app().optional(),
      name: z.string().max(80).meta({ about }),
      value: option.private(about),
    }),
    private: {
      option: 'value',
      kind: 'secret',
      ask: tr('The value', '值'),
      check: (value, { name }) =>
        value.startsWith('bad') ? tr(`${name} looks wrong.`, `${name} 看起來不對。`) : undefined,
    },
    role: 'operator',
    confirm: 'button',
    where: 'worker',
    kind: 'change',
    plan,
    run: async (context, options) => {
      const length = (await read(context, options.value)).length
      return { length }
    },
    render: ({ length }: { length: number }) => reply.ok(tr(`Set ${length}`, `已設定 ${length}`)),
    ...(more as object),
  })
  const put = defineCommand({
    name: 'put',
    description: tr('Puts a value', '寫入值'),
    examples: ['put path=a value=b'],
    options: z.object({
      path: z.string().max(80).meta({ about }),
      value: z.string().max(4000).meta({ about }),
    }),
    private: {
      option: 'value',
      kind: 'absent',
      ask: tr('The value', '值'),
      when: ({ path }) => path !== 'none',
      sensitive: ({ path }) => path === 'token',
    },
    role: 'operator',
    where: 'worker',
    kind: 'read',
    run: async (context, { value }) => ({
      text: await read(context, value),
      given: isGiven(value),
    }),
    render: () => reply.ok(tr('Put', '已寫入')),
  })
  return { seen, list: [set, put] }
}

async function open(more: Parameters<typeof commands>[0] = {}) {
  const { seen, list } = commands(more)
  const world = await createWorld({ commands: list })
  const ask = (input: object = { name: 'A' }, rest: Parameters<World['ask']>[2] = {}) =>
    world.ask('openclaw vault set', { ...input }, { actor: OPERATOR, ...rest })
  const give = async (told: Told, answer: string | undefined, rest = {}): Promise<Told> => {
    assert.ok(told.question, 'no question')
    await told.question.value?.begin()
    return world.press(told.question.token, {
      actor: OPERATOR,
      ...(answer !== undefined && { answer }),
      ...rest,
    })
  }
  return { world, seen, ask, give }
}

const title = ({ reply: said }: Told): string => said?.title ?? ''
const held = ({ store }: World): number => store.size('private')

test('the value is asked for, then planned with, confirmed, used, and removed', async () => {
  const { world, seen, ask, give } = await open()
  const asked = await ask()
  assert.equal(asked.kind, 'question')
  assert.deepEqual(
    [asked.question?.title, asked.question?.label, asked.question?.secret],
    ['/openclaw vault set', 'The value', true],
  )
  assert.equal(world.store.size('job'), 0, 'nothing is queued before the value is there')
  const planned = await give(asked, CANARY)
  assert.equal(planned.kind, 'queued')
  await world.work()
  const question = await world.words(planned.job)
  assert.equal(question.title, 'Set it?')
  assert.equal(held(world), 1, 'it waits for Confirm')
  const done = await world.press(button(question, 'Confirm'), { actor: OPERATOR })
  await world.work()
  assert.equal((await world.words(done.job)).title, `Set ${CANARY.length}`)
  assert.deepEqual(seen, [`plan ${CANARY}`, `run ${CANARY}`, `run ${CANARY}`])
  assert.equal(held(world), 0, 'it is gone with the job')
})

test('it is in the clear in no record, no word, no line of log and no audit entry', async () => {
  const { world, ask, give } = await open()
  const planned = await give(await ask(), CANARY)
  const dumps = [world.store.dump()]
  await world.work()
  dumps.push(world.store.dump())
  const question = await world.words(planned.job)
  const done = await world.press(button(question, 'Confirm'), { actor: OPERATOR })
  dumps.push(world.store.dump())
  await world.work()
  dumps.push(world.store.dump(), JSON.stringify([world.audited, world.logged, done]))
  for (const form of formsOf(CANARY))
    for (const [at, dump] of dumps.entries()) assert.ok(!dump.includes(form), `${form} in ${at}`)
  assert.ok(isGiven((await world.job(done.job)).options['value']))
})

test('declined, expired and cancelled values are removed', async () => {
  const { world, ask, give } = await open()
  const planned = await give(await ask(), CANARY)
  await world.work()
  await world.press(button(await world.words(planned.job), 'Cancel'), { actor: OPERATOR })
  assert.equal(held(world), 0, 'declined')
  const second = await give(await ask(), CANARY)
  await world.deps.jobs.cancel(second.job, 'somebody')
  assert.equal(held(world), 0, 'cancelled')
  const third = await give(await ask(), CANARY)
  await world.clock.advance(21 * 60_000)
  await world.work()
  assert.match(title({ ...third, reply: await world.words(third.job) }), /no longer kept/)
  assert.equal(held(world), 0, 'expired')
})

test('a worker that dies leaves it for the next one', async () => {
  const { world, ask, give } = await open({ confirm: 'none' })
  const queued = await give(await ask(), CANARY)
  const turn = { id: queued.job, lane: 'app-my-openclaw', signal: AbortSignal.abort() } as const
  await world
    .runner()(turn)
    .catch(() => {})
  assert.equal(held(world), 1)
  await world.work()
  assert.match((await world.words(queued.job)).title, /^Set \d+$/)
  assert.equal(held(world), 0)
})

test('two answers to one question make one job, with the first value', async () => {
  const { world, seen, ask, give } = await open({ confirm: 'none' })
  const asked = await ask()
  const kinds = [(await give(asked, CANARY)).kind, (await give(asked, 'other')).kind]
  assert.deepEqual(kinds, ['queued', 'duplicate'])
  await world.work()
  assert.deepEqual([...new Set(seen)], [`run ${CANARY}`])
})

test('only the one who was asked answers, in time, and something', async () => {
  const { world, ask, give } = await open()
  const asked = await ask()
  assert.match(title(await give(asked, CANARY, { actor: OWNER })), /Only the person who sent/)
  assert.match(title(await give(asked, '')), /gave nothing/)
  const wrong = await give(asked, `bad ${CANARY}`)
  assert.equal(title(wrong), 'A looks wrong.')
  assert.ok(!JSON.stringify(wrong).includes(CANARY))
  assert.equal((await give(asked, undefined)).kind, 'question', 'a followed link asks again')
  await world.clock.advance(10 * 60_000)
  assert.match(title(await world.press(asked.question?.token ?? '', { answer: CANARY })), /ten min/)
  assert.equal(held(world) + world.store.size('job'), 0)
})

test('who may not run it, or asks wrongly, is told before anything is asked', async () => {
  const { ask } = await open()
  assert.equal(title(await ask({ name: 'A' }, { actor: VIEWER })), 'You may not do this')
  assert.equal((await ask({ name: 'A' }, { actor: STRANGER })).kind, 'refused')
  assert.match(title(await ask({})), /name is missing/)
})

test('who lost the right while typing is refused', async () => {
  const { world, ask, give } = await open()
  const asked = await ask()
  await world.deps.access.grant(grantTo(OPERATOR, 'operator', { deny: true }))
  assert.equal((await give(asked, CANARY)).kind, 'refused')
  assert.equal(held(world), 0)
})

const TYPED = [
  { name: 'A', value: CANARY },
  { name: 'A', value: `p-${'a'.repeat(22)}` },
  { name: CANARY },
  { name: 'A', app: CANARY },
  { name: 'A', app: '0123456789abcdef0123456789abcdef' },
] as const
for (const input of TYPED)
  test(`typed all the same, it is refused as burnt and not repeated: ${JSON.stringify(input)}`, async () => {
    const { world, ask } = await open()
    const told = await ask(input)
    assert.equal(told.kind, 'refused')
    assert.equal(told.burnt, true)
    assert.match(JSON.stringify(told.reply), /consider it burnt/)
    for (const value of Object.values(input))
      if (value.length > 20) assert.ok(!JSON.stringify([told, world.logged]).includes(value))
  })

test('lines that hold a value are read as burnt, harmless mistakes are not', async () => {
  const { world } = await open()
  const readWords = createReadWords(world.deps.registry)
  const burnt = [
    `vault set name=A value=${CANARY}`,
    `vault set name=A --value ${CANARY}`,
    `vault set name=A value="${CANARY}`,
    `vault set ANTHROPIC_API_KEY=${CANARY}`,
    `vault set ANTHROPIC_API_KEY=short`,
    `vault set my-openclaw A ${CANARY}`,
    `vault set my-openclaw A short words`,
    `/vault set app=${CANARY}`,
  ]
  for (const line of burnt)
    assert.deepEqual(readWords(line), { command: 'openclaw vault set', input: { value: '' } }, line)
  assert.ok('problem' in readWords('vault set nam=A'))
  assert.deepEqual(readWords('vault set name=OPENCLAW_GATEWAY_TOKEN'), {
    command: 'openclaw vault set',
    input: { name: 'OPENCLAW_GATEWAY_TOKEN' },
  })
})

test('what may be typed is: asked for only when it is absent, and wanted', async () => {
  const { world, ask, give, seen } = await open()
  const put = (input: object) => ask2(world, input)
  const typed = await put({ path: 'a', value: 'plain' })
  assert.equal(typed.kind, 'queued')
  const asked = await put({ path: 'a' })
  assert.equal((await give(asked, 'line one\nline two')).kind, 'queued')
  await world.work()
  assert.deepEqual(seen, ['run plain', 'run line one\nline two'])
  assert.match(title(await put({ path: 'none' })), /value is missing/)
  assert.equal((await put({ path: 'token', value: 'x' })).burnt, true)
  assert.equal((await put({ path: 'token' })).kind, 'question')
  assert.equal((await put({ path: 'a', value: `p-${'a'.repeat(22)}` })).burnt, true)
  assert.equal((await ask()).kind, 'question')
})
const ask2 = (world: World, input: object) =>
  world.ask('openclaw put', { ...input }, { actor: OPERATOR })

test('menus list what may be typed, and nothing as required that is asked for', async () => {
  const { world } = await open()
  const options = (path: string) =>
    world.deps.registry.get(path)?.options.map(({ name, required }) => `${name} ${required}`)
  assert.deepEqual(options('openclaw vault set'), ['app false', 'name true'])
  assert.deepEqual(options('openclaw put'), ['path true', 'value false'])
})

test('a reference of somebody else, or of another command, opens nothing', async () => {
  const { world, ask, give, seen } = await open()
  const planned = await give(await ask(), CANARY)
  const ref = String((await world.job(planned.job)).options['value'])
  const { context } = await workFor(world, planned.job, { actor: OWNER })
  await assert.rejects(context.given(ref), { code: 'expired' })
  const other = await workFor(world, planned.job, { command: 'openclaw put' })
  await assert.rejects(other.context.given(ref), { code: 'expired' })
  assert.deepEqual(seen, [])
})

async function workFor(world: World, job: string, more: object) {
  const { openGiven } = await import('../../src/core/private.ts')
  const record = await world.job(job)
  const invocation = { ...record.invocation, ...more }
  return { context: { given: (ref: string) => openGiven(world.deps, { invocation }, ref) } }
}

test('names, sizes, ids and durations do not look like secrets', () => {
  for (const word of ['my-openclaw', 'OPENCLAW_GATEWAY_TOKEN', '148ed127b32d89', 'shared-cpu-2x'])
    assert.equal(looksSecret(word), false, word)
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/), (app) => {
      fc.pre(!/^(sk|pk|rk|gsk|xai|pplx|glpat|xox[a-z]|xapp|tvly)-/.test(app))
      assert.equal(looksSecret(app), false)
    }),
  )
})
