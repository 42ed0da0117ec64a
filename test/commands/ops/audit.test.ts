import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { renderMessage } from '../../../src/chat/discord/render.ts'
import { anchor, createAudit } from '../../../src/audit.ts'
import { auditEntry, type AuditEntry } from '../../../src/core/audit.ts'
import { CHAIN, type Link } from '../../../src/core/audit/chain.ts'
import type { Actor, Place } from '../../../src/core/invocation.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import audit from '../../../commands/ops/audit.ts'
import settings from '../../../commands/ops/settings.ts'
import * as people from '../../helpers/people.ts'
import { button, createWorld, registryOf, type Told, type World } from '../../helpers/world.ts'

const { ADMIN, ELSEWHERE, HERE, OPERATOR, OWNER } = people
const registry = registryOf({ ops: [...audit, settings] })

type Done = Partial<AuditEntry> & { readonly by?: Actor; readonly at?: Place }

/** A world with this record in its store, a second apart. */
async function recorded(entries: readonly Done[]): Promise<World> {
  const world = await createWorld({ registry })
  const writer = createAudit({ ...world.deps })
  for (const { by = OPERATOR, at: place = HERE, ...more } of entries) {
    const asked = people.request(
      'openclaw restart',
      {},
      { id: `i-${world.clock.now()}`, actor: by, place },
    )
    const entry = auditEntry(more.event ?? 'accepted', asked, {
      app: 'my-openclaw',
      job: 'J-000001',
    })
    writer.record({ ...entry, ...more })
    await world.clock.advance(1000)
  }
  await writer.settled()
  return world
}
const STORY: readonly Done[] = [
  {
    event: 'asked',
    plan: {
      digest: 'a1b2c3d4e5f60718',
      facts: ['Restart my-openclaw?', 'State: started → started'],
    },
  },
  { event: 'approved', by: ADMIN, detail: 'the gateway hangs' },
  { event: 'started', plan: { digest: 'a1b2c3d4e5f60718' } },
  {
    event: 'called',
    call: {
      what: 'POST /v1/apps/my-openclaw/machines/148e21/restart',
      status: '200',
      reference: '01JD-fra',
    },
  },
  { event: 'finished', detail: 'done' },
  { event: 'accepted', app: 'second-app', verb: 'openclaw memory', by: OWNER, job: 'J-000002' },
  { event: 'refused', detail: 'role', at: ELSEWHERE, app: null, job: null },
]
const rowsOf = ({ reply }: Told): ReadonlyArray<readonly string[]> =>
  (reply?.blocks ?? []).flatMap((block) => (block.type === 'table' ? block.rows : []))
const numbers = (told: Told): readonly number[] => rowsOf(told).map(([n]) => Number(n))
const ask = (one: World, input: object, actor: Actor = OWNER) =>
  one.ask('ops audit list', { ...input }, { actor })
const fileOf = ({ reply }: Told): string =>
  (reply?.blocks ?? []).flatMap((block) => (block.type === 'file' ? [block.content] : []))[0] ?? ''

for (const locale of ['en', 'zh-TW'] as const)
  test(`audit list: how it looks in ${locale}`, async (t) => {
    const one = await recorded(STORY)
    const told = await one.ask('ops audit list', {}, { locale })
    t.assert.snapshot(renderConsole(told.reply as SaidReply))
    assert.ok(renderMessage(told.reply as SaidReply).body.embeds)
  })

test('audit list: filters by person, app and time; a range has an end', async () => {
  const one = await recorded(STORY)
  assert.deepEqual(numbers(await ask(one, {})), [7, 6, 5, 4, 3, 2, 1])
  assert.deepEqual(numbers(await ask(one, { who: 'discord:200' })), [2])
  assert.deepEqual(numbers(await ask(one, { app: 'second-app' })), [6])
  assert.deepEqual(numbers(await ask(one, { since: '3s' })), [7, 6, 5])
  assert.deepEqual(numbers(await ask(one, { since: '#3..#4' })), [4, 3])
  assert.deepEqual(numbers(await ask(one, { since: '2026-11-22T12:00:05Z' })), [7, 6])
  assert.deepEqual(numbers(await ask(one, { since: '2026-11-22' })).length, 7)
  assert.equal((await ask(one, { since: '1h', who: 'discord:42' })).reply?.title, 'No such entries')
  for (const since of ['yesterday', '2026-13-45', '#', '1h..2h'])
    assert.match((await ask(one, { since })).reply?.title ?? '', /is no moment I know/, since)
})

test('audit list: an admin reads of their own place and apps, an owner everything', async () => {
  const one = await recorded(STORY)
  assert.deepEqual(numbers(await ask(one, {}, ADMIN)), [6, 5, 4, 3, 2, 1])
  const half = people.person('700')
  await one.deps.access.grant(people.grantTo(half, 'admin', { apps: ['second-app'] }))
  assert.deepEqual(numbers(await ask(one, {}, half)), [6])
  assert.equal((await ask(one, {}, OPERATOR)).kind, 'refused')
})

