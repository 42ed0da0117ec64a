import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { checkOptions } from '../../../src/core/options.ts'
import { wrongValue } from '../../../src/core/secrets/shapes.ts'
import { say } from '../../../src/core/text.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import { bootsOf, type Ran, wordsOf } from '../../helpers/mutation.ts'
import { ANTHROPIC, OPENAI, secretScene } from './secrets-world.ts'

const NAME = 'ANTHROPIC_API_KEY'
const SET = `secrets set name=${NAME}`
const value = ANTHROPIC

const RIGHT: ReadonlyArray<readonly [name: string, value: string]> = [
  [NAME, ANTHROPIC],
  ['OPENAI_API_KEY', OPENAI],
  ['OPENAI_API_KEY', 'sk-0123456789abcdefghijABCDEFGHIJ'],
  ['OPENROUTER_API_KEY', 'sk-or-v1-0123456789abcdef0123456789'],
  ['GEMINI_API_KEY', `AIza${'a'.repeat(35)}`],
  ['GOOGLE_API_KEY', `AQ.Ab8RN6${'x'.repeat(30)}`],
  ['DISCORD_BOT_TOKEN', `${'M'.repeat(26)}.Gabcde.${'x'.repeat(38)}`],
  ['TELEGRAM_BOT_TOKEN', `123456789:${'A'.repeat(35)}`],
  ['SOMETHING_ELSE', 'anything at all'],
  ['CERTIFICATE', '-----BEGIN X-----\nabc\n-----END X-----'],
]
for (const [name, given] of RIGHT)
  test(`${given.slice(0, 8)}… is a value for ${name}`, () =>
    assert.equal(wrongValue(name, given), undefined))

const WRONG: ReadonlyArray<readonly [name: string, value: string, words: RegExp]> = [
  [NAME, '', /empty/],
  [NAME, '   ', /empty/],
  [NAME, `${ANTHROPIC}\n`, /line break/],
  [NAME, ` ${ANTHROPIC}`, /blank/],
  [NAME, `"${ANTHROPIC}"`, /quotes/],
  [NAME, `“${ANTHROPIC}”`, /quotes/],
  [NAME, `${NAME}=${ANTHROPIC}`, /name and =/],
  ['OTHER', `export FOO=${OPENAI}`, /name and =/],
  [NAME, 'sk-ant-...', /placeholder/],
  ['OTHER', 'undefined', /placeholder/],
  ['OTHER', '${TOKEN}', /placeholder/],
  ['OTHER', 'a\u0000b', /control/],
  ['OTHER', 'x'.repeat(70_000), /64 KiB/],
  [NAME, OPENAI, /should look like sk-ant-.* one for OPENAI_API_KEY/],
  ['OPENAI_API_KEY', ANTHROPIC, /should look like sk-.* one for ANTHROPIC_API_KEY/],
  ['DISCORD_BOT_TOKEN', '0123456789abcdef0123456789abcdef', /three parts/],
  ['TELEGRAM_BOT_TOKEN', 'hello-world-hello', /colon/],
]
for (const [name, given, words] of WRONG)
  test(`refused for ${name}: ${JSON.stringify(given).slice(0, 30)}`, () => {
    const wrong = wrongValue(name, given)
    assert.ok(wrong !== undefined)
    assert.match(say(wrong, 'en'), words)
    assert.match(say(wrong, 'zh-TW'), /\p{Script=Han}/u)
    if (given.length > 15)
      for (const locale of ['en', 'zh-TW'] as const)
        assert.ok(!say(wrong, locale).includes(given.trim().slice(0, 20)), 'it quotes the value')
  })

test('set stages: the secret is Fly’s, the machine keeps running as it was', async (t) => {
  const { run, secretOf, machine, fly } = await secretScene(t)
  const before = { boots: bootsOf(machine()), version: machine().instanceId }
  const { asked, end, job } = await run(SET, { press: true, value })
  assert.match(asked?.title ?? '', /^Replace the secret|^Set the secret/)
  assert.match(end.title, /is set, and not applied yet/)
  assert.deepEqual(
    end.actions?.map(({ label }) => label),
    ['Apply'],
  )
  assert.equal(job.state, 'done')
  assert.equal(secretOf(NAME), ANTHROPIC)
  assert.deepEqual({ boots: bootsOf(machine()), version: machine().instanceId }, before)
  assert.ok(!JSON.stringify(fly.machine(machine().id).secrets).includes(ANTHROPIC))
})

