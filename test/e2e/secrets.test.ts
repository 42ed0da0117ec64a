import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { startFakeFly } from '../fakes/fly/fake-fly.ts'
import { findIn, tracesOf } from '../helpers/canary.ts'
import { tempDir } from '../helpers/engines.ts'
import { BASE, runEntry } from '../helpers/service.ts'
import { EXTREMES, startSystem, type System } from '../helpers/system.ts'

/*
 * Values given in a modal, in a private chat, as files in both and on standard input, as real processes against a real gateway: they come to the machine, and
 * are nowhere else. One that was typed into a command is refused, deleted, and nowhere either.
 */
const BY_MODAL = 'sk-ant-api03-CanaryByModal7f3Qz71LmX04'
const BY_CHAT = 'sk-proj-CanaryByChat8g4Ra82MnY15abcdef'
const TYPED = 'sk-or-v1-CanaryTyped9h5Sb93NoZ26abcdef'

const secretOf = ({ fly }: Pick<System, 'fly'>, name: string): string | undefined =>
  fly.app('my-openclaw').secrets.get(name)?.value

for (const shape of EXTREMES) {
  describe(shape.name, { skip: shape.skip, timeout: 120_000 }, () => {
    it('takes values privately, applies them, and writes them nowhere', async () => {
      const system = await startSystem(shape, { LOG_LEVEL: 'debug' })
      try {
        const { machine } = await system.fly.deployOpenclaw()
        await system.fly.untilLog('my-openclaw', /\[gateway\] ready/)
        // As files with the one, in fields and messages with the other: what follows is the same.
        const asFile = shape.engine === 'sqlite'
        await onTelegram(system, asFile)
        await onDiscord(system, asFile)
        assert.equal(system.fly.machine(machine.id).secrets['ANTHROPIC_API_KEY'], BY_MODAL)
        assert.equal(system.fly.machine(machine.id).secrets['OPENAI_API_KEY'], BY_CHAT)
        const traces = await tracesOf(system)
        assert.ok(traces.size > 5)
        for (const value of [BY_MODAL, BY_CHAT, TYPED])
          assert.deepEqual(findIn(traces, value), new Map())
      } finally {
        await system.stop()
      }
    })
  })
}

/** In a modal's field, or as a file with it; then Confirm, Apply and Confirm again. */
async function onDiscord(system: System, asFile: boolean): Promise<void> {
  const { discord, owner } = system
  const channel = discord.channel(discord.guild())
  const person = discord.user({ id: owner.discord })
  const words = (part: string) =>
    discord.message((message) => textOf(message).replaceAll('\\', '').includes(part))
  const trust = await discord.slash(person, channel, '/ops access trust')
  assert.ok(trust.message)
  const { message: trusted } = await discord.press(trust.message, 'Confirm', person)
  assert.ok(trusted)
  assert.match(textOf(trusted), /is trusted/)
  const give = async (value: string) => {
    const { modal, message } = await discord.slash(person, channel, '/openclaw secrets set', {
      name: 'ANTHROPIC_API_KEY',
    })
    assert.ok(modal, message && textOf(message))
    const at = { user: person, channel }
    if (!asFile) return discord.submitModal(modal, value, at)
    const file = { name: 'key.txt', content: Buffer.from(`${value}\n`) }
    return discord.submitModal(modal, '', { ...at, file })
  }
  const wrong = await give(`"${BY_MODAL}"`)
  assert.equal((wrong.message ?? (await words('quotes around'))).only, person.id)
  await give(BY_MODAL)
  await discord.press(await words('the secret ANTHROPIC_API_KEY'), 'Confirm', person)
  const set = await words('ANTHROPIC_API_KEY is set, and not applied yet')
  await discord.press(set, 'Apply', person)
  await discord.press(await words('Apply the secrets of my-openclaw?'), 'Confirm', person)
  await words('The secrets of my-openclaw are applied')
}

