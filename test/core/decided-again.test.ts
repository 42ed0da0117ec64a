import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hide, revealAction } from '../../src/core/mutation/reveal.ts'
import { reply } from '../../src/core/reply.ts'
import { tr } from '../../src/core/text.ts'
import { workCommand } from '../helpers/commands.ts'
import { ADMIN, grantTo, GUILD, OPERATOR, person } from '../helpers/people.ts'
import { button, createWorld } from '../helpers/world.ts'

/* What somebody was allowed when they pressed counts for nothing when it is about to be done: everybody involved is decided about again. */

const opens = workCommand('open', { kind: 'change', role: 'operator', confirm: 'button' })

for (const [who, actor] of [
  ['nobody', undefined],
  ['the one who asked', OPERATOR],
  ['the one who approved', ADMIN],
] as const)
  test(`before it runs, when meanwhile ${who} was denied`, async () => {
    let ran = 0
    const open = workCommand('open', {
      kind: 'change',
      role: 'operator',
      confirm: 'second',
      run: async () => ({ ran: ++ran }),
    })
    const world = await createWorld({ commands: [open] })
    const told = await world.ask('openclaw open', {}, { actor: OPERATOR })
    const { job } = await world.press(button(told.reply, 'Approve'), { actor: ADMIN })
    if (actor) await world.deps.access.grant(grantTo(actor, 'admin', { deny: true }))
    await world.work()
    const { state } = await world.job(job)
    assert.deepEqual([ran, state], actor ? [0, 'refused'] : [1, 'done'])
    const { tone } = await world.words(job)
    assert.equal(tone, actor ? 'error' : 'ok')
  })

/** What somebody has for a while, or by a role, may be gone by the time a worker comes to it. */
for (const [what, more, end] of [
  ['a grant ended', { until: 60_000 }, 60_000],
  ['an elevation ended', { until: 60_000, elevation: { approvedBy: 'discord:200' } }, 60_000],
  ['nothing ended yet', { until: 60_000 }, 59_999],
] as const)
  test(`before it runs, when meanwhile ${what}`, async () => {
    const world = await createWorld({ commands: [opens] })
    const { access, clock } = world.deps
    const one = person('700')
    await access.grant(grantTo(one, 'operator', { ...more, until: clock.now() + more.until }))
    const told = await world.ask('openclaw open', {}, { actor: one })
    const { job } = await world.press(button(told.reply, 'Confirm'), { actor: one })
    await world.clock.advance(end)
    await world.work()
    assert.equal((await world.job(job)).state, end < 60_000 ? 'done' : 'refused')
  })

for (const gone of [true, false])
  test(`before it runs, when meanwhile the role of the one who asked was ${gone ? 'deleted' : 'kept'}`, async () => {
    const world = await createWorld({ commands: [opens] })
    const { access } = world.deps
    const one = person('700', ['77'])
    await access.grant(grantTo(one, 'operator', { subject: { kind: 'role', id: '77' } }))
    const told = await world.ask('openclaw open', {}, { actor: one })
    const { job } = await world.press(button(told.reply, 'Confirm'), { actor: one })
    if (gone) await access.mark(`discord:${GUILD} role:77`, true)
    await world.work()
    assert.equal((await world.job(job)).state, gone ? 'refused' : 'done')
  })

const VALUE = 'hunter2-hunter2'
const rotate = workCommand('rotate', {
  kind: 'change',
  role: 'operator',
  run: async ({ store, sealer, job }) => {
    const about = { label: tr('Token', '權杖'), verb: 'openclaw rotate', app: 'my-openclaw' }
    await hide({ store, sealer }, job, { ...about, for: ['discord:300'], value: VALUE })
    return {}
  },
  render: (_, __, { job }) =>
    reply.ok(tr('Rotated', '已輪替'), [], { actions: [revealAction(job ?? '')] }),
})

test('before a secret is shown, when meanwhile the one it is for was denied', async () => {
  const world = await createWorld({ commands: [rotate] })
  const { job } = await world.ask('openclaw rotate', {}, { actor: OPERATOR })
  await world.work()
  const reveal = button(await world.words(job), 'Reveal')
  const denied = await world.deps.access.grant(grantTo(OPERATOR, 'admin', { deny: true }))
  const no = await world.press(reveal, { actor: OPERATOR })
  assert.doesNotMatch(JSON.stringify(no), /hunter2/)
  assert.match(JSON.stringify(no.reply), /denied|not allowed|may not/i)
  assert.deepEqual(
    world.audited.filter(({ event }) => event === 'revealed'),
    [],
  )
  // It was not used up by that: allowed again, they see it, once.
  await world.deps.access.revoke(denied.id)
  const seen = await world.press(reveal, { actor: OPERATOR })
  assert.match(JSON.stringify(seen.reply), /hunter2/)
  const again = await world.press(reveal, { actor: OPERATOR })
  assert.doesNotMatch(JSON.stringify(again), /hunter2/)
})