test('apply gives it to the machine, and sees it in the process', async (t) => {
  const { run, machine, fly } = await secretScene(t)
  await run(SET, { press: true, value })
  const boots = bootsOf(machine())
  const listed = await run('secrets list')
  assert.match(JSON.stringify(listed.job.result), /"having":"staged"/)
  const update = fly.nextCall({ method: 'POST', path: new RegExp(`/machines/${machine().id}$`) })
  const { asked, end, job } = await run('secrets apply', { press: true })
  assert.match(wordsOf(asked!).join('\n'), new RegExp(`Staged: ${NAME}`))
  // Without it the machine may come up with the values from before.
  const { min_secrets_version: least } = (await update).body as { min_secrets_version?: number }
  assert.equal(least, fly.app('my-openclaw').vault.at(-1)?.version)
  assert.match(end.title, /are applied$/)
  assert.equal(job.state, 'done')
  assert.equal(bootsOf(machine()), boots + 1)
  assert.equal(machine().secrets[NAME], ANTHROPIC)
  const again = await run('secrets apply')
  assert.match(again.end.title, /^All secrets of my-openclaw are applied/)
  assert.equal(bootsOf(machine()), boots + 1)
})

test('apply is not fooled by a machine whose own env goes first', async (t) => {
  const { run, world } = await secretScene(t)
  await run(SET, { press: true, value })
  world.running = ({ secrets }) => ({ ...secrets, [NAME]: 'another' })
  const { end, job } = await run('secrets apply', { press: true })
  assert.equal(job.state, 'failed')
  assert.match(wordsOf(end).join('\n'), /does not have what Fly holds: ANTHROPIC_API_KEY/)
})

test('what cannot be seen after an apply is said so, and looked at again', async (t) => {
  const stage = await secretScene(t)
  await stage.run(SET, { press: true, value })
  const seen = stage.inside.exec
  const ran = await stage.run('secrets apply', {
    press: true,
    meanwhile: () => {
      let asked = 0
      stage.inside.exec = (request) => {
        // The plan looks once more before it runs; what comes after the update can't be read.
        asked += 1
        return asked === 1 ? seen!(request) : { stdout: 'garbled' }
      }
    },
  })
  assert.match(ran.end.title, /not everything was seen yet/)
  assert.equal(ran.job.state, 'failed')
  stage.inside.exec = seen
  const after = await stage.look(ran)
  assert.match(after.end.title, /are applied$/)
  assert.equal(after.job.state, 'done')
})

test('unset names who uses it, and apply takes it from the machine', async (t) => {
  const { run, world, secretOf, machine } = await secretScene(t)
  world.mentioned = [NAME]
  await run(SET, { press: true, value })
  await run('secrets apply', { press: true })
  const { asked, end } = await run(`secrets unset name=${NAME}`, { press: true })
  assert.match(wordsOf(asked!).join('\n'), /In use: the gateway’s config file names it/)
  assert.match(wordsOf(asked!).join('\n'), /can’t be undone/)
  assert.match(end.title, /taken out, and not applied yet/)
  assert.equal(secretOf(NAME), null)
  assert.equal(machine().secrets[NAME], ANTHROPIC)
  const listed = await run('secrets list')
  assert.match(wordsOf(listed.end).join('\n'), /a machine still has it: ANTHROPIC_API_KEY/)
  const applied = await run('secrets apply', { press: true })
  assert.match(wordsOf(applied.asked!).join('\n'), /Taken out: ANTHROPIC_API_KEY/)
  assert.equal(machine().secrets[NAME], undefined)
})

test('unset of what is not there says what there is', async (t) => {
  const { run } = await secretScene(t)
  const { end, job } = await run('secrets unset name=ANTHROPIC_API_KEZ')
  assert.equal(job.failure?.code, 'bad_input')
  assert.match(wordsOf(end).join('\n'), /no secret ANTHROPIC_API_KEZ/)
})

