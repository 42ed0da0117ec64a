import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Confirm, Plan } from '../../src/core/command.ts'
import { createDispatcher } from '../../src/core/dispatcher.ts'
import type { SaidReply } from '../../src/core/reply.ts'
import { text } from '../../src/core/reply.ts'
import { tr } from '../../src/core/text.ts'
import { chatCommand, workCommand } from '../helpers/commands.ts'
import { away } from '../helpers/memory-store.ts'
import {
  ADMIN,
  ELSEWHERE,
  grantTo,
  HERE,
  OPERATOR,
  OWNER,
  person,
  STRANGER,
  VIEWER,
} from '../helpers/people.ts'
import { button, createWorld, type Told, type World } from '../helpers/world.ts'

const change = (confirm: Confirm, name = 'restart') =>
  workCommand(name, { kind: 'change', role: 'operator', confirm })
const commands = [
  change('button'),
  change('typed', 'wipe'),
  change('second', 'open'),
  change('none', 'look'),
]
const title = ({ reply }: Told): string => reply?.title ?? ''
const yes = (told: Told, label = 'Confirm') => button(told.reply, label)

async function asked(path: string, more: Parameters<World['ask']>[2] = { actor: OPERATOR }) {
  const world = await createWorld({ commands })
  const told = await world.ask(path, { note: 'because' }, more)
  assert.equal(told.kind, 'reply')
  assert.equal(world.queue.waiting().length, 0)
  return { world, told }
}

test('a question shows what was asked, by whom and for how long it stands', async () => {
  const { told } = await asked('openclaw restart')
  assert.equal(title(told), 'Run /openclaw restart?')
  const words = JSON.stringify(told.reply)
  for (const part of ['because', 'Person 300', 'Stands for 2 min.'])
    assert.ok(words.includes(part), part)
  const labels = told.reply?.actions?.map(({ label }) => label)
  assert.deepEqual(labels, ['Confirm', 'Cancel'])
})

test('the asker confirms: one job, approved by them, and the button is used up', async () => {
  const { world, told } = await asked('openclaw restart')
  const done = await world.press(yes(told), { actor: OPERATOR })
  assert.equal(done.kind, 'queued')
  const job = await world.job(done.job)
  assert.deepEqual(
    [job.approvedBy, job.state, job.options['note']],
    ['discord:300', 'queued', 'because'],
  )
  const again = await world.press(yes(told), { actor: OPERATOR })
  assert.equal(again.kind, 'refused')
  assert.match(title(again), /used up or too old/)
  assert.equal(world.store.size('job'), 1)
})

test('pressed twice at once, the button makes one job', async () => {
  const { world, told } = await asked('openclaw restart')
  const press = () => world.press(yes(told), { actor: OPERATOR })
  const kinds = (await Promise.all([press(), press(), press()])).map(({ kind }) => kind)
  assert.equal(kinds.filter((kind) => kind === 'queued').length, 1)
  assert.equal(world.store.size('job'), 1)
  assert.equal(world.queue.waiting().length, 1)
  const refused = world.audited.flatMap(({ event, detail }) => (event === 'refused' ? detail : []))
  assert.deepEqual(refused, ['doubled', 'doubled'], 'and the others are in the record')
})

test('yes and no at once: one of them counts, the other is told that it is over, and is in the record', async () => {
  const { world, told } = await asked('openclaw restart')
  const [y, n] = await Promise.all(
    [yes(told), button(told.reply, 'Cancel')].map((one) => world.press(one, { actor: OPERATOR })),
  )
  const late = [y, n].find((one) => one?.kind === 'notice')
  assert.match(late?.reply?.title ?? '', /used up or too old/)
  assert.ok(world.audited.some(({ event, detail }) => event === 'refused' && detail === 'settled'))
})

test('a process that dies between the job and its mark: the next press makes no second job', async () => {
  const { world, told } = await asked('openclaw restart')
  world.store.before = (operation, bucket) => {
    if (operation === 'remove' && bucket === 'pending') throw away()
  }
  await world.press(yes(told), { actor: OPERATOR })
  world.store.before = () => {}
  assert.equal((await world.press(yes(told), { actor: OPERATOR })).kind, 'duplicate')
  assert.equal(world.store.size('job'), 1)
})

for (const [who, actor, sentence] of [
  ['an owner', OWNER, /Only the person who asked/],
  ['another operator', ADMIN, /Only the person who asked/],
  ['a stranger', STRANGER, /Only the person who asked/],
] as const)
  test(`${who} cannot confirm for the asker`, async () => {
    const { world, told } = await asked('openclaw restart')
    const done = await world.press(yes(told), { actor })
    assert.equal(done.kind, 'refused')
    assert.match(title(done), sentence)
    assert.equal(world.store.size('job'), 0)
  })

