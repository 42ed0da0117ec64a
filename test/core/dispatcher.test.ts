import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleOf } from '../../src/core/command.ts'
import { createDispatcher } from '../../src/core/dispatcher.ts'
import type { Registered } from '../../src/core/registry.ts'
import { ROLES } from '../../src/core/command.ts'
import { reply } from '../../src/core/reply.ts'
import { tr } from '../../src/core/text.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { settle } from '../helpers/clock.ts'
import { chatCommand, workCommand } from '../helpers/commands.ts'
import { away } from '../helpers/memory-store.ts'
import * as people from '../helpers/people.ts'
import { createWorld, type Told } from '../helpers/world.ts'

const { ADMIN, ELSEWHERE, GUILD, HERE, OPERATOR, OWNER, RESPONDER, STRANGER, VIEWER } = people
const real = await loadCommands()

const wordsOf = ({ reply: said }: Told): string => JSON.stringify(said)
const title = ({ reply: said }: Told): string => said?.title ?? ''

/** Good enough input for any command: the first choice, or a value of the option's kind. */
function inputFor({ path, options }: Registered): Record<string, unknown> {
  const required = options.filter((option) => option.required)
  return Object.fromEntries(
    required.map(({ name, type, choices }) => {
      if (name === 'who') return [name, 'discord:42']
      if (name === 'name') return [name, 'SOME_NAME']
      if (path === 'openclaw config restore') return [name, 'last-good']
      if (type === 'boolean') return [name, true]
      return [name, type === 'string' ? (choices[0] ?? 'J-000000') : 1]
    }),
  )
}

test('the registry holds what the tests below are made from', () => {
  assert.ok(real.size >= 15, `only ${real.size} commands were found`)
})

for (const entry of real.values()) {
  const { path, command } = entry
  const input = inputFor(entry)
  const needed = roleOf(command, input)

  test(`/${path}: a stranger is refused privately, and nothing is done`, async () => {
    const world = await createWorld({ registry: real })
    const before = world.store.dump()
    const told = await world.ask(path, input, { actor: STRANGER })
    assert.equal(told.kind, 'refused')
    assert.match(wordsOf(told), /You have no role here/)
    assert.match(wordsOf(told), /\/ops access allow discord:600 viewer/)
    assert.equal(world.store.dump(), before)
    assert.equal(world.queue.waiting().length, 0)
    assert.equal(world.audited.at(-1)?.event, 'refused')
  })

  test(`/${path}: nobody but an owner opening it is heard in an untrusted place`, async () => {
    const world = await createWorld({ registry: real })
    for (const actor of [STRANGER, ADMIN, OWNER]) {
      const told = await world.ask(path, input, { actor, place: ELSEWHERE })
      const opens = actor === OWNER && path === 'ops access trust'
      assert.equal(told.kind, opens ? 'reply' : 'refused', actor.id)
      if (!opens) assert.equal(title(told), 'This place is not trusted')
    }
  })

  const below = [
    [VIEWER, 'viewer'],
    [RESPONDER, 'responder'],
    [OPERATOR, 'operator'],
    [ADMIN, 'admin'],
  ] as const
  const lower = below.filter(([, role]) => ROLES.indexOf(role) < ROLES.indexOf(needed))
  if (lower.length > 0)
    test(`/${path}: every role below ${needed} is refused`, async () => {
      const world = await createWorld({ registry: real })
      for (const [actor, role] of lower) {
        const told = await world.ask(path, input, { actor })
        assert.equal(told.kind, 'refused')
        assert.match(wordsOf(told), new RegExp(`needs the role ${needed}; you are ${role}\\.`))
      }
    })
  const right = below.find(([, role]) => ROLES.indexOf(role) >= ROLES.indexOf(needed))
  if (right !== undefined)
    test(`/${path}: the role ${right[1]} is admitted`, async () => {
      const world = await createWorld({ registry: real })
      const { actor } = { actor: right[0] }
      const admission = world.front.admit(people.request(path, input, { actor }))
      const asks = command.private && (command.private.when?.(input) ?? true)
      assert.equal(admission.kind, asks ? 'question' : 'admitted')
    })

  if (path.startsWith('openclaw '))
    test(`/${path}: a grant for one app is none for another, and an unknown app is named`, async () => {
      const world = await createWorld({ registry: real })
      const one = people.person('700')
      await world.deps.access.grant(people.grantTo(one, 'admin', { apps: ['second-app'] }))
      const other = await world.ask(path, { ...input, app: 'my-openclaw' }, { actor: one })
      assert.match(wordsOf(other), /Your role here does not cover my-openclaw\./)
      const unknown = await world.ask(path, { ...input, app: 'nobodys' })
      assert.equal(unknown.kind, 'refused')
      assert.equal(title(unknown), 'I do not manage an app “nobodys”.')
      assert.match(wordsOf(unknown), /Managed: my-openclaw, second-app\./)
    })
}