test('the gateway’s own token is not set or unset here', async () => {
  const registry = await loadCommands()
  for (const path of ['openclaw secrets set', 'openclaw secrets unset']) {
    const { command } = registry.get(path)!
    const checked = checkOptions(command.options, {
      name: 'OPENCLAW_GATEWAY_TOKEN',
      ...(path.endsWith('set') && !path.endsWith('unset') && { value: `p-${'a'.repeat(22)}` }),
    })
    assert.ok(!checked.ok)
    assert.match(say(checked.problem, 'en'), /\/openclaw token rotate/)
  }
})

test('a secret that changed between question and press is shown anew', async (t) => {
  const { run, ground, deployed, secretOf } = await secretScene(t)
  const { end } = await run(SET, {
    press: true,
    value,
    meanwhile: async () =>
      void (await ground.fly.setSecrets(deployed.app, { [NAME]: 'elsewhere' })),
  })
  assert.match(wordsOf(end).join('\n'), /Things have changed/)
  assert.equal(secretOf(NAME), 'elsewhere')
})

test('times alone tell where the process cannot be seen', async (t) => {
  const { run, inside, clock } = await secretScene(t)
  inside.exec = () => ({ stdout: 'garbled' })
  const state = async () => {
    const { job } = await run('secrets list')
    const { secrets } = job.result as {
      secrets: Array<{ name: string; staged: boolean | null }>
    }
    return secrets.find(({ name }) => name === NAME)?.staged
  }
  await clock.advance(60_000)
  await run(SET, { press: true, value })
  assert.equal(await state(), true)
  await run('restart force=true', { press: true })
  assert.equal(await state(), null, 'a start may have brought it')
})

test('no value is anywhere: store, words, results, log', async (t) => {
  const { run, store, logged, ground } = await secretScene(t)
  const ran = await run(SET, { press: true, value })
  const applied = await run('secrets apply', { press: true })
  const listed = await run('secrets list')
  const told = JSON.stringify([ran, applied, listed, ground.said, logged].map(shown))
  for (const text of [store.dump(), told]) assert.ok(!text.includes('Kanari0nTest'))
  assert.equal(store.size('private'), 0)
})
/** The calls are Fly's own, and one of them has to carry the value. */
const shown = (what: unknown): unknown =>
  what !== null && typeof what === 'object' && 'calls' in what ? { ...what, calls: [] } : what

const GOLDEN: Readonly<Record<string, (t: TestContext, locale: 'en' | 'zh-TW') => Promise<Ran[]>>> =
  {
    set: async (t, locale) => {
      const { run } = await secretScene(t)
      return [await run('secrets set name=OPENAI_API_KEY', { press: true, value: OPENAI, locale })]
    },
    list: async (t, locale) => {
      const { run } = await secretScene(t)
      await run(SET, { press: true, value })
      return [await run('secrets list', { locale })]
    },
    apply: async (t, locale) => {
      const { run, world } = await secretScene(t)
      await run(SET, { press: true, value })
      const good = await run('secrets apply', { press: true, locale })
      await run('secrets set name=OPENAI_API_KEY', { press: true, value: OPENAI })
      world.running = () => ({})
      return [good, await run('secrets apply', { press: true, locale })]
    },
    unset: async (t, locale) => {
      const { run } = await secretScene(t)
      await run(SET, { press: true, value })
      return [await run(`secrets unset name=${NAME}`, { press: true, locale })]
    },
  }
for (const [name, golden] of Object.entries(GOLDEN))
  for (const locale of ['en', 'zh-TW'] as const)
    test(`golden: ${name} in ${locale}`, async (t) => {
      const ran = await golden(t, locale)
      const text = ran.flatMap(({ asked, end }) => [...(asked ? [asked] : []), end])
      t.assert.snapshot(steady(text.map(renderConsole).join('\n---\n')), {
        serializers: [(value: string) => value],
      })
    })
/** Times and ids differ from run to run. */
const steady = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, '<time>')
    .replaceAll(/J-[0-9A-Z]{6}/g, 'J-<id>')
    .replaceAll(/\b[0-9a-f]{14}\b/g, '<machine>')
    .replaceAll(/\s+$/gm, '')
