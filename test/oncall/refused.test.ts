import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { TelegramError } from 'telegraf'
import { createCall } from '../../src/chat/discord/call.ts'
import { createRests } from '../../src/chat/discord/rest.ts'
import { createSend } from '../../src/chat/discord/send.ts'
import { toChatError } from '../../src/chat/telegram/errors.ts'
import { createDelivery } from '../../src/core/delivery.ts'
import type { Address } from '../../src/core/invocation.ts'
import { createLost } from '../../src/core/lost.ts'
import { FAILING, type Failing } from '../../src/core/oncall/failing.ts'
import type { CardPlace } from '../../src/core/oncall/ports.ts'
import { PROOF, PROOF_ID, TICK_MS } from '../../src/core/oncall/proof.ts'
import { createOutbox } from '../../src/core/outbox.ts'
import type { Chat } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { createProof } from '../../src/oncall/proof.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { startFakeDiscord, textOf } from '../fakes/discord/fake-discord.ts'
import { alertOf, ANA, createScene, GROUP } from '../helpers/incidents.ts'
import { createTestLog } from '../helpers/test-log.ts'

const FORBIDDEN = { status: 403, code: 50013 }

/** A simulated Discord with a room and two people, a Telegram that takes everything or refuses it, and incidents in both. */
async function world(t: TestContext, { places = 'both' }: { places?: 'both' | 'discord' } = {}) {
  const discord = await startFakeDiscord()
  const guild = discord.guild()
  const room = discord.channel(guild)
  const [owner, ana] = [discord.user(), discord.user()]
  const here: CardPlace = { platform: 'discord', space: guild.id, room: room.id }
  const owners = [`discord:${owner.id}`, 'telegram:401']
  const scene = createScene({
    places: places === 'both' ? [here, GROUP] : [here],
    owners,
    ladder: [{ afterMs: 0, people: [{ key: `discord:${ana.id}`, name: 'Ana' }] }],
  })
  const { store, clock } = scene
  const sealer = createSealer(Buffer.alloc(32, 7))
  const metrics = { rateLimitWait: () => {}, chatSend: () => {} }
  const rests = createRests({ token: new Secret(discord.token), apiUrl: discord.apiUrl, metrics })
  const [asBot, byToken] = [createCall(rests.bot), createCall(rests.token)]
  const telegram: Array<{ chat: string; title: string; said: string }> = []
  const refusing = new Map<string, string>()
  const readOnly = new Set<string>()
  const refused: string[] = []
  const group: Chat = {
    platform: 'telegram',
    editIntervalMs: 0,
    async deliver({ chat }, reply, ref) {
      assert.ok(telegram.length < 200, 'no end of messages')
      const description = readOnly.has(chat) && ref === undefined ? 'no rights' : refusing.get(chat)
      if (description !== undefined) {
        refused.push(reply.title)
        throw toChatError(new TelegramError({ error_code: 403, description }))
      }
      telegram.push({ chat, title: reply.title, said: JSON.stringify(reply) })
      return { chat, message: '1', private: false }
    },
    remove: async () => {},
    sendPrivate: () => assert.fail(),
  }
  const delivery = createDelivery({
    store,
    chats: new Map([
      ['discord', createSend({ asBot, byToken, sealer, clock })],
      ['telegram', group],
    ]),
    sealer,
    clock,
    log: createTestLog([]),
    metrics,
    owner: 'one',
    ...scene.parts.delivered,
  })
  await delivery.start()
  t.after(async () => {
    delivery.stop()
    rests.close()
    await discord.close()
  })
  const isOpen = async () => (await scene.messages()).some(({ rev, delivered }) => delivered < rev)
  const flow = async () => {
    await scene.pass(0)
    for (let round = 0; round < 60 && (await isOpen()); round++) {
      await delivery.flush(1000)
      await clock.advance(1000)
    }
  }
  const seen = (channel: string) =>
    [...discord.messages.values()].filter((one) => one.channel === channel).map(textOf)
  const talk = ({ id }: { id: string }) =>
    seen([...discord.channels.values()].find(({ recipient }) => recipient === id)?.id ?? '')
  return {
    scene,
    discord,
    room,
    owner,
    ana,
    here,
    telegram,
    refusing,
    readOnly,
    refused,
    flow,
    seen,
    talk,
    owners,
  }
}
type World = Awaited<ReturnType<typeof world>>