test('whoever lost the role meanwhile can no longer confirm, for a worker or here', async () => {
  const opsCommands = [chatCommand('set', { role: 'operator', confirm: 'button' })]
  const world = await createWorld({ commands, ops: opsCommands })
  const other = person('700')
  const grant = { role: 'operator', apps: '*', deny: false, by: 'x', reason: null } as const
  const scope = { platform: 'discord', space: '900000000000000001' } as const
  const until = world.clock.now() + 1000
  const subject = { kind: 'user', platform: 'discord', id: '700' } as const
  await world.deps.access.grant({ ...grant, scope, subject, until })
  const both = [
    await world.ask('openclaw restart', {}, { actor: other }),
    await world.ask('ops set', {}, { actor: other }),
  ]
  await world.clock.advance(1001)
  for (const told of both) {
    const done = await world.press(yes(told), { actor: other })
    assert.equal(done.kind, 'refused')
    assert.match(JSON.stringify(done.reply), /You have no role here/)
  }
  assert.equal(world.store.size('job'), 0)
})

test('a typed confirmation asks for the app, takes it in any case, and refuses another', async () => {
  const { world, told } = await asked('openclaw wipe')
  const first = await world.press(yes(told), { actor: OPERATOR })
  assert.equal(first.kind, 'question')
  assert.equal(first.question?.label, 'Type my-openclaw to confirm')
  assert.equal(first.question?.placeholder, 'my-openclaw')
  const wrong = await world.press(yes(told), { actor: OPERATOR, answer: 'second-app' })
  assert.equal(wrong.kind, 'notice')
  assert.equal(title(wrong), 'That is not my-openclaw; nothing was done.')
  assert.equal(world.store.size('job'), 0)
  const right = await world.press(yes(told), { actor: OPERATOR, answer: '  My-OpenClaw ' })
  assert.equal(right.kind, 'queued')
})

test('a typed confirmation is refused to others before they type', async () => {
  const { world, told } = await asked('openclaw wipe')
  assert.equal((await world.press(yes(told), { actor: OWNER })).kind, 'refused')
})

test('a second person: never the asker, never someone without the role, once somebody with it', async () => {
  const { world, told } = await asked('openclaw open')
  assert.match(JSON.stringify(told.reply), /Someone other than Person 300 has to approve\./)
  const own = await world.press(yes(told, 'Approve'), { actor: OPERATOR })
  assert.match(title(own), /Someone else has to approve this/)
  const low = await world.press(yes(told, 'Approve'), { actor: VIEWER })
  assert.match(JSON.stringify(low.reply), /needs the role operator; you are viewer/)
  const none = await world.press(yes(told, 'Approve'), { actor: STRANGER })
  assert.match(JSON.stringify(none.reply), /You have no role here/)
  assert.equal(world.store.size('job'), 0)
  const done = await world.press(yes(told, 'Approve'), { actor: ADMIN })
  const job = await world.job(done.job)
  assert.deepEqual([job.approvedBy, job.invocation.actor.id], ['discord:200', '300'])
})

test('an approval stands for fifteen minutes, a confirmation for two', async () => {
  for (const [path, label, actor, life] of [
    ['openclaw open', 'Approve', ADMIN, 900_000],
    ['openclaw restart', 'Confirm', OPERATOR, 120_000],
  ] as const) {
    for (const [wait, kind] of [
      [life - 1, 'queued'],
      [life, 'refused'],
    ] as const) {
      const { world, told } = await asked(path)
      await world.clock.advance(wait)
      assert.equal((await world.press(yes(told, label), { actor })).kind, kind, `${path} ${wait}`)
    }
  }
})

test('a button works in its own place only, and forged ones not at all', async () => {
  const { world, told } = await asked('openclaw restart')
  const token = yes(told).token ?? ''
  const foreign = await world.press(yes(told), { actor: OPERATOR, place: ELSEWHERE })
  assert.equal(foreign.kind, 'refused')
  const [set = ''] = token.split('.')
  const forged = [`${set}.7`, `${set}.`, `${set.slice(1)}A.0`, '', 'x', `${set}.0.0`, `.${set}`]
  for (const one of forged)
    assert.equal((await world.press(one, { actor: OPERATOR })).kind, 'refused', one)
  assert.deepEqual(
    new Set(world.audited.filter(({ event }) => event === 'refused').map(({ detail }) => detail)),
    new Set(['foreign', 'expired']),
  )
  assert.equal(world.store.size('job'), 0)
})

