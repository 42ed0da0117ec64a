import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { CONFIG, type ConfigWorld, SECRET, withConfig } from '../../helpers/config-inside.ts'
import { type Scene, scene, wordsOf } from '../../helpers/mutation.ts'

const words = (said: SaidReply | undefined): string => (said ? wordsOf(said).join('\n') : '')

/** Ids, times and how long things took are of the moment; so are digests, whose key is random. */
const golden = (t: TestContext, said: SaidReply | undefined): void =>
  t.assert.snapshot(
    renderConsole(said ?? assert.fail('nothing was said'))
      .replaceAll(/J-[0-9A-Z]{6}/g, 'J-000000')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, '<time>')
      .replaceAll(/\b[\da-f]{8}\b/g, '<id>')
      .replaceAll(/\b\d+:\d+ 0600/g, '<owner> 0600')
      .replaceAll(/\d+ (?:ms|s|秒)(?=\b|$|\))/g, '<ms>'),
    { serializers: [(value) => String(value)] },
  )

async function begin(
  t: TestContext,
  text?: string | null,
): Promise<Scene & { readonly config: ConfigWorld }> {
  const opened = await scene(t)
  return { ...opened, config: withConfig(t, opened, text) }
}

const SET = 'config set path=agents.defaults.maxConcurrent value=8'

for (const locale of ['en', 'zh-TW'] as const)
  test(`show, get, validate, set, history, restore and unset in ${locale}`, async (t) => {
    const { run } = await begin(t)
    golden(t, (await run('config show', { locale })).end)
    golden(t, (await run('config get path=gateway.mode', { locale })).end)
    golden(t, (await run('config get path=gateway.auth.token', { locale })).end)
    golden(t, (await run('config get path=gateway.bund', { locale })).end)
    golden(t, (await run('config validate', { locale })).end)
    const ran = await run(SET, { press: true, locale })
    golden(t, ran.asked)
    golden(t, ran.said.filter(({ tone }) => tone === 'pending').at(-1))
    golden(t, ran.end)
    golden(t, (await run('config history', { locale })).end)
    const { before } = ran.job.result as { before: string }
    const back = await run(`config restore id=${before}`, { press: true, locale })
    golden(t, back.asked)
    golden(t, back.end)
    const gone = await run('config unset path=agents', { press: true, locale })
    golden(t, gone.asked)
    golden(t, gone.end)
  })

for (const locale of ['en', 'zh-TW'] as const)
  test(`what goes wrong, in ${locale}`, async (t) => {
    for (const reaction of ['refuse', 'revert', 'off', 'dies'] as const) {
      const { run, config } = await begin(t)
      config.reaction = reaction
      golden(t, (await run(SET, { press: true, locale })).end)
    }
    const { run } = await begin(t, CONFIG.replace("mode: 'local',", "mode: 'local"))
    for (const line of ['config show', 'config validate', 'config get path=meta', SET])
      golden(t, (await run(line, { locale })).end)
  })

test('one value changes, and every other byte stays', async (t) => {
  const { run, config } = await begin(t)
  const { job, end } = await run(SET, { press: true })
  assert.equal(job.state, 'done', words(end))
  assert.equal(end.tone, 'ok')
  assert.equal(config.read(), CONFIG.replace('maxConcurrent: 4', 'maxConcurrent: 8'))
  assert.match(words(end), /took it over without a restart/)
})

test('a restart that the gateway makes for it is waited for', async (t) => {
  const { run, config } = await begin(t)
  config.reaction = 'restart'
  const ran = await run('config set path=gateway.bind value=lan', { press: true })
  assert.match(words(ran.asked), /restarts itself at once/)
  assert.equal(ran.job.state, 'done', words(ran.end))
  assert.match(words(ran.end), /restarted itself for it .* and is ready again/)
})

test('refused by the gateway: the old file is back', async (t) => {
  const { run, config } = await begin(t)
  config.reaction = 'refuse'
  const { job, end } = await run(SET, { press: true })
  assert.equal(job.state, 'failed')
  assert.match(words(end), /refuses the changed file: agents: bad/)
  assert.equal(config.read(), CONFIG)
})

test('not up with it: the old file is back', async (t) => {
  const { run, config, inside } = await begin(t)
  config.reaction = 'dies'
  inside.ready = () => config.read() === CONFIG
  const { job, end } = await run(SET, { press: true })
  assert.equal(job.state, 'failed')
  assert.match(words(end), /did not come up again/)
  assert.equal(config.read(), CONFIG)
})

test('put back by the gateway: told with its reason', async (t) => {
  const { run, config } = await begin(t)
  config.reaction = 'revert'
  const { job, end } = await run(SET, { press: true })
  assert.equal(job.state, 'failed')
  assert.match(words(end), /put the old file back by itself, because the file had lost its meta/)
  assert.equal(config.read(), CONFIG)
})