const failingAt = async ({ scene }: World): Promise<readonly Failing[]> =>
  (await scene.store.list(FAILING)).map(({ value }) => value as Failing)

test('refused: without the right to write there, owners are told once and why, the call comes in private', async (t) => {
  const one = await world(t)
  const { scene, discord, room, flow, seen, talk } = one
  discord.fail({ on: `POST /channels/${room.id}/messages`, times: 1000, ...FORBIDDEN })
  await scene.parts.intake.take([alertOf()])
  await flow()
  const [incident] = await scene.parts.oncall.list()
  assert.ok(incident)
  assert.deepEqual(seen(room.id), [])
  const words = new RegExp(
    `The card of ${incident.id} could not be shown in discord:.*403 \\(50013\\)`,
    's',
  )
  assert.equal(talk(one.owner).filter((said) => words.test(said)).length, 1, talk(one.owner).join())
  assert.equal(one.telegram.filter(({ said }) => words.test(said)).length, 1)
  assert.ok(
    talk(one.ana).some((said) => /Kernel OOM.*You are on call/s.test(said)),
    'called',
  )
  const below = one.telegram.filter(({ title }) => /card could not be shown in discord/.test(title))
  assert.equal(below.length, 1, 'the other place says so, too')
  assert.deepEqual(
    (await failingAt(one)).map(({ place }) => place),
    [one.here],
  )
  await scene.parts.intake.take([alertOf({ key: 'other', group: 'other' })])
  await flow()
  assert.equal(talk(one.owner).length, 1, 'another card there is no news')
  const calls = (await scene.messages()).filter(({ kind }) => kind === 'page')
  const rooms = calls.filter(({ address }) => address.chat === room.id)
  assert.equal(rooms.length, 1, 'after the first call nobody is called in a room that refuses')
})

test('refused: where there is no other place the owners get the card itself', async (t) => {
  const one = await world(t, { places: 'discord' })
  const { scene, discord, room, flow, talk } = one
  discord.fail({ on: `POST /channels/${room.id}/messages`, times: 1000, status: 404, code: 10003 })
  await scene.parts.intake.take([alertOf()])
  await flow()
  assert.ok(talk(one.owner).some((said) => /🔴 Critical · Kernel OOM/.test(said)))
  assert.ok(one.telegram.some(({ title }) => /Critical · Kernel OOM/.test(title)))
  const [incident] = await scene.parts.oncall.list()
  assert.equal(incident?.places.length, 3)
  // While the place is left alone, too.
  await scene.parts.intake.take([alertOf({ key: 'b', group: 'b', machine: 'm2' })])
  await flow()
  const [next] = await scene.parts.oncall.list()
  const about = (said: string) =>
    said.includes(next?.id ?? '') && /Critical · Kernel OOM/.test(said)
  assert.ok(talk(one.owner).some(about))
  assert.ok(one.telegram.some(({ title, said }) => about(title) && said.includes('10003')))
})

test('refused: a second room that refuses is no way out either', async (t) => {
  const one = await world(t)
  const description = 'Forbidden: bot was kicked from the supergroup chat'
  one.refusing.set(GROUP.space, description)
  one.discord.fail({ on: `POST /channels/${one.room.id}/messages`, times: 1000, ...FORBIDDEN })
  await one.scene.parts.intake.take([alertOf()])
  await one.flow()
  assert.ok(one.talk(one.owner).some((said) => /🔴 Critical · Kernel OOM/.test(said)))
  assert.ok(one.talk(one.owner).some((said) => said.includes(description)))
})

