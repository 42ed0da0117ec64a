import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { findIn, tracesOf } from '../helpers/canary.ts'
import { SHAPES, startSystem, type System } from '../helpers/system.ts'

/*
 * A rotation in Discord, one in Telegram and one that fails, as real processes against real gateways: afterwards no token, old or new, is
 * anywhere but in the one private look that was asked for.
 */
const NAME = 'OPENCLAW_GATEWAY_TOKEN'
const secretOf = ({ fly }: System): string =>
  fly.app('my-openclaw').secrets.get(NAME)?.value ?? assert.fail('no secret')

for (const shape of SHAPES.filter(({ name }) => name !== 'Redis, one process')) {
  describe(shape.name, { skip: shape.skip, timeout: 120_000 }, () => {
    it('shows a new token once, to one person, and nowhere else', async () => {
      const system = await startSystem(shape, { LOG_LEVEL: 'debug' })
      try {
        const { gatewayToken } = await system.fly.deployOpenclaw()
        await system.fly.untilLog('my-openclaw', /\[gateway\] ready/)
        const first = await onDiscord(system)
        assert.notEqual(first, gatewayToken)
        const second = await onTelegram(system)
        assert.notEqual(second, first)
        const third = await failing(system)
        const traces = await tracesOf(system)
        assert.ok(traces.size > 5)
        assert.deepEqual(findIn(traces, gatewayToken), new Map())
        assert.deepEqual(findIn(traces, third), new Map())
        const [told, direct] = [findIn(traces, first), findIn(traces, second)]
        for (const place of told.keys()) assert.match(place, /Discord$/)
        for (const place of direct.keys()) assert.match(place, /Telegram$/)
        assert.deepEqual([told.get('messages in Discord'), direct.size], [1, 1])
      } finally {
        await system.stop()
      }
    })
  })
}

async function onDiscord(system: System): Promise<string> {
  const { discord, owner } = system
  const guild = discord.guild()
  const channel = discord.channel(guild)
  const person = discord.user({ id: owner.discord })
  const trust = await discord.slash(person, channel, '/ops access trust')
  assert.ok(trust.message)
  await discord.press(trust.message, 'Confirm', person)
  await discord.message((message) => textOf(message).includes('is trusted'))

  await discord.slash(person, channel, '/openclaw token rotate')
  const card = await discord.message((message) => textOf(message).includes('Rotate the gateway'))
  const { modal } = await discord.press(card, 'Confirm', person)
  await discord.submitModal(modal, 'my-openclaw', { user: person, source: card })
  const done = await discord.message((message) => textOf(message).includes('is rotated'))
  assert.match(textOf(done), /takes the new token, refuses the old one/)
  const shown = await discord.press(done, 'Reveal', person)
  const seen = await discord.message(
    (message) => message.id === shown.message?.id && textOf(message).includes(secretOf(system)),
  )
  assert.equal(seen.only, person.id, 'only the asker sees it')
  const again = await discord.press(done, 'Reveal', person)
  const no = await discord.message(
    (message) => message.id === again.message?.id && textOf(message) !== '',
  )
  assert.ok(!textOf(no).includes(secretOf(system)))
  return secretOf(system)
}

/** The person never opened the private chat: the group gets a link that gives it to them alone. */
async function onTelegram(system: System): Promise<string> {
  const { telegram, owner } = system
  const person = telegram.user({ id: Number(owner.telegram) })
  const group = telegram.group()
  const say = (text: string) =>
    telegram.say(person, group, text.replace(' ', `@${telegram.bot.username} `))
  say('/ops access trust')
  const question = await telegram.message(group, ({ buttons }) => buttons.length > 0)
  telegram.press(question, 'Confirm', person)
  await telegram.message(group, ({ text }) => text.includes('is trusted'))

  say('/token rotate')
  const card = await telegram.message(group, ({ text }) => text.includes('Rotate the gateway'))
  telegram.press(card, 'Confirm', person)
  const typed = await telegram.message(group, ({ ask }) => ask !== undefined)
  telegram.reply(person, typed, 'my-openclaw')
  const done = await telegram.message(group, ({ text }) => text.includes('is rotated'))
  telegram.press(done, 'Reveal', person)
  const link = await telegram.message(group, ({ buttons }) =>
    buttons.flat().some(({ url }) => url?.includes('start=')),
  )
  const url = link.buttons.flat().find((button) => button.url?.includes('start='))?.url ?? ''
  telegram.start(person, new URL(url).searchParams.get('start') ?? '')
  await telegram.message(telegram.private(person), ({ text }) => text.includes(secretOf(system)))
  assert.ok(!telegram.messages(group).some(({ text }) => text.includes(secretOf(system))))
  return secretOf(system)
}

/** The gateway never comes up with the new token: the old one is put back, and the new one was told to nobody. */
async function failing(system: System): Promise<string> {
  const { telegram, owner, fly } = system
  const person = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(person)
  const old = secretOf(system)
  fly.fault({
    kind: 'answer',
    status: 409,
    body: {
      error: 'aborted: could not reserve resource for machine: insufficient memory available',
    },
    method: 'POST',
    path: /machines\/[^/]+$/,
  })
  telegram.say(person, chat, '/token rotate')
  const card = await telegram.message(chat, ({ text }) => text.includes('Rotate the gateway'))
  telegram.press(card, 'Confirm', person)
  const typed = await telegram.message(chat, ({ ask }) => ask !== undefined)
  telegram.reply(person, typed, 'my-openclaw')
  await telegram.message(
    chat,
    ({ text }) => /did not|failed|room|memory/i.test(text) && text.includes('❌'),
  )
  assert.equal(secretOf(system), old)
  const values = fly
    .app('my-openclaw')
    .vault.flatMap(({ values: all }) => all.get(NAME)?.value ?? [])
  const tried = values.at(-2)
  assert.ok(tried !== undefined && tried !== old)
  return tried
}
