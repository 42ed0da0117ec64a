import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { createAccess } from '../../src/access/index.ts'
import { defineCommand } from '../../src/core/command.ts'
import { createJobs } from '../../src/core/jobs.ts'
import type { Alert } from '../../src/core/oncall/alert.ts'
import { OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import type { Store } from '../../src/core/ports.ts'
import { reply } from '../../src/core/reply.ts'
import { say } from '../../src/core/text.ts'
import type { Judged, Standing } from '../../src/core/watch/detector.ts'
import { putSetting, readSettings, type RuleCommand } from '../../src/core/watch/rule-settings.ts'
import { createOncall } from '../../src/oncall/index.ts'
import { createRemedy } from '../../src/watch/remedy.ts'
import { alertOf, ANA, LADDER, ROOM } from '../helpers/incidents.ts'
import { away } from '../helpers/memory-store.ts'
import { createLife, mortalStore } from '../helpers/mutation/life.ts'
import { ADMIN, HERE } from '../helpers/people.ts'
import { createWorld, type World } from '../helpers/world.ts'

const RULE: RuleCommand = {
  line: 'mend',
  command: 'openclaw mend',
  input: {},
  coolDownMs: 1_800_000,
  perHour: 2,
  actor: ADMIN,
  place: HERE,
}

interface Scene extends World {
  readonly ran: string[]
  readonly oncall: ReturnType<typeof createOncall>
  /** What the watcher does with an alert: hands it in, then lets rules act. */
  readonly told: (
    alert: Alert,
    from?: Standing['from'],
    store?: Store,
    access?: World['deps']['access'],
  ) => Promise<void>
  /** The words of the notes in the newest incident. */
  readonly notes: () => Promise<readonly string[]>
}

/** `during`: what happens while the first of its two steps runs. */
async function scene(
  rule: Partial<RuleCommand> = {},
  during: (one: World) => Promise<unknown> = async () => {},
): Promise<Scene> {
  const ran: string[] = []
  const mend = (name: string, confirm: 'button' | 'typed') =>
    defineCommand({
      name,
      description: { en: 'Mend it', 'zh-TW': '修復閘道' },
      examples: [],
      options: z.object({
        app: z.string().meta({ about: 'app' }),
        machine: z.string().optional().meta({ about: 'machine' }),
      }),
      role: 'operator',
      confirm,
      where: 'worker',
      kind: 'change',
      run: async ({ job, steps }, { machine }) => {
        const first = async () => {
          ran.push(`${name} ${machine} ${job}`)
          await during(world)
        }
        await steps('Mending', [
          { id: 'one', label: 'One', do: first },
          { id: 'two', label: 'Two', do: async () => void ran.push('two') },
        ])
        return null
      },
      render: () => reply.ok('Mended'),
    })
  const world = await createWorld({ commands: [mend('mend', 'button'), mend('raze', 'typed')] })
  const oncallOn = (store: Store) =>
    createOncall({
      ...world.deps,
      store,
      locale: 'en',
      routes: { placesFor: async () => [ROOM] },
      people: { onCall: async () => [ANA], ladder: async () => LADDER },
      queue: { enqueue: async () => {} },
    })
  const oncall = oncallOn(world.store)
  await putSetting(world.store, 'kernel-oom', {
    command: { ...RULE, ...rule },
    by: 'Admin',
    at: 0,
  })
  return {
    ...world,
    ran,
    oncall,
    async told(alert, from = 'look', store = world.store, access = world.deps.access) {
      const judged: Judged = {
        alerts: [alert],
        standing: [{ alert, from, needs: [], seen: {} }],
      }
      const parts = store === world.store ? oncall : oncallOn(store)
      await parts.intake.take(judged.alerts)
      const book = { settings: () => readSettings(store) }
      const { deps, queue } = world
      const jobs = createJobs({ ...deps, store, queue })
      const { oncall: port } = parts
      await createRemedy({ ...deps, access, store, jobs, oncall: port, book, locale: 'en' })(judged)
      await parts.settled()
    },
    async notes() {
      const [incident] = await oncall.oncall.list()
      const lines = incident?.log.filter(({ what }) => what === 'note') ?? []
      return lines.map(({ text = '', by }) => `${by}: ${say(text, 'en')}`)
    },
  }
}

test('a rule runs its command once, as its maker, told on the card and in the audit', async () => {
  const one = await scene()
  await one.told(alertOf())
  await one.told(alertOf())
  await one.work()
  const [incident] = await one.oncall.oncall.list()
  const [job] = await one.deps.jobs.recent(5)
  assert.ok(incident && job)
  assert.deepEqual(one.ran, [`mend 3d8d9a0b ${job.id}`, 'two'])
  assert.equal(job.invocation.actor.name, `rule kernel-oom (${ADMIN.name})`)
  assert.deepEqual(await one.notes(), [`rule kernel-oom: It runs /mend by itself: ${job.id}.`])
  const approved = one.audited.filter(({ event }) => event === 'approved')
  assert.deepEqual(
    approved.map(({ detail, actor, job: id }) => [detail, actor, id]),
    [[`rule kernel-oom, ${incident.id}`, 'discord:200', job.id]],
  )
  const { value } = (await one.store.list(OUTBOX)).find(({ id }) => id === job.id) ?? {}
  const { address, reply: said } = value as OutboxRecord
  assert.deepEqual([address.chat, said.title], [ROOM.room, 'Mended'])
  assert.match(address.under ?? '', new RegExp(`^${incident.id}\\.`))
})

test('killed anywhere, it has run once when all is told again', async () => {
  let points = Infinity
  for (let killAt = 0; killAt < points; killAt++) {
    const one = await scene()
    const life = createLife(killAt)
    const first = one.told(alertOf(), 'look', mortalStore(one.store, life))
    await Promise.race([first, life.died])
    if (!life.isDead()) points = killAt
    await one.told(alertOf())
    await one.deps.jobs.recover()
    await one.work()
    assert.equal(one.ran.length, 2, `killed at ${life.points[killAt] ?? 'the end'}`)
    assert.equal((await one.notes()).length, 1)
  }
  assert.ok(points > 5)
})

test('nothing is run for a drill, whatever it is about', async () => {
  const one = await scene()
  await one.told(alertOf({ source: 'drill', group: 'drill:oom:x' }))
  await one.work()
  assert.deepEqual([one.ran, await one.notes()], [[], []])
})

type Arranged = (one: Scene) => Promise<unknown>
const by = { key: 'discord:400', name: 'Ana' }
const idOf = async (one: Scene) => (await one.oncall.oncall.list())[0]?.id ?? ''
const quiet = { app: '*', by: 'Ana', at: 0, reason: null, until: Date.UTC(2026, 10, 23) }
const HELD: ReadonlyArray<readonly [why: string, arrange: Arranged, note: RegExp | null]> = [
  [
    'all is frozen',
    ({ deps }) => deps.access.freeze({ by: 'discord:100', name: 'Olga', reason: 'moving' }),
    /was not run: .*frozen/i,
  ],
  [
    'maintenance goes on',
    ({ oncall }) => oncall.oncall.keepQuiet('maintenance', quiet),
    /was not run: maintenance is going on/,
  ],
  [
    'it is silenced',
    ({ oncall }) => oncall.oncall.keepQuiet('silence', quiet),
    /was not run: somebody has silenced this/,
  ],
  [
    'somebody has acknowledged',
    async (one) => {
      await one.oncall.intake.take([alertOf({ key: 'first' })])
      await one.oncall.oncall.act(await idOf(one), { do: 'ack', by })
    },
    null,
  ],
  [
    'its maker may no longer do it',
    ({ deps }) =>
      deps.access.grant({
        subject: { kind: 'user', platform: 'discord', id: ADMIN.id },
        role: 'admin',
        apps: '*',
        scope: { platform: 'discord', space: HERE.space },
        deny: true,
        until: null,
        by: 'discord:100',
        reason: null,
      }),
    /was not run: /,
  ],
]
for (const [why, arrange, note] of HELD)
  test(`nothing is run while ${why}`, async () => {
    const one = await scene()
    await arrange(one)
    await one.told(alertOf())
    await one.work()
    assert.deepEqual(one.ran, [])
    const notes = await one.notes()
    assert.equal(notes.length, note === null ? 0 : 1)
    if (note !== null) assert.match(notes[0] ?? '', note)
  })

const FREEZE = { by: 'discord:100', name: 'Olga', reason: 'moving' }

test('a run that a rule has queued is refused once all is frozen, and one that runs ends at its next step', async () => {
  const queued = await scene()
  await queued.told(alertOf())
  await queued.deps.access.freeze(FREEZE)
  await queued.work()
  assert.deepEqual(queued.ran, [])
  const stateOf = async ({ deps }: Scene) => (await deps.jobs.recent(1))[0]?.state
  assert.equal(await stateOf(queued), 'refused')
  const running = await scene({}, ({ deps }) => deps.access.freeze(FREEZE))
  await running.told(alertOf())
  await running.work()
  assert.equal(running.ran.length, 1, 'the second step was not begun')
  assert.equal(await stateOf(running), 'failed')
})

test('while the store cannot say whether all is frozen, a rule runs nothing', async () => {
  const one = await scene()
  const broken: Store = {
    ...one.store,
    get: async (bucket, id) => {
      if (bucket === 'freeze') throw away()
      return one.store.get(bucket, id)
    },
  }
  const access = createAccess({ ...one.deps, store: broken, owners: [] })
  await assert.rejects(one.told(alertOf(), 'look', one.store, access), { code: 'unavailable' })
  assert.equal((await one.deps.jobs.recent(5)).length, 0)
})

test('an app that asks for a second person is left to people', async () => {
  const one = await scene()
  const on = 'app:my-openclaw'
  await one.deps.access.guard({ on, second: 'changes', standsMs: null, by: 'discord:200' })
  await one.told(alertOf())
  await one.work()
  assert.deepEqual(one.ran, [])
  assert.match((await one.notes())[0] ?? '', /more than one yes/)
})

test('words in a log alone run nothing, nor does what takes more than one yes', async () => {
  const one = await scene()
  await one.told(alertOf(), 'line')
  await one.work()
  assert.deepEqual(one.ran, [])
  const two = await scene({ line: 'raze', command: 'openclaw raze' })
  await two.told(alertOf())
  await two.work()
  assert.deepEqual(two.ran, [])
  assert.match((await two.notes())[0] ?? '', /more than one yes/)
})

test('not again on the app within its cool-down, nor more often within an hour than it may', async () => {
  const one = await scene()
  const on = (app: string, n: number) =>
    one.told(alertOf({ app, key: `${app}-${n}`, group: `${app}-${n}`, at: one.clock.now() }))
  await on('my-openclaw', 1)
  await on('my-openclaw', 2)
  await on('second-app', 3)
  await one.clock.advance(1_800_000)
  await on('my-openclaw', 4)
  await one.clock.advance(1_800_000)
  await on('my-openclaw', 5)
  await one.work()
  assert.equal(one.ran.filter((name) => name !== 'two').length, 3)
  const notes = (await one.oncall.oncall.list()).flatMap(({ log }) => log)
  const words = notes.flatMap(({ text }) => (text === undefined ? [] : [say(text, 'en')]))
  assert.equal(words.filter((said) => /a short while ago/.test(said)).length, 1)
  assert.equal(words.filter((said) => /as often as it may/.test(said)).length, 1)
})