test('refused: an owner who blocked the bot is no way out, the other one is', async (t) => {
  const one = await world(t, { places: 'discord' })
  one.refusing.set('401', 'Forbidden: bot was blocked by the user')
  one.discord.fail({ on: `POST /channels/${one.room.id}/messages`, times: 1000, ...FORBIDDEN })
  await one.scene.parts.intake.take([alertOf()])
  await one.flow()
  assert.ok(one.talk(one.owner).some((said) => /Critical · Kernel OOM/.test(said)))
  const where = (await failingAt(one)).map(({ place }) => place.platform)
  assert.deepEqual(where.toSorted(), ['discord', 'telegram'])
})

test('refused: a card that was deleted, or may be edited no more, comes anew; nobody is told', async (t) => {
  const one = await world(t)
  const { scene, discord, room, flow, seen } = one
  await scene.parts.intake.take([alertOf()])
  await flow()
  const [first] = [...discord.messages.values()].filter(({ channel }) => channel === room.id)
  discord.messages.delete(first?.id ?? '')
  const [incident] = await scene.parts.oncall.list()
  await scene.parts.oncall.act(incident?.id ?? '', { do: 'ack', by: { key: 'a', name: 'Ana' } })
  await flow()
  assert.ok(seen(room.id).some((said) => /Kernel OOM.*acknowledged/s.test(said)))
  assert.deepEqual(await failingAt(one), [])
})

test('refused: /readyz says so until a card got there again, and then owners hear that', async (t) => {
  const one = await world(t)
  const { scene, discord, room, flow, here } = one
  const { store, clock } = scene
  const proof = createProof({
    store,
    outbox: createOutbox({ store, sealer: createSealer(Buffer.alloc(32, 7)), clock }),
    clock,
    log: createTestLog([]),
    chats: [],
    owners: one.owners,
    routes: { rooms: async () => [here] },
    locale: 'en',
    owner: 'one',
  })
  // The call of people, and then the card.
  discord.fail({ on: `POST /channels/${room.id}/messages`, times: 2, ...FORBIDDEN })
  await store.put(PROOF, PROOF_ID, { owner: 'one', at: clock.now() + 10 * TICK_MS, ways: [] })
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  await flow()
  await clock.advance(60_000)
  await scene.parts.recover()
  await flow()
  const cards = (await scene.messages()).filter(({ kind }) => kind === 'card')
  assert.deepEqual(
    cards.map(({ failure, why }) => [failure, why]),
    cards.map(() => [undefined, undefined]),
    'what happens next stands below it again',
  )
  const over = await proof.health()
  assert.ok(over.ok, over.detail)
  const told = one.telegram.map(({ title }) => title)
  assert.ok(
    told.some((title) => /are shown in .* again/.test(title)),
    told.join(),
  )
  await store.put(FAILING, 'x', {
    place: here,
    why: 'Missing Permissions',
    since: 1,
    incident: 'I',
  })
  const { ok, detail } = await proof.health()
  assert.ok(!ok)
  assert.match(detail, /discord:\d+\/\d+ takes no cards since 1970.*: Missing Permissions/)
})

test('refused: what refuses is tried less and less, and shows every open incident when it works again', async (t) => {
  const one = await world(t)
  const { scene, telegram, refusing, refused, flow } = one
  const { oncall, intake } = scene.parts
  refusing.set(GROUP.space, 'Forbidden: bot was kicked from the supergroup chat')
  await intake.take([alertOf(), alertOf({ key: 'other', group: 'other', machine: 'm2' })])
  await flow()
  const both = refused.length
  const at: number[] = []
  for (let minute = 1; minute <= 70; minute++) {
    const [one] = await oncall.list()
    const note = { do: 'note', by: ANA, text: `${minute}`, id: `${minute}` } as const
    const before = refused.length
    if (minute % 5 === 0) await oncall.act(one?.id ?? '', note)
    await scene.parts.recover()
    await scene.clock.advance(60_000)
    if (refused.length > before) at.push(minute)
  }
  assert.deepEqual([both, refused.length - both, at], [2, 5, [3, 7, 15, 31, 61]])
  refusing.delete(GROUP.space)
  for (let minute = 0; minute < 31; minute++) {
    await scene.parts.recover()
    await scene.clock.advance(60_000)
  }
  const there = telegram.filter(({ chat }) => chat === GROUP.space).map(({ title }) => title)
  for (const { id } of await oncall.list())
    assert.ok(
      there.some((title) => title.includes(`· ${id}`)),
      there.join(),
    )
})

