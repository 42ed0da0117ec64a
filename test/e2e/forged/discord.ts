import assert from 'node:assert/strict'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import type { FakeChannel, FakeMessage, FakeUser } from '../../fakes/discord/world.ts'
import { type Stage, tokenOf } from './stage.ts'

interface Forged {
  readonly what: string
  readonly by: FakeUser
  readonly token: string
  readonly channel: FakeChannel
  /** What the payload says was pressed. */
  readonly on: Pick<FakeMessage, 'id' | 'components'>
  readonly detail: string
  readonly modal?: true
}

/** Who asks what in a channel, and the question that came of it. */
async function ask(
  { discord }: Stage,
  by: FakeUser,
  channel: FakeChannel,
  line: string,
  values = {},
) {
  const { message } = await discord.slash(by, channel, line, values)
  return message ?? assert.fail(`no question after ${line}`)
}

/** An operator's wish, which an admin may approve for a quarter of an hour. */
const wish = (stage: Stage, channel: FakeChannel): Promise<FakeMessage> =>
  ask(stage, stage.people.discord.operator, channel, '/ops access elevate', {
    role: 'admin',
    reason: 'to see what is wrong',
  })

/** The pressed component or submitted modal, as a payload that Discord never made. */
function payload({ discord }: Stage, { by, channel, token, on, modal }: Forged) {
  const { exchange, raw } = discord.command(by, channel, '/ops ping')
  const field = { type: 18, component: { type: 4, custom_id: 'answer', value: 'my-openclaw' } }
  const data = modal
    ? { custom_id: token, components: [field] }
    : { component_type: 2, custom_id: token }
  const message = { id: on.id, channel_id: channel.id, flags: 0, components: on.components }
  return { exchange, raw: { ...raw, type: modal ? 5 : 3, data, message } }
}

async function casesOf(stage: Stage): Promise<readonly Forged[]> {
  const { discord, owner, people, room } = stage
  const { admin, operator, viewer } = people.discord
  const channel = room(0)
  const asked = await wish(stage, channel)
  const another = await wish(stage, channel)
  const far = await wish(stage, room(1))
  const allow = { who: 'discord:5', role: 'viewer' }
  const button = await ask(stage, admin, channel, '/ops access allow', allow)
  const chief = discord.user({ id: owner.discord })
  const typed = await ask(stage, chief, channel, '/ops access untrust')
  const token = tokenOf(asked, 'Approve')
  const here = { channel, on: asked, token }
  const bare = { id: asked.id, components: [] }
  const made = ['x', `${'A'.repeat(22)}.0`, '', 'x'.repeat(100), `${token}9`, '{"do":"run"}']
  return [
    ...made.map((one) => ({
      ...here,
      what: `a made-up id ${one.slice(0, 12)}`,
      by: discord.user(),
      token: one,
      detail: 'expired',
    })),
    {
      ...here,
      what: 'the button of another, by a stranger',
      by: discord.user(),
      detail: 'subject',
    },
    { ...here, what: 'the button of another, by a viewer', by: viewer, detail: 'role' },
    { ...here, what: 'the approval of one’s own wish', by: operator, detail: 'second' },
    { ...here, what: 'in another channel', by: admin, channel: room(0, 1), detail: 'foreign' },
    { ...here, what: 'in another guild', by: admin, channel: room(1), detail: 'foreign' },
    { ...here, what: 'on another message', by: admin, on: another, detail: 'foreign' },
    { ...here, what: 'on another guild’s message', by: admin, on: far, detail: 'foreign' },
    { ...here, what: 'on a message without buttons', by: admin, on: bare, detail: 'foreign' },
    {
      what: 'a confirmation for another',
      by: chief,
      token: tokenOf(button, 'Confirm'),
      channel,
      on: button,
      detail: 'asker',
    },
    {
      what: 'a modal of another',
      by: admin,
      token: tokenOf(typed, 'Confirm'),
      channel,
      on: typed,
      detail: 'asker',
      modal: true,
    },
  ]
}

/** Custom ids, messages and people that do not belong together: each is answered to the presser alone, changes nothing, and is written down. */
export async function forgedPresses(stage: Stage): Promise<void> {
  const { discord, url } = stage
  const cases = await casesOf(stage)
  const ways = {
    gateway: async (raw: object) => discord.deliver(raw),
    post: async (raw: object) => {
      const { status } = await discord.postInteraction(`${url}/discord/interactions`, raw)
      assert.equal(status, 202)
    },
  }
  for (const [way, deliver] of Object.entries(ways))
    for (const one of cases) {
      const what = `${one.what}, by ${way}`
      const { exchange, raw } = payload(stage, one)
      const before = stage.refusals(`discord:${one.by.id}`).length
      await stage.unchanged(what, async () => {
        await deliver(raw)
        const { ack, message } = await exchange.shown.promise
        assert.deepEqual([ack, message?.only], [4, one.by.id], `${what}: told alone`)
        assert.ok(message && textOf(message).length > 20, what)
      })
      assert.deepEqual(stage.refusals(`discord:${one.by.id}`).slice(before), [one.detail], what)
    }
}

/** What counted once counts no second time, whichever way it comes again, and what is late not at all. */
export async function replayedInteractions(stage: Stage): Promise<void> {
  const { discord, people, room, url, logged } = stage
  stage.pass(61_000)
  const asked = await wish(stage, room(0))
  const press = {
    what: 'the approval',
    by: people.discord.admin,
    token: tokenOf(asked, 'Approve'),
    channel: room(0),
    on: asked,
    detail: '',
  }
  const late = discord.command(press.by, room(0), '/ops access allow', {
    who: 'discord:5',
    role: 'viewer',
  })
  const first = payload(stage, press)
  Object.assign(first.exchange, { source: asked })
  discord.deliver(first.raw)
  await discord.message(({ id, components }) => id === asked.id && components.length === 0)
  const granted = (await stage.grants()).filter(({ elevation }) => elevation)
  assert.equal(granted.length, 1, 'the true press counts')
  const dropped = () => logged.filter(({ message }) => message.includes('nothing was run')).length
  await stage.unchanged('replays', async () => {
    const again = payload(stage, press)
    discord.deliver(again.raw)
    const { message } = await again.exchange.shown.promise
    assert.match(textOf(message ?? assert.fail()), /used up or too old/)
    for (const { raw } of [first, again]) discord.deliver(raw)
    await discord.postInteraction(`${url}/discord/interactions`, first.raw)
    await stage.until(() => dropped() === 3)
    stage.pass(61_000)
    discord.deliver(late.raw)
    await stage.until(() => dropped() === 4)
  })
}