/** Typed into the group first, which is refused; then in the private chat that a link opens. */
async function onTelegram(system: System, asFile: boolean): Promise<void> {
  const { telegram, owner } = system
  const person = telegram.user({ id: Number(owner.telegram) })
  const group = telegram.group({ admin: true })
  const say = (text: string) =>
    telegram.say(person, group, text.replace(' ', `@${telegram.bot.username} `))
  const words = (part: string) => telegram.message(group, ({ text }) => text.includes(part))
  say('/ops access trust')
  telegram.press(
    await telegram.message(group, ({ buttons }) => buttons.length > 0),
    'Confirm',
    person,
  )
  await words('is trusted')
  const typed = say(`/openclaw secrets set name=OPENROUTER_API_KEY value=${TYPED}`)
  await words('I deleted your message')
  await words('does not belong into a command')
  assert.equal(typed.message.deleted, true)
  assert.equal(secretOf(system, 'OPENROUTER_API_KEY'), undefined)

  say('/secrets set name=OPENAI_API_KEY')
  const link = await telegram.message(group, ({ buttons }) =>
    buttons.flat().some(({ url }) => url?.includes('start=')),
  )
  const url = link.buttons.flat().find((button) => button.url?.includes('start='))?.url ?? ''
  telegram.start(person, new URL(url).searchParams.get('start') ?? '')
  const home = telegram.private(person)
  await telegram.message(home, ({ ask }) => ask !== undefined)
  const given = asFile
    ? telegram.send(person, home, { content: Buffer.from(`${BY_CHAT}\n`) })
    : telegram.say(person, home, BY_CHAT)
  telegram.press(await words('Set the secret OPENAI_API_KEY'), 'Confirm', person)
  await words('OPENAI_API_KEY is set, and not applied yet')
  assert.equal(given.message.deleted, true)
  assert.equal(secretOf(system, 'OPENAI_API_KEY'), BY_CHAT)
}

const noScript = spawnSync('script', ['--version']).status === 0 ? false : 'no script command'

describe('npm run cli -- secrets set', { timeout: 60_000 }, () => {
  const NAME = 'ANTHROPIC_API_KEY'
  async function withCli(
    work: (deps: {
      readonly env: Record<string, string>
      readonly secret: () => string | undefined
    }) => Promise<void>,
  ): Promise<void> {
    const fly = await startFakeFly({ runtime: 'none' })
    const dir = await tempDir()
    try {
      await fly.deployOpenclaw()
      fly.onExec(() => ({ stdout: '' }))
      const env = {
        OPS_APPS: 'my-openclaw',
        OPS_OWNERS: 'discord:123456789012345678',
        OPS_STATE_DIR: dir.path,
        FLY_API_TOKEN: fly.token,
        FLY_API_URL: fly.url,
        FLY_PLATFORM_URL: fly.platformUrl,
      }
      await work({ env, secret: () => secretOf({ fly }, NAME) })
    } finally {
      await fly.close()
      await dir.remove()
    }
  }
  const words = ['secrets', 'set', `name=${NAME}`, '--yes']

  it('reads the value from a pipe, and refuses it as a word', async () => {
    await withCli(async ({ env, secret }) => {
      const run = async (args: readonly string[], input: string) => {
        const { code, stdout, stderr } = await runEntry('src/cli.ts', { args, env, input })
        return { code, told: stdout + stderr }
      }
      const typed = await run([...words, `value=${TYPED}`], '')
      assert.equal(typed.code, 2, typed.told)
      assert.match(typed.told, /standard input/)
      const before = secret()
      const empty = await run(words, '')
      assert.equal(empty.code, 2, empty.told)
      assert.equal(secret(), before)
      const binary = await run(words, `${BY_MODAL}\0`)
      assert.equal(binary.code, 2, binary.told)
      assert.match(binary.told, /UTF-8/)
      const endless = await run(words, 'x'.repeat(100_000))
      assert.equal(endless.code, 2, endless.told)
      assert.match(endless.told, /64 KiB/)
      assert.equal(secret(), before)
      const piped = await run(words, `${BY_MODAL}\n`)
      assert.equal(piped.code, 0, piped.told)
      assert.equal(secret(), BY_MODAL)
      assert.ok(!`${typed.told}${piped.told}`.includes('Canary'))
    })
  })

  it('asks on a terminal without showing what is typed', { skip: noScript }, async () => {
    await withCli(async ({ env, secret }) => {
      const line = [process.execPath, 'src/cli.ts', ...words].join(' ')
      const child = spawn('script', ['-qec', line, '/dev/null'], {
        env: { ...BASE, ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      let shown = ''
      child.stdout.on('data', (part: Buffer) => {
        const before = shown
        shown += part.toString()
        if (shown.endsWith('Value of the secret (@file): ') && !before.includes('Value of')) {
          child.stdin.write(`${BY_MODAL}x\u007f\r`)
        }
      })
      await once(child, 'close')
      assert.equal(secret(), BY_MODAL, shown)
      assert.ok(!shown.includes('Canary'), shown)
    })
  })
})