test('no word of the gateway: open, looked at again, and corrected', async (t) => {
  const { run, look, config, fly, deployed } = await begin(t)
  config.reaction = 'off'
  const ran = await run(SET, { press: true })
  assert.equal(ran.end.tone, 'warn')
  assert.equal(ran.job.state, 'failed', 'what is open is not done')
  fly.log(deployed.app, deployed.machine.id, {
    message: 'x [reload] config hot reload applied (agents.defaults.maxConcurrent)',
  })
  const later = await look(ran)
  assert.equal(later.end.tone, 'ok')
  assert.match(words(later.end), /took it over/)
})

test('a value that ought to be secret is refused when it is typed, and asked for in private', async (t) => {
  const { run, config } = await begin(t)
  const ran = await run('config set path=gateway.auth.token', {
    press: true,
    value: 'a-new-and-longer-secret',
  })
  assert.equal(ran.job.state, 'done', words(ran.end))
  assert.equal(
    config.read(),
    CONFIG.replace(SECRET, 'a-new-and-longer-secret').replaceAll(
      "'a-new-and-longer-secret'",
      '"a-new-and-longer-secret"',
    ),
  )
  assert.doesNotMatch(JSON.stringify([ran.asked, ran.said, ran.job]), /a-new-and|hunter2/)
  assert.match(words(ran.asked), /•••••• \(new\)/)
})

test('nothing to change is said, and nobody is asked', async (t) => {
  const { run, config } = await begin(t)
  for (const line of [
    'config set path=agents.defaults.maxConcurrent value=4',
    'config unset path=foo',
  ]) {
    const ran = await run(line)
    assert.equal(ran.asked, undefined)
    assert.match(words(ran.end), /Nothing to change/)
  }
  assert.equal(config.writes(), 0)
})

test('a file that the gateway put back without a word is found by reading it again, and told', async (t) => {
  const { run, config } = await begin(t)
  config.reaction = 'silent'
  const { job, end } = await run(SET, { press: true })
  assert.equal(job.state, 'failed')
  assert.match(
    words(end),
    /The gateway put the old file back by itself.*kept beside it as \.clobbered/s,
  )
  assert.equal(config.read(), CONFIG)
})

test('what would get the file thrown away at the next start is refused', async (t) => {
  const { run, config } = await begin(t)
  for (const line of [
    'config unset path=meta',
    'config unset path=gateway.mode',
    'config set path=gateway value={}',
  ]) {
    const { job, end } = await run(line)
    assert.equal(job.state, 'failed')
    assert.match(words(end), /throws (?:it|the file) away/)
  }
  for (const line of [
    'config set path=gateway.port value=high',
    'config set path=meta.x.y[3] value=1',
    'config set path=agents..x value=1',
  ]) {
    const { job } = await run(line)
    assert.equal(job.state, 'failed', line)
  }
  assert.equal(config.read(), CONFIG)
})

test('the plan is shown again when the file changed between question and press', async (t) => {
  const { run, config } = await begin(t)
  const ran = await run(SET, { press: true, meanwhile: () => config.put(CONFIG.replace('4', '5')) })
  assert.match(words(ran.end), /Things have changed/)
  assert.equal(config.writes(), 0)
})

test('where there is no file, set makes one', async (t) => {
  const { run, config } = await begin(t, null)
  assert.match(words((await run('config show')).end), /no config file/)
  const ran = await run('config set path=gateway.mode value=local', { press: true })
  assert.equal(ran.job.state, 'done', words(ran.end))
  assert.equal(config.read(), '{\n  "meta": {},\n  "gateway": { "mode": "local" }\n}\n')
})

test('a broken file is only put back, never edited', async (t) => {
  const { run, config } = await begin(t)
  const { job } = await run(SET, { press: true })
  const { before } = job.result as { before: string }
  config.put('{ gateway: { auth: { token: "abc } }')
  const refusedSet = await run(SET)
  assert.match(words(refusedSet.end), /no JSON5/)
  const shown = await run('config show')
  assert.doesNotMatch(words(shown.end), /abc/)
  const back = await run(`config restore id=${before}`, { press: true })
  assert.equal(back.job.state, 'done', words(back.end))
  assert.equal(config.read(), CONFIG)
  assert.equal((await run('config restore id=00000000')).job.state, 'failed')
})

test('a long file comes as a file, a machine that does not run is told of', async (t) => {
  const { run, config } = await begin(t)
  config.put(`{ meta: {}, agents: { list: [${'"a very long list",'.repeat(300)}] } }`)
  const { end } = await run('config show')
  assert.ok(end.blocks.some(({ type }) => type === 'file'))
  const stopped = await scene(t, { deploy: { state: 'stopped' } })
  assert.match(words((await stopped.run('config show')).end), /machine that runs/)
})
