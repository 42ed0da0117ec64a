import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { until } from '../helpers/engines.ts'
import { type InsideSystem, startInside } from '../helpers/inside-system.ts'
import { skipRedis } from '../helpers/redis.ts'
import { runEntry } from '../helpers/service.ts'

/*
 * How a place is opened by somebody who is no owner, with a code of the host or of an owner, and what the host itself may do past everybody:
 * that is told to all who would have been asked.
 */
for (const on of ['sqlite', 'redis'] as const)
  describe(`access, ${on}`, { skip: on === 'redis' && skipRedis }, () => {
    let inside: InsideSystem
    before(async () => {
      inside = await startInside(on)
    })
    after(() => inside.stop())
    const cli = async (...args: string[]) => {
      const { DISCORD_BOT_TOKEN: _, ...env } = inside.env
      const { code, stdout, stderr } = await runEntry('src/cli.ts', { args, env })
      return { code, said: `${stdout}${stderr}` }
    }
    const codeIn = (words: string) =>
      /code=([0-9A-Z-]{19})/.exec(words)?.[1] ?? assert.fail(`no code in ${words}`)

    it('opens a group on Telegram with a code of the host, once, and makes who was named its admin', async () => {
      const { telegram, endpoint } = inside
      const tom = telegram.user()
      const [group, second] = [telegram.group(), telegram.group()]
      telegram.start(tom)
      const made = await cli('ops', 'access', 'code', `who=telegram:${tom.id}`)
      assert.equal(made.code, 0, made.said)
      const line = `/ops access trust code=${codeIn(made.said).toLowerCase()}`
      const typed = async (chat: typeof group) => {
        telegram.say(tom, chat, line)
        const asked = await telegram.message(chat, ({ buttons }) => buttons.length > 0)
        telegram.press(asked, 'Confirm', tom)
        return telegram.message(chat, ({ id, buttons }) => id === asked.id && buttons.length === 0)
      }
      assert.match((await typed(group)).text, /is trusted.*First admin.*telegram:/s)
      assert.match((await typed(second)).text, /no such code, or it is used up/)
      const { trusted, grants } = await endpoint.access.fresh()
      assert.deepEqual(
        trusted.map(({ space }) => space),
        [String(group.id)],
      )
      assert.deepEqual(
        grants.map(({ role, subject }) => [role, subject.id]),
        [['admin', String(tom.id)]],
      )
    })

    it('opens a guild on Discord with a code of an owner; a code that is none opens nothing', async () => {
      const { discord, owner, endpoint } = inside
      const chief = discord.user({ id: owner.discord })
      const made = await discord.slash(chief, discord.direct(chief), '/ops access code')
      const code = codeIn(textOf(made.message ?? assert.fail()))
      const guild = discord.guild()
      const [room, someone] = [discord.channel(guild), discord.user()]
      const open = async (value: string) => {
        const asked = await discord.slash(someone, room, '/ops access trust', { code: value })
        assert.ok(asked.message)
        const done = await discord.press(asked.message, 'Confirm', someone)
        return textOf(done.message ?? asked.message)
      }
      const isOpen = async () =>
        (await endpoint.access.fresh()).trusted.some(({ space }) => space === guild.id)
      assert.match(await open('AAAA-BBBB-CCCC-DDDD'), /no such code/)
      assert.equal(await isOpen(), false)
      assert.match(await open(code), /is trusted/)
      assert.equal(await isOpen(), true)
      const { message } = await discord.slash(someone, room, '/openclaw status')
      assert.match(
        textOf(message ?? assert.fail()),
        /You have no role here/,
        'it opens the place alone',
      )
    })

    it('tells every owner and admin on both platforms what was changed at the host', async () => {
      const { discord, telegram, owner, gateway, endpoint } = inside
      const chief = telegram.user({ id: Number(owner.telegram) })
      telegram.start(chief)
      const [place] = (await endpoint.access.fresh()).trusted.map(
        ({ platform, space }) => `${platform}:${space}`,
      )
      const line = ['ops', 'access', 'allow', 'telegram:7', 'viewer', `place=${place}`]
      const done = await cli(...line, '--yes')
      assert.equal(done.code, 0, done.said)
      await Promise.all([gateway.delivery.flush(9000), endpoint.delivery.flush(9000)])
      const paged = /access allow was run at the host/
      await telegram.message(telegram.private(chief), ({ text }) => paged.test(text))
      const { grants } = await endpoint.access.fresh()
      const [tom] = grants.map(({ subject }) => telegram.user({ id: Number(subject.id) }))
      await telegram.message(telegram.private(tom ?? assert.fail()), ({ text }) => paged.test(text))
      const talk = discord.direct(discord.user({ id: owner.discord }))
      await discord.message((message) => message.channel === talk.id && paged.test(textOf(message)))
    })

    it('hears at the next session of Discord that it was removed from a guild, or added again', async () => {
      const { discord, endpoint, gateway, owner } = inside
      const guild = discord.guild()
      await gateway.access.trust(
        { platform: 'discord', space: guild.id },
        `discord:${owner.discord}`,
      )
      await gateway.tendPlaces({ platform: 'discord', space: guild.id })
      const goneNow = async () => (await endpoint.access.fresh()).gone ?? []
      const anew = async () => {
        const back = discord.next('identify')
        discord.gateway.invalidate(false)
        await back
      }
      discord.leave(guild)
      await anew()
      const talk = discord.direct(discord.user({ id: owner.discord }))
      const said = new RegExp(`no longer in discord:${guild.id}`)
      await discord.message((message) => message.channel === talk.id && said.test(textOf(message)))
      await until(async () => (await goneNow()).includes(`discord:${guild.id}`))
      discord.join(guild)
      await anew()
      await until(async () => !(await goneNow()).includes(`discord:${guild.id}`))
    })
  })
