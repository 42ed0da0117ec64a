import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPrinted } from '../../../src/core/secret-shapes.ts'
import { readLines } from '../../../src/core/watch/read-lines.ts'
import { sightOf } from '../../../src/core/watch/sight-of.ts'
import { START } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { addresses, PRIVATE, started, unready } from './firing.ts'
import {
  APP,
  DAY,
  deed,
  healthy,
  HOUR,
  ID,
  line,
  lines,
  type Look,
  lost,
  machines,
  MINUTE,
  ok,
  play,
  says,
} from './scene.ts'

const SECRET = 'sk-0123456789abcdef0123456789'

test('what is kept of a machine holds no environment, no headers and no secret of its command', () => {
  const config = made.config({
    env: { NODE_OPTIONS: '--max-old-space-size=1536', OPENAI_API_KEY: SECRET },
    init: { cmd: ['node', 'x.js', 'gateway', '--token', SECRET] },
    services: [{ internal_port: 3000, checks: [{ headers: [{ name: 'a', values: [SECRET] }] }] }],
    files: [{ guest_path: '/x', raw_value: SECRET }],
    metadata: { fly_process_group: 'app', note: SECRET },
  })
  const checks = [{ name: 'a', status: 'critical', output: `token=${SECRET}\n` }]
  const { sight } = play([{ look: machines({ config, checks }) }])
  const kept = JSON.stringify(sight)
  assert.ok(!kept.includes(SECRET))
  assert.match(kept, /max-old-space-size/)
  assert.match(kept, /fly_process_group/)
})

test('what is not its turn stays with the moment of its own look', () => {
  const first = sightOf({ app: APP, before: undefined, glance: healthy(START), now: START })
  const later = START + MINUTE
  const glance = { jobs: [], machines: lost(later) }
  const second = sightOf({ app: APP, before: first, glance, now: later })
  assert.equal(second.volumes.at, START)
  assert.deepEqual(second.volumes, first.volumes)
  assert.equal(second.machines.known, false)
  const never = sightOf({ app: APP, before: undefined, glance: { jobs: [] }, now: START })
  assert.equal(never.addresses.known, false)
  assert.deepEqual(never.memory.since, {})
})

test('of a flood of lines a few are kept, of each kind the newest, without secrets', () => {
  const flood = Array.from({ length: 500 }, (_, n) =>
    line(`[ws] unauthorized conn=${n} token=${SECRET} remote=203.0.113.7 client=x`, START + n),
  )
  const other = line('FATAL ERROR: Reached heap limit Allocation failed', START)
  const seen = readLines([other, ...flood], withoutPrinted)
  assert.equal(seen.signed.length, 61)
  assert.equal(seen.signed.at(-1)?.at, START + 499)
  assert.deepEqual(seen.secrets, { known: 0, shaped: 500 })
  const { sight } = play([{ look: (now) => ({ logs: ok(seen, now) }) }])
  assert.equal(sight.memory.lines.length, 4)
  assert.ok(JSON.stringify(sight).length < 50_000)
  assert.ok(!JSON.stringify(sight).includes(SECRET))
})

test('a secret that is known by its value counts as such', () => {
  const redact = (text: string) => withoutPrinted(text.replaceAll('my dog', '[secret]'))
  const found = [line('hello my dog', START), line('nothing here', START), line('a 64 hex', START)]
  assert.deepEqual(readLines(found, redact).secrets, { known: 1, shaped: 0 })
})

test('lines count until a run after them got ready, and not for ever', () => {
  const locked = says('gateway already running (pid 7); lock timeout after 5000ms')
  const restarted: Look = (now) => ({
    ...machines({ events: [started(now - 1000), started(START - DAY)] })(now),
    ...unready(now),
  })
  const still = play([{ look: locked }, { look: restarted }, { look: restarted }])
  assert.equal(still.sight.memory.settled[ID], START - 49 * HOUR)
  assert.equal(still.sight.memory.lines.length, 1)
  const anew = machines({ events: [started(START + HOUR), started(START - DAY)] })
  const past = play([
    { look: locked },
    { look: anew, after: 2 * HOUR },
    { look: anew, after: 3 * DAY },
  ])
  assert.deepEqual(past.sight.memory.lines, [])
})

test('two changes of the address list within a day are one; what we changed is none', () => {
  const both = [made.address(), PRIVATE]
  const turn = (...looks: readonly Look[]) =>
    play(looks.map((look) => ({ look, after: 10 * MINUTE }))).sight.memory.addresses
  assert.equal(turn(addresses(...both), addresses(PRIVATE), addresses(...both)), null)
  assert.deepEqual(turn(addresses(PRIVATE), addresses(...both))?.wasPublic, false)
  const ours: Look = (now) => ({
    ...addresses(...both)(now),
    jobs: [deed('network public', now - MINUTE)],
  })
  assert.equal(turn(addresses(PRIVATE), ours), null)
  const unseen: Look = (now) => ({ addresses: lost(now) })
  assert.equal(turn(addresses(PRIVATE), unseen, addresses(...both))?.added.length, 1)
})

test('a mark lasts as long as what it marks, and over what could not be seen', () => {
  const seen = play([
    { look: unready },
    { look: (now) => ({ gateway: lost(now) }) },
    { look: unready },
  ])
  assert.equal(seen.sight.memory.since[`unready ${ID}`], START + 15_000)
  assert.deepEqual(play([{ look: unready }, {}]).sight.memory.since, {})
  assert.deepEqual(lines([]).signed, [])
})