test('whatever arrives as a token, nothing happens', async () => {
  const { world } = await asked('openclaw restart')
  const token = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w-]{22}\.\d{1,2}$/))
  await fc.assert(
    fc.asyncProperty(token, async (one) => {
      assert.equal((await world.press(one)).kind, 'refused')
    }),
  )
  assert.equal(world.store.size('job'), 0)
})

test('tokens fit every platform and differ between two questions that say the same', async () => {
  const world = await createWorld({ commands })
  const one = await world.ask('openclaw restart')
  const two = await world.ask('openclaw restart')
  assert.ok((yes(one).token ?? '').length <= 40)
  assert.notEqual(yes(one).token, yes(two).token)
})

for (const [who, actor, kind] of [
  ['the asker', OPERATOR, 'reply'],
  ['somebody who could have asked', ADMIN, 'reply'],
  ['a viewer', VIEWER, 'refused'],
  ['a stranger', STRANGER, 'refused'],
] as const)
  test(`${who} says no: ${kind}`, async () => {
    const { world, told } = await asked('openclaw restart')
    const done = await world.press(yes(told, 'Cancel'), { actor })
    assert.equal(done.kind, kind)
    const left = await world.press(yes(told), { actor: OPERATOR })
    assert.equal(left.kind, kind === 'reply' ? 'refused' : 'queued')
    if (kind === 'reply') assert.equal(title(done), '/openclaw restart was not run')
  })

test('buttons outlive the process: another dispatcher on the same store takes the press', async () => {
  const { world, told } = await asked('openclaw restart')
  const other = createDispatcher(world.deps)
  const admission = await other.press({
    id: 'p-new',
    token: yes(told).token ?? '',
    actor: OPERATOR,
    surface: 'button',
    locale: 'en',
    at: 0,
    place: HERE,
    address: { platform: 'discord', chat: '1', user: '300', private: false },
  })
  assert.equal(admission.kind === 'admitted' && (await admission.run()).kind, 'queued')
})

test('a store that does not answer a press in time: not now, nothing done', async () => {
  const { world, told } = await asked('openclaw restart')
  world.store.before = () => new Promise(() => {})
  const pressing = world.press(yes(told), { actor: OPERATOR })
  await world.clock.advance(1500)
  const done = await pressing
  assert.equal(done.kind, 'refused')
  assert.match(title(done), /^My memory cannot be reached, so nothing was done/)
  world.store.before = () => {
    throw away()
  }
  assert.match(title(await world.press(yes(told))), /^My memory cannot be reached/)
})

test('a confirmed chat command runs once, by its asker’s options', async () => {
  const seen: unknown[] = []
  const set = chatCommand('set', {
    confirm: 'button',
    run: async (_, options) => void seen.push(options),
  })
  const world = await createWorld({ ops: [set] })
  const told = await world.ask('ops set', { note: 'x' }, { actor: OPERATOR })
  const press = () => world.press(yes(told), { actor: OPERATOR })
  const kinds = (await Promise.all([press(), press()])).map(({ kind }) => kind)
  assert.deepEqual(kinds.sort(), ['notice', 'reply'])
  assert.deepEqual(seen, [{ note: 'x' }])
})

test('a button that runs a command decides about the one who presses it', async () => {
  const world = await createWorld({
    commands: [
      ...commands,
      workCommand('status', {
        render: () => ({
          tone: 'ok',
          title: 'Here',
          blocks: [],
          actions: [
            action('Restart', 'openclaw restart'),
            action('Look', 'openclaw look'),
            action('Gone', 'openclaw gone'),
          ],
        }),
      }),
    ],
  })
  const told = await world.ask('openclaw status', {}, { actor: OPERATOR })
  await world.work()
  const said = await world.words(told.job)
  assert.deepEqual(
    said.actions?.map(({ label }) => label),
    ['Restart', 'Look'],
  )
  const viewer = await world.press(button(said, 'Look'), { actor: VIEWER })
  assert.match(JSON.stringify(viewer.reply), /needs the role operator/)
  assert.equal((await world.press(button(said, 'Look'), { actor: ADMIN })).kind, 'queued')
  const again = await world.ask('openclaw status', {}, { actor: VIEWER })
  await world.work()
  assert.deepEqual((await world.words(again.job)).actions, [])
})

