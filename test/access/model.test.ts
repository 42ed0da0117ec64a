import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAccess } from '../../src/access/index.ts'
import type { Grant } from '../../src/core/access.ts'
import type { Place } from '../../src/core/invocation.ts'
import { decide } from '../../src/core/policy.ts'
import { createTestClock, START } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog } from '../helpers/test-log.ts'
import { runs } from '../helpers/runs.ts'

/*
 * Histories: whatever admins do one after another, with time passing in between, what holds at the end is what a list of notes on paper says.
 * The paper knows nothing of stores, keys, replacing and lives; it keeps every note and asks for the newest one that fits.
 */

const LADDER = ['viewer', 'responder', 'operator', 'admin'] as const
const HOUR = 3_600_000
const GUILD = '9'
const ROOM: Place = { platform: 'discord', space: GUILD, room: '91', private: false }
const PLACES: readonly Place[] = [
  ROOM,
  { ...ROOM, room: '92' },
  { ...ROOM, room: '500', parent: '91' },
  { ...ROOM, space: '8' },
]

type Edit =
  | {
      readonly do: 'give'
      readonly who: string
      readonly role: Grant['role']
      readonly apps: Grant['apps']
      readonly room: string | undefined
      readonly deny: boolean
      readonly hours: number | null
      readonly raised: boolean
    }
  | {
      readonly do: 'cap'
      readonly room: string | undefined
      readonly role: Grant['role'] | null
      readonly hours: number | null
    }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'trust'; readonly on: boolean }
  | { readonly do: 'take'; readonly n: number }

const ROOMS = fc.constantFrom(undefined, '91', '92', '500')
const HOURS = fc.constantFrom(null, 1, 3)
const ROLE = fc.constantFrom(...LADDER)
const EDIT: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('give' as const),
      who: fc.constantFrom('1', 'role:7'),
      role: ROLE,
      apps: fc.constantFrom<Grant['apps']>('*', ['a'], ['b']),
      room: ROOMS,
      deny: fc.boolean(),
      hours: HOURS,
      raised: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cap' as const),
      room: ROOMS,
      role: fc.option(ROLE),
      hours: HOURS,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 2) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trust' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take' as const), n: fc.nat(5) }) },
)

interface Note {
  readonly edit: Edit
  readonly at: number
  readonly taken?: boolean
}

/** What the notes say: null for no, else the highest role on this app. */
function onPaper(
  notes: readonly Note[],
  now: number,
  { place, app }: { place: Place; app: string },
) {
  const trust = notes.findLast(({ edit }) => edit.do === 'trust')?.edit
  if (place.space !== GUILD || (trust?.do === 'trust' && !trust.on)) return null
  const covers = (room: string | undefined) =>
    room === undefined || room === place.room || room === place.parent
  const lives = ({ at }: Note, hours: number | null) => hours === null || now < at + hours * HOUR
  const newest = (one: Note, same: (other: Edit) => boolean) =>
    !notes.slice(notes.indexOf(one) + 1).some(({ edit }) => same(edit))
  let best = -1
  let most: number = LADDER.length
  for (const one of notes) {
    const { edit } = one
    if (edit.do === 'cap') {
      const last = newest(one, (other) => other.do === 'cap' && other.room === edit.room)
      if (last && edit.role !== null && covers(edit.room) && lives(one, edit.hours))
        most = Math.min(most, LADDER.indexOf(edit.role))
    }
    if (edit.do !== 'give' || one.taken) continue
    const target = ({ who, apps, room, deny, raised }: Extract<Edit, { do: 'give' }>) =>
      JSON.stringify([who, apps, room ?? null, deny, raised])
    const last = newest(one, (other) => other.do === 'give' && target(other) === target(edit))
    if (!last || !covers(edit.room) || !lives(one, edit.hours)) continue
    if (edit.apps !== '*' && !edit.apps.includes(app)) continue
    if (edit.deny) return null
    best = Math.max(best, LADDER.indexOf(edit.role))
  }
  const held = Math.min(best, most)
  return held < 0 ? null : held
}

async function play(edits: readonly Edit[]) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const access = createAccess({ store, owners: [], clock, log: createTestLog() })
  const scope = { platform: 'discord', space: GUILD } as const
  const within = (room: string | undefined) => ({ ...scope, ...(room !== undefined && { room }) })
  const end = (hours: number | null) => (hours === null ? null : clock.now() + hours * HOUR)
  await access.trust(scope, 'discord:5')
  let notes: readonly Note[] = []
  const given: Array<{ readonly id: string; readonly edit: Edit }> = []
  for (const edit of edits) {
    notes = [...notes, { edit, at: clock.now() - START }]
    if (edit.do === 'wait') await clock.advance(edit.hours * HOUR)
    if (edit.do === 'trust') await (edit.on ? access.trust(scope, 'x') : access.untrust(scope))
    if (edit.do === 'cap')
      await access.ceiling({
        scope: within(edit.room),
        role: edit.role,
        until: end(edit.hours),
        by: 'x',
        reason: null,
      })
    if (edit.do === 'give') {
      const id = edit.who.replace('role:', '')
      const subject =
        edit.who === id
          ? ({ kind: 'user', platform: 'discord', id } as const)
          : ({ kind: 'role', id } as const)
      const grant = await access.grant({
        subject,
        role: edit.role,
        apps: edit.apps,
        scope: within(edit.room),
        deny: edit.deny,
        until: end(edit.hours),
        by: 'x',
        reason: null,
        ...(edit.raised && { elevation: { approvedBy: 'discord:5' } }),
      })
      given.push({ id: grant.id, edit })
    }
    const taken = edit.do === 'take' ? given[edit.n % (given.length || 1)] : undefined
    if (taken) {
      await access.revoke(taken.id)
      notes = notes.map((note) => (note.edit === taken.edit ? { ...note, taken: true } : note))
    }
  }
  return { state: await access.fresh(), now: clock.now(), notes }
}

test('model: whatever was given, denied, capped, raised, taken back and left to end, what holds is what the notes say', async () => {
  const actor = { platform: 'discord', id: '1', name: 'Ann', roles: ['7'] } as const
  await fc.assert(
    fc.asyncProperty(fc.array(EDIT, { maxLength: 12 }), async (edits) => {
      const { state, now, notes } = await play(edits)
      for (const place of PLACES)
        for (const app of ['a', 'b']) {
          const paper = onPaper(notes, now - START, { place, app })
          for (const [rank, role] of LADDER.entries()) {
            const asked = {
              actor,
              place,
              verb: 'openclaw x',
              role,
              confirm: 'none',
              app,
              now,
            } as const
            const yes = decide(state, asked).verdict === 'allow'
            assert.equal(
              yes,
              paper !== null && rank <= paper,
              `${role} on ${app} in ${JSON.stringify(place)}`,
            )
          }
        }
    }),
    { numRuns: runs(400) },
  )
})