test('refused: where what is there may be edited and nothing new said, nobody takes that for the place working again', async (t) => {
  const one = await world(t)
  const { scene, telegram, readOnly, flow } = one
  const { oncall, intake, recover } = scene.parts
  await intake.take([alertOf()])
  await flow()
  const [shown] = await oncall.list()
  readOnly.add(GROUP.space)
  await intake.take([alertOf({ key: 'other', group: 'other', machine: 'm2' })])
  await flow()
  const title = (id = '') => telegram.filter((said) => said.chat === id).map((said) => said.title)
  const edits = title(GROUP.space).length
  for (let minute = 0; minute < 5; minute++) {
    const note = { do: 'note', by: ANA, text: `${minute}`, id: `${minute}` } as const
    await oncall.act(shown?.id ?? '', note)
    await flow()
    await recover()
    await scene.clock.advance(60_000)
  }
  assert.equal(title(GROUP.space).length - edits, 5, 'what is there is kept up to date')
  const told = title('401').filter((said) => / shown in /.test(said))
  assert.deepEqual(told.length, 1, told.join())
  readOnly.clear()
  for (let minute = 0; minute < 31; minute++) {
    await recover()
    await scene.clock.advance(60_000)
  }
  for (const { id } of await oncall.list())
    assert.ok(
      title(GROUP.space).some((said) => said.includes(`· ${id}`)),
      id,
    )
  assert.ok(title('401').some((said) => /are shown in .* again/.test(said)))
})

test('refused: words that one platform does not take say nothing of the place', async (t) => {
  const one = await world(t)
  const { scene, discord, room, flow, seen } = one
  discord.fail({ on: `POST /channels/${room.id}/messages`, times: 2, status: 400, code: 50035 })
  await scene.parts.intake.take([alertOf()])
  await flow()
  await scene.parts.intake.take([alertOf({ key: 'other', group: 'other', machine: 'm2' })])
  await flow()
  assert.ok(seen(room.id).some((said) => /Critical · Kernel OOM/.test(said)))
})

test('refused: a private call is told to the owners, on another platform where there is one', async () => {
  const told = async (owners: readonly string[]) => {
    const to: string[] = []
    const put = async ({ address }: { address: Address }) => {
      to.push(`${address.platform}:${address.user}`)
    }
    const lost = createLost({ outbox: { put }, owners, locale: 'en' })
    await lost({
      key: 'I-158NCB.p1.discord.1',
      platform: 'discord',
      address: { platform: 'discord', chat: '1', user: '1', private: true },
      reply: { tone: 'warn', locale: 'en', title: 'Critical', blocks: [] },
      rev: 1,
      delivered: 0,
      final: true,
      attempts: 0,
      putAt: 0,
      kind: 'page',
    })
    return to
  }
  assert.deepEqual(await told(['discord:1', 'discord:2', 'telegram:3']), ['telegram:3'])
  assert.deepEqual(await told(['discord:1', 'discord:2']), ['discord:2'])
})

test('refused: a test or a drill never leaves its place', async (t) => {
  const one = await world(t, { places: 'discord' })
  const { scene, discord, room, flow, here } = one
  discord.fail({ on: `POST /channels/${room.id}/messages`, times: 1000, ...FORBIDDEN })
  await scene.parts.oncall.open(alertOf({ source: 'drill', group: 'drill:oom:x', app: null }), here)
  await flow()
  assert.deepEqual([one.talk(one.owner), one.telegram, await failingAt(one)], [[], [], []])
})