const action = (label: string, command: string) => ({
  label,
  style: 'neutral' as const,
  intent: { do: 'run' as const, command, input: {} },
})

test('a choice fills the option it is made for, and is checked like any other', async () => {
  const choose = chatCommand('choose', {
    render: () => ({
      tone: 'ok',
      title: 'Which',
      blocks: [],
      actions: [{ ...action('Pick', 'ops note'), into: 'note', choices: [] }],
    }),
  })
  const seen: unknown[] = []
  const note = chatCommand('note', { run: async (_, options) => void seen.push(options) })
  const world = await createWorld({ ops: [choose, note] })
  const told = await world.ask('ops choose')
  await world.press(button(told.reply, 'Pick'), { answer: 'this' })
  const long = await world.press(button(told.reply, 'Pick'), { answer: 'x'.repeat(21) })
  assert.equal(long.kind, 'refused')
  assert.deepEqual(seen, [{ note: 'this' }])
})

const waiting = async () => {
  const world = await createWorld({ commands })
  const told = await world.ask('openclaw look', {}, { actor: OPERATOR })
  return { world, id: told.job, said: await world.words(told.job) }
}

test('cancel by the asker takes a waiting job out, and its last words say so', async () => {
  const { world, id, said } = await waiting()
  const done = await world.press(button(said, 'Cancel'), { actor: OPERATOR })
  assert.equal(title(done), 'Cancelled before it began')
  assert.equal((await world.job(id)).state, 'cancelled')
  assert.equal(world.queue.waiting().length, 0)
  assert.equal((await world.words(id)).title, 'Cancelled before it began')
  const again = await world.press(button(said, 'Cancel'), { actor: OPERATOR })
  assert.match(title(again), /over already/)
})

for (const [who, actor, state] of [
  ['an operator of the app', ADMIN, 'cancelled'],
  ['a viewer', VIEWER, 'queued'],
  ['a stranger', STRANGER, 'queued'],
] as const)
  test(`cancel by ${who} leaves the job ${state}`, async () => {
    const { world, id, said } = await waiting()
    await world.press(button(said, 'Cancel'), { actor })
    assert.equal((await world.job(id)).state, state)
  })

/** A change whose plan follows a world that the test moves. */
function planned() {
  const now = { version: 1 }
  const ran: unknown[] = []
  const command = workCommand('memory', {
    kind: 'change',
    role: 'operator',
    confirm: 'button',
    plan: async (): Promise<Plan> => ({
      title: tr(`Version ${now.version} → new`, `版本 ${now.version} → 新`),
      blocks: [text(tr('It costs more.', '費用會增加。'))],
      fingerprint: `v${now.version}`,
      data: { from: now.version },
    }),
    run: async (_, __, plan) => void ran.push(plan),
  })
  return { now, ran, command }
}

async function planShown(world: World, job: string): Promise<SaidReply> {
  await world.work()
  assert.equal((await world.job(job)).state, 'asked')
  return world.words(job)
}

test('cancel by a button is in the record; whoever was denied meanwhile stops nothing, not even their own', async () => {
  const plan = async () => ({ title: 'x', blocks: [], fingerprint: 'a', data: null })
  const steps = workCommand('steps', { kind: 'change', role: 'operator', plan })
  const world = await createWorld({ commands: [steps] })
  const { access, buttons } = world.deps
  const { job } = await world.ask('openclaw steps', {}, { actor: OPERATOR })
  const stop = { label: 'Cancel', style: 'neutral', intent: { do: 'cancel', job } } as const
  const origin = { id: 'x', place: HERE, asker: OPERATOR }
  const said = { tone: 'pending', title: 'x', blocks: [], actions: [stop] } as const
  const token = (await buttons.equip(said, origin)).actions?.[0]?.token ?? ''
  const denial = await access.grant(grantTo(OPERATOR, 'viewer', { deny: true }))
  const no = await world.press(token, { actor: OPERATOR })
  assert.equal(no.reply?.title, 'You may not do this')
  assert.equal((await world.job(job)).state, 'queued')
  assert.deepEqual(
    world.audited.filter(({ event }) => event === 'refused').map(({ detail }) => detail),
    ['denied'],
  )
  await access.revoke(denial.id)
  await world.press(token, { actor: OPERATOR })
  assert.equal((await world.job(job)).state, 'cancelled')
  const ends = world.audited.filter(
    ({ event, verb }) => event === 'finished' && verb === 'ops cancel',
  )
  assert.deepEqual(
    ends.map(({ actor, job: about }) => [actor, about]),
    [['discord:300', job]],
  )
})