test('audit list: who rules one room reads of that and its threads, not of the guild around it', async () => {
  const other = { ...HERE, room: '911' }
  const thread = { ...HERE, room: '999', parent: '910' }
  const { room: _, ...guild } = HERE
  const one = await recorded([{ at: other }, { at: thread }, { at: guild }, {}, { at: ELSEWHERE }])
  const ruler = people.person('701')
  const scope = { platform: 'discord', space: people.GUILD, room: '910' } as const
  await one.deps.access.grant(people.grantTo(ruler, 'admin', { scope }))
  assert.deepEqual(numbers(await ask(one, {}, ruler)), [4, 2])
  assert.deepEqual(numbers(await ask(one, {}, ADMIN)), [4, 3, 2, 1])
  assert.match(
    fileOf(await one.ask('ops audit export', {}, { actor: ruler })),
    /^\{[^\n]*\}\n\{[^\n]*\}\n$/,
  )
})

test('audit list: the button goes on where the page ends, whatever is written meanwhile', async () => {
  const one = await recorded(Array.from({ length: 40 }, (_, i) => ({ detail: String(i) })))
  const first = await ask(one, { since: '7d' })
  const writer = createAudit({ ...one.deps })
  for (let i = 0; i < 5; i++)
    writer.record(auditEntry('accepted', people.request('openclaw status'), {}))
  await writer.settled()
  const seen = [...numbers(first)]
  let told = first
  for (let pages = 0; pages < 2; pages++) {
    told = await one.press(button(told.reply, 'Earlier'), { actor: OWNER, place: HERE })
    seen.push(...numbers(told))
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 40 }, (_, i) => 40 - i),
  )
  assert.deepEqual(told.reply?.actions, [])
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`audit verify: whole, and not, in ${locale}`, async (t) => {
    const one = await recorded(STORY)
    const [last] = await one.store.read(CHAIN, { newestFirst: true, limit: 1 })
    await anchor(one.deps, last?.entry as Link)
    const fixed = (told: Told) =>
      renderConsole(told.reply as SaidReply).replaceAll(/[0-9a-f]{64}/g, '<hash>')
    t.assert.snapshot(fixed(await one.ask('ops audit verify', {}, { locale, actor: ADMIN })))
    const links = (await one.store.read(CHAIN)).map(({ entry }) => entry as Link)
    await one.store.trim(CHAIN, '99')
    const forged = links
      .toSpliced(3, 1)
      .map((link) => (link.seq === 2 ? { ...link, actor: 'discord:1' } : link))
    for (const link of forged.slice(0, -1)) await one.store.append(CHAIN, link)
    const told = await one.ask('ops audit verify', {}, { locale, actor: ADMIN })
    t.assert.snapshot(fixed(told))
    assert.ok(told.outcome?.kind === 'reply')
    const { ok, flaws } = told.outcome.result as { ok: boolean; flaws: Array<{ kind: string }> }
    assert.deepEqual([ok, flaws.map(({ kind }) => kind)], [false, ['edited', 'order', 'end']])
  })

test('audit export: the file of an owner can be checked by anybody with a few lines', async (t) => {
  const one = await recorded(STORY)
  const told = await one.ask('ops audit export', {})
  const { createHash } = await import('node:crypto')
  // As docs/audit.md has it: without anything of ours.
  const sorted = (value: unknown): unknown =>
    value === null || typeof value !== 'object' || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, part]) => [name, sorted(part)]),
        )
  let prev = '0'.repeat(64)
  const lines = fileOf(told).trimEnd().split('\n')
  for (const line of lines) {
    const { hash, ...rest } = JSON.parse(line) as Link
    assert.equal(rest.prev, prev)
    assert.equal(
      createHash('sha256')
        .update(JSON.stringify(sorted(rest)))
        .digest('hex'),
      hash,
    )
    prev = hash
  }
  assert.equal(lines.length, 7)
  t.assert.snapshot(
    renderConsole(told.reply as SaidReply)
      .replaceAll(/[0-9a-f]{12,64}/g, '<hash>')
      .slice(0, 400),
  )
  const part = await one.ask('ops audit export', {}, { actor: ADMIN })
  assert.equal(fileOf(part).trimEnd().split('\n').length, 6)
  assert.match(JSON.stringify(part.reply), /A part of the record/)
})

test('audit export: a full file says where it begins and how to get the rest', async () => {
  const one = await createWorld({ registry })
  const writer = createAudit({ ...one.deps })
  for (let i = 0; i < 1999; i++)
    writer.record(auditEntry('accepted', people.request('openclaw status')))
  await writer.settled()
  const again = createAudit({ ...one.deps })
  for (let i = 0; i < 1999; i++)
    again.record(auditEntry('accepted', people.request('openclaw status')))
  await again.settled()
  const third = createAudit({ ...one.deps })
  for (let i = 0; i < 1005; i++)
    third.record(auditEntry('accepted', people.request('openclaw status')))
  await third.settled()
  const asked = one.ask('ops audit export', { since: '7d' })
  // Between two pages others have their turn.
  for (let i = 0; i < 14; i++) await one.clock.advance(1)
  const told = await asked
  assert.equal(fileOf(told).trimEnd().split('\n').length, 5000)
  assert.match(JSON.stringify(told.reply), /begins at #4\..*since=7d\.\.#3/)
  const rest = one.ask('ops audit export', { since: '7d..#3' })
  for (let i = 0; i < 14; i++) await one.clock.advance(1)
  assert.equal(
    fileOf(await rest)
      .trimEnd()
      .split('\n').length,
    3,
  )
})