test('a stranger is told the same whether or not there is such a command or option', async () => {
  const world = await createWorld({ registry: real })
  const ask = (command: string, input: object) =>
    world.ask(command, { ...input }, { actor: STRANGER })
  const plain = await ask('openclaw status', {})
  for (const [command, input] of [
    ['openclaw nothing', {}],
    ['ops access trust', {}],
    ['openclaw status', { app: 'nobodys' }],
    ['openclaw status', { other: 1 }],
    ['ops access allow', { who: 5 }],
  ] as const)
    assert.deepEqual((await ask(command, input)).reply, plain.reply, command)
})

test('an unknown command is one sentence with the nearest name, for those who are known', async () => {
  const world = await createWorld({ registry: real })
  const near = await world.ask('openclaw statsu', {}, { actor: VIEWER })
  assert.equal(title(near), 'There is no command /openclaw statsu.')
  assert.match(wordsOf(near), /Did you mean \/openclaw status\?/)
  assert.match(wordsOf(await world.ask('ops zebra striped')), /\/ops help lists what there is\./)
})

test('bad input is one sentence that names the option, in the language of the asker', async () => {
  const world = await createWorld({ registry: real })
  const english = await world.ask('openclaw connect', { how: 'by boat' })
  assert.equal(title(english), 'how: write browser, proxy, wireguard, ssh or tunnel.')
  assert.match(wordsOf(english), /For example: \/openclaw connect .*how=/, 'one that has it')
  const chinese = await world.ask('ops access allow', {}, { locale: 'zh-TW' })
  assert.equal(title(chinese), '缺少選項 who。')
  assert.equal(world.audited.at(-1)?.detail, 'input')
  assert.equal(world.queue.waiting().length, 0)
})

test('owners are told where owners come from, not to type what would be refused', async () => {
  const world = await createWorld({ registry: real })
  const told = await world.ask('ops access trust', {}, { actor: ADMIN })
  assert.match(wordsOf(told), /Owners come from OPS_OWNERS only\./)
  assert.doesNotMatch(wordsOf(told), /access allow/)
})

test('before the store has answered once nothing is allowed, and it says so', async () => {
  const world = await createWorld({ registry: real })
  const deps = { ...world.deps, access: { ...world.deps.access, snapshot: () => undefined } }
  const admission = createDispatcher(deps).admit(people.request('openclaw status'))
  assert.equal(admission.kind, 'refused')
  assert.match(JSON.stringify(admission), /cannot be read, so nothing is allowed/)
})

/** A chat command that counts how often it ran. */
function counting() {
  const ran = { times: 0, fault: undefined as Error | undefined }
  const command = chatCommand('count', {
    async run() {
      ran.times++
      await settle()
      if (ran.fault) throw ran.fault
    },
    render: () => reply.ok(tr(`Ran ${ran.times}`, `第 ${ran.times} 次`)),
  })
  return { ran, command }
}

test('the same request delivered again, later or at the same time, runs once', async () => {
  const { ran, command } = counting()
  const world = await createWorld({ ops: [command] })
  const same = { id: 'i-same' }
  const told = await Promise.all([1, 2, 3].map(() => world.ask('ops count', {}, same)))
  assert.deepEqual(told.map(({ kind }) => kind).sort(), ['duplicate', 'duplicate', 'reply'])
  await world.clock.advance(3_600_000)
  assert.equal((await world.ask('ops count', {}, same)).kind, 'duplicate')
  assert.equal(ran.times, 1)
  assert.equal((await world.ask('ops count', {}, { id: 'i-other' })).kind, 'reply')
})

