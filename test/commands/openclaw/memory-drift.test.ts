import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Action, SaidReply } from '../../../src/core/reply.ts'
import { LOCALES } from '../../../src/core/text.ts'
import { type Ran, type Scene, scene } from '../../helpers/mutation.ts'

const press = { press: true } as const
const OLD = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'

/** The machine as its fly.toml has it again: what a deploy made elsewhere leaves. */
const redeploy = ({ fly, deployed }: Scene, config: Readonly<Record<string, unknown>>): void => {
  fly.machine(deployed.machine.id).config = config
}
const labels = ({ end }: Ran): readonly string[] => (end.actions ?? []).map(({ label }) => label)
const button = ({ end }: Ran, label: string): Action<string> =>
  end.actions?.find((one) => one.label === label) ?? assert.fail(`no ${label}`)

const golden = (t: TestContext, ...replies: ReadonlyArray<SaidReply | undefined>): void => {
  for (const reply of replies)
    t.assert.snapshot(
      renderConsole(reply ?? assert.fail('nothing was said'))
        .replaceAll(/J-[0-9A-Z]{6}/g, '<job>')
        .replaceAll(/ · [\d.]+ (?:m?s|秒)\)$/gm, ')'),
      { serializers: [(value) => String(value)] },
    )
}

/** Changes, which only looks of another kind in `exec` would see. */
const changes = (ran: Ran) =>
  ran.calls.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/exec'))

for (const locale of LOCALES)
  test(`memory of a deploy made elsewhere is taken for what is meant, in ${locale}`, async (t) => {
    const world = await scene(t)
    const { config } = world.fly.machine(world.deployed.machine.id)
    await world.run('memory size=4gb', press)
    redeploy(world, config)
    const status = await world.run('status', { locale })
    assert.ok(labels(status).includes(locale === 'en' ? 'Memory as set' : '還原記憶體設定'))
    const shown = await world.run('memory', { locale })
    const keep = locale === 'en' ? 'Memory as it is' : '保留目前記憶體'
    assert.ok(button(status, keep).token !== undefined && button(shown, keep).token !== undefined)
    const ran = await world.run('memory size=2gb heap=keep', { locale })
    golden(t, ran.end)
    assert.deepEqual([ran.asked, ran.job.state, changes(ran)], [undefined, 'done', []])
    assert.ok(!labels(await world.run('status', { locale })).includes(keep))
    const again = await world.run('memory size=2gb heap=keep', { locale })
    assert.equal(again.job.state, 'failed', 'by now nothing else is meant')
  })

test('a size that changed again since it was looked at is not taken for what is meant', async (t) => {
  const world = await scene(t)
  const { id } = world.deployed.machine
  const { config } = world.fly.machine(id)
  await world.run('memory size=4gb', press)
  redeploy(world, config)
  const read = world.fly.nextCall({ method: 'GET', path: new RegExp(`/machines/${id}$`) })
  void read.then(() => (world.fly.machine(id).instanceId = 'somebody-else'))
  const ran = await world.run('memory size=2gb heap=keep')
  assert.equal(ran.job.state, 'failed')
  assert.match(JSON.stringify(ran.end), /changed by somebody else in the meantime/)
  assert.ok(labels(await world.run('status')).includes('Memory as it is'), 'nothing was remembered')
})

test('a command of a deploy made elsewhere is taken for what is meant', async (t) => {
  const world = await scene(t)
  const { config } = world.fly.machine(world.deployed.machine.id)
  await world.run(`machine command set="${OLD} --verbose"`, press)
  redeploy(world, config)
  const shown = await world.run('machine command')
  assert.deepEqual(labels(shown).slice(0, 2), ['Command as set', 'Command as it is'])
  const ran = await world.run(`machine command set="${OLD}"`)
  assert.deepEqual([ran.asked, ran.job.state, changes(ran)], [undefined, 'done', []])
  assert.ok(!labels(await world.run('machine command')).includes('Command as it is'))
})

for (const locale of LOCALES)
  test(`an app that was opened elsewhere is left public, by two people, in ${locale}`, async (t) => {
    const world = await scene(t)
    const { config } = world.fly.machine(world.deployed.machine.id)
    await world.run('network private', press)
    redeploy(world, config)
    for (const type of ['shared_v4', 'v6']) world.fly.allocateIp(world.deployed.app, type)
    const keep = locale === 'en' ? 'Public as it is' : '維持公開'
    assert.ok(labels(await world.run('status', { locale })).includes(keep))
    const ran = await world.run('network public', { ...press, locale })
    golden(t, ran.asked, ran.end)
    assert.deepEqual([ran.job.state, changes(ran)], ['done', []])
    assert.ok(!labels(await world.run('status', { locale })).includes(keep))
    const after = await world.run('network public', { locale })
    assert.equal(after.asked, undefined, 'there is nothing left to mean')
  })