test('a plan is shown first; pressed on the same world, it runs with it', async () => {
  const { ran, command } = planned()
  const world = await createWorld({ commands: [command] })
  const told = await world.ask('openclaw memory', {}, { actor: OPERATOR })
  const plan = await planShown(world, told.job)
  assert.equal(plan.title, 'Version 1 → new')
  assert.match(JSON.stringify(plan.blocks), /It costs more\..*Stands for 2 min/)
  assert.deepEqual(ran, [])
  const done = await world.press(button(plan, 'Confirm'), { actor: OPERATOR })
  await world.work()
  assert.equal((await world.job(done.job)).state, 'done')
  assert.deepEqual(ran, [{ from: 1 }])
})

test('a world that changed between plan and press gives a new plan instead of running', async () => {
  const { now, ran, command } = planned()
  const world = await createWorld({ commands: [command] })
  const told = await world.ask('openclaw memory', {}, { actor: OPERATOR })
  const first = await planShown(world, told.job)
  now.version = 2
  const pressed = await world.press(button(first, 'Confirm'), { actor: OPERATOR })
  const second = await planShown(world, pressed.job)
  assert.equal(second.title, 'Version 2 → new')
  assert.match(JSON.stringify(second.blocks), /Things have changed since the last plan/)
  assert.deepEqual(ran, [])
  const again = await world.press(button(second, 'Confirm'), { actor: OPERATOR })
  await world.work()
  assert.equal((await world.job(again.job)).state, 'done')
  assert.deepEqual(ran, [{ from: 2 }])
})

test('a plan that nobody needs to confirm is made again after a crash, not asked about', async () => {
  const { now, ran, command } = planned()
  const world = await createWorld({ commands: [{ ...command, confirm: 'none' }] })
  const told = await world.ask('openclaw memory', {}, { actor: OPERATOR })
  const turn = new AbortController()
  world.store.before = (operation, bucket) => {
    if (operation !== 'update' || bucket !== 'job' || ran.length === 0) return
    turn.abort(new Error('killed'))
    throw away()
  }
  await assert.rejects(world.queue.workOff(world.runner(), turn.signal))
  world.store.before = () => {}
  now.version = 2
  await world.queue.enqueue({ id: told.job, lane: 'read' })
  await world.work()
  assert.equal((await world.job(told.job)).state, 'done')
  assert.deepEqual(ran, [{ from: 1 }, { from: 2 }])
})

test('Cancel and Approve at the same moment: one of them counts, and the other is told so', async () => {
  const { world, told } = await asked('openclaw restart')
  const press = (label: string | undefined, id: string) =>
    createDispatcher(world.deps).press({
      id,
      token: (label === undefined ? yes(told) : yes(told, label)).token ?? '',
      actor: OPERATOR,
      surface: 'button',
      locale: 'en',
      at: 0,
      place: HERE,
      address: { platform: 'discord', chat: '1', user: '300', private: false },
    })
  const [no, go] = [await press('Cancel', 'p-1'), await press(undefined, 'p-2')]
  assert.ok(no.kind === 'admitted' && go.kind === 'admitted')
  const declined = await no.run()
  const confirmed = await go.run()
  assert.equal(declined.kind, 'reply')
  assert.equal(confirmed.kind, 'notice')
  assert.equal((await world.deps.jobs.recent(10)).length, 0)
})

test('where nobody else could approve, the name is typed and a reason is said; without one nothing is done', async () => {
  const world = await createWorld({ commands })
  const place = { platform: 'discord', space: OWNER.id, private: true } as const
  const told = await world.ask('openclaw open', {}, { actor: OWNER, place })
  assert.match(JSON.stringify(told.reply), /type my-openclaw and say why: my-openclaw because …/)
  const form = await world.press(yes(told), { actor: OWNER, place })
  assert.equal(form.question?.reason, 'Why? It is written down.')
  const bare = ['my-openclaw', 'my-openclaw because', 'my-openclaw: because, ', 'my-openclaw 因為']
  for (const answer of bare) {
    const refused = await world.press(yes(told), { actor: OWNER, place, answer })
    assert.equal(refused.kind, 'notice', answer)
    assert.match(title(refused), /Nothing was done: say why, too/)
  }
  assert.equal(world.store.size('job'), 0)
  const answer = 'my-openclaw because the token leaked'
  assert.equal((await world.press(yes(told), { actor: OWNER, place, answer })).kind, 'queued')
  const [approved] = world.audited.filter(({ event }) => event === 'approved')
  assert.equal(approved?.detail, 'the token leaked')
})