test('a process that dies between claim and answer: the next delivery runs it, once', async () => {
  const { ran, command } = counting()
  const world = await createWorld({ ops: [command] })
  const { before } = world.store
  world.store.before = (operation, bucket) => {
    if (operation === 'put' && bucket === 'seen') throw away()
  }
  const died = await world.ask('ops count', {}, { id: 'i-same' })
  assert.match(title(died), /store is away/)
  world.store.before = before
  assert.equal((await world.ask('ops count', {}, { id: 'i-same' })).kind, 'duplicate')
  await world.clock.advance(30_001)
  const again = await Promise.all([1, 2].map(() => world.ask('ops count', {}, { id: 'i-same' })))
  assert.deepEqual(again.map(({ kind }) => kind).sort(), ['duplicate', 'reply'])
  assert.equal(ran.times, 2)
})

test('the same request for a worker makes one job, however often and by whomever it is taken', async () => {
  const world = await createWorld({ commands: [workCommand('look')] })
  const told = await Promise.all(
    [1, 2, 3].map(() => world.ask('openclaw look', {}, { id: 'i-same' })),
  )
  assert.deepEqual(told.map(({ kind }) => kind).sort(), ['duplicate', 'duplicate', 'queued'])
  assert.equal(world.queue.waiting().length, 1)
  assert.equal(world.store.size('job'), 1)
  await world.work()
  assert.equal((await world.ask('openclaw look', {}, { id: 'i-same' })).kind, 'duplicate')
  assert.equal(world.queue.waiting().length, 0)
})

test('a store that is away: one sentence, nothing done, and the log has the cause', async () => {
  const { ran, command } = counting()
  const world = await createWorld({ commands: [workCommand('look')], ops: [command] })
  world.store.before = () => {
    throw away()
  }
  for (const path of ['openclaw look', 'ops count']) {
    const told = await world.ask(path)
    assert.deepEqual([told.kind, title(told)], ['reply', 'The store is away.'])
    assert.equal(told.outcome?.kind === 'reply' && told.outcome.failure, 'unavailable')
  }
  assert.equal(ran.times, 0)
  assert.equal(world.queue.waiting().length, 0)
  assert.deepEqual(
    world.logged.filter(({ level }) => level === 'warn').map(({ message }) => message),
    ['request not accepted', 'request not accepted'],
  )
})

test('an unexpected fault shows a reference and none of its own words', async () => {
  const { ran, command } = counting()
  ran.fault = new TypeError('token abc is wrong')
  const world = await createWorld({ ops: [command] })
  const told = await world.ask('ops count', {}, { id: 'i-77' })
  assert.match(wordsOf(told), /Something went wrong inside me.*i-77/)
  assert.doesNotMatch(wordsOf(told), /abc/)
})

test('the role may follow from the options, and is decided with them', async () => {
  const fix = workCommand('fix', {
    role: ({ note }) => (note === undefined ? 'viewer' : 'operator'),
    confirm: ({ note }) => (note === undefined ? 'none' : 'button'),
  })
  const world = await createWorld({ commands: [fix] })
  assert.equal((await world.ask('openclaw fix', {}, { actor: VIEWER })).kind, 'queued')
  const told = await world.ask('openclaw fix', { note: 'x' }, { actor: VIEWER })
  assert.match(wordsOf(told), /needs the role operator; you are viewer/)
  assert.equal((await world.ask('openclaw fix', { note: 'x' }, { actor: OPERATOR })).kind, 'reply')
})

test('whoever sees an answer is settled at the acknowledgement', async () => {
  const hidden = chatCommand('secretly', { audience: 'author' })
  const world = await createWorld({ ops: [hidden, chatCommand('openly')] })
  const audience = (path: string) => {
    const admission = world.front.admit(people.request(path))
    return admission.kind === 'admitted' ? admission.audience : admission.kind
  }
  assert.equal(audience('ops secretly'), 'author')
  assert.equal(audience('ops openly'), 'channel')
})

test('a queued change says so, and behind whom it waits', async () => {
  const world = await createWorld({ commands: [workCommand('restart', { kind: 'change' })] })
  const first = await world.ask('openclaw restart')
  assert.match(JSON.stringify(await world.words(first.job)), /Queued\./)
  const second = await world.ask('openclaw restart', {}, { actor: OPERATOR })
  const behind = new RegExp(`Waiting behind ${first.job} \\(openclaw restart, Person 100\\)`)
  assert.match(JSON.stringify(await world.words(second.job)), behind)
  const other = await world.ask('openclaw restart', { app: 'second-app' })
  assert.match(JSON.stringify(await world.words(other.job)), /Queued\./)
})

test('a look that no worker takes is told of after five seconds, a taken one is not', async () => {
  const world = await createWorld({ commands: [workCommand('look')] })
  const lost = await world.ask('openclaw look')
  assert.equal(world.queue.take()?.id, lost.job)
  const taken = await world.ask('openclaw look')
  await world.work()
  await world.clock.advance(4999)
  assert.equal(world.store.size('outbox'), 1)
  await world.clock.advance(1)
  assert.match(JSON.stringify(await world.words(lost.job)), /No worker has taken this yet/)
  assert.match(JSON.stringify(await world.words(taken.job)), /Done/)
})

test('a command that came too late is answered in the asker’s language', async () => {
  const world = await createWorld({ commands: [workCommand('look')] })
  const stale = (locale: 'en' | 'zh-TW') =>
    world.front.stale(people.request('openclaw look', {}, { locale }))
  assert.equal(stale('en').title, 'Too old, not run')
  assert.equal(stale('zh-TW').title, '指令過舊，未執行')
  const { token: _, ...typed } = { ...people.request('', {}), token: 't' }
  const { command: __, input: ___, ...bare } = typed
  for (const one of [bare, { ...bare, token: 't' }]) world.front.stale(one)
  assert.deepEqual(
    world.audited.map(({ event, verb, detail }) => [event, verb, detail]),
    ['openclaw look', 'openclaw look', 'typed', 'press'].map((verb) => ['refused', verb, 'stale']),
  )
})

test('completion offers only what the asker may use, and nothing to strangers', async () => {
  const world = await createWorld({ registry: real })
  const request = (option: string, typed: string, actor = VIEWER, command = 'openclaw status') =>
    world.front.complete({ command, option, typed, input: {}, actor, place: HERE, locale: 'en' })
  const offered = async (...args: Parameters<typeof request>) =>
    (await request(...args)).map(({ value }) => value)
  assert.deepEqual(await offered('app', ''), ['my-openclaw', 'second-app'])
  assert.deepEqual(await offered('app', 'SECOND'), ['second-app'])
  assert.deepEqual(await offered('app', '', STRANGER), [])
  assert.deepEqual(await offered('nothing', ''), [])
  assert.deepEqual(await offered('app', '', VIEWER, 'openclaw nothing'), [])
  assert.deepEqual(await offered('how', 's', VIEWER, 'openclaw connect'), ['browser', 'ssh'])
  const one = people.person('700')
  await world.deps.access.grant(people.grantTo(one, 'admin', { apps: ['second-app'] }))
  assert.deepEqual(await offered('app', '', one), ['second-app'])
})

test('completion of job ids offers none of apps that the asker may not see', async () => {
  const world = await createWorld({ registry: real })
  const first = await world.ask('openclaw status', { app: 'my-openclaw' })
  const second = await world.ask('openclaw status', { app: 'second-app' })
  const one = people.person('700')
  await world.deps.access.grant(people.grantTo(one, 'viewer', { apps: ['second-app'] }))
  const request = { command: 'ops job', option: 'id', typed: '', input: {}, place: HERE } as const
  const ids = async (actor = OWNER) =>
    (await world.front.complete({ ...request, actor, locale: 'en' })).map(({ value }) => value)
  assert.deepEqual((await ids()).sort(), [first.job, second.job].sort())
  assert.deepEqual(await ids(one), [second.job])
})

test('completion of commands offers only those the asker may run', async () => {
  const world = await createWorld({ registry: real })
  const request = { command: 'ops help', option: 'command', typed: 'access', input: {} } as const
  const more = { place: HERE, locale: 'en' } as const
  const offered = await world.front.complete({ ...request, ...more, actor: VIEWER })
  assert.deepEqual(
    offered.map(({ value }) => value),
    ['ops access explain', 'ops access link'],
  )
})

test('a guild is not opened by asking for it from somewhere else with another one’s name', async () => {
  const world = await createWorld({ registry: real, settled: false })
  const told = await world.ask('ops access trust', { place: `discord:${GUILD}` }, { actor: ADMIN })
  assert.equal(told.kind, 'refused')
  assert.equal(world.store.size('trust'), 0)
})
