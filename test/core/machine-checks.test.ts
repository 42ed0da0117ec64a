import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cheapChecks } from '../../src/core/checks/index.ts'
import type { Machine } from '../../src/core/fly.ts'
import { say } from '../../src/core/text.ts'
import { START } from '../helpers/clock.ts'
import { deployment, event, known, machine, report } from '../helpers/deployments.ts'

const found = (one: Partial<Machine>, gateway = report()) => {
  const at = deployment({ machines: known([machine(one)]), gateway: known(gateway) })
  return cheapChecks(at, START).map(({ id, text }) => [id, say(text, 'en')] as const)
}
const ids = (...args: Parameters<typeof found>) => found(...args).map(([id]) => id)

const MIN = 60_000
const crash = (minutesAgo: number) =>
  event('exit', START - minutesAgo * MIN, { code: 137, signal: 9 })

test('three unclean ends in five minutes may keep the channels off, whatever health says', () => {
  const three = [crash(1), crash(2), crash(4)]
  assert.deepEqual(ids({ events: three }), ['exit.crash', 'crashloop'])
  assert.ok(!ids({ events: [crash(1), crash(2), crash(6)] }).includes('crashloop'))
  assert.ok(!ids({ events: three, state: 'stopped' }).includes('crashloop'))
  const wanted = [1, 2, 3].map((ago) => event('exit', START - ago * MIN, { requested: true }))
  assert.deepEqual(ids({ events: wanted }), [])
  const clean = [1, 2, 3].map((ago) => event('exit', START - ago * MIN, { code: 0 }))
  assert.deepEqual(ids({ events: clean }), [])
})

test('the exit of the run that an update replaced is expected, one of the new run is not', () => {
  const update = event('update', START - 10 * MIN)
  const old = event('exit', START - 9.9 * MIN, { code: 1 })
  const start = event('start', START - 9.5 * MIN)
  const own = event('exit', START - 9 * MIN, { code: 1 })
  assert.deepEqual(ids({ events: [old, update] }), [])
  assert.deepEqual(ids({ events: [start, old, update] }), [])
  assert.deepEqual(ids({ events: [own, start, old, update] }), ['exit.crash'])
})

test('a kill for want of memory cries until the machine was changed', () => {
  const oom = event('exit', START - 10 * MIN, { oom: true, code: 137, signal: 9 })
  const worst = (events: Machine['events']) =>
    cheapChecks(deployment({ machines: known([machine({ events })]) }), START).map(
      ({ id, severity }) => `${id} ${severity}`,
    )
  assert.deepEqual(worst([oom]), ['exit.oom critical'])
  const update = event('update', START - 5 * MIN)
  const start = event('start', START - 4 * MIN)
  assert.deepEqual(worst([start, update, oom]), ['exit.oom info'])
  const again = event('exit', START - 3 * MIN, { oom: true, code: 137, signal: 9 })
  assert.deepEqual(worst([again, start, update, oom]), ['exit.oom critical'])
})

test('a lease says who holds the machine, why and until when, unless it has run out', () => {
  const lease = { owner: 'a@b.c', description: 'flyctl', expiresAt: START + MIN }
  const [one] = found({ lease })
  assert.equal(one?.[0], 'lease')
  assert.match(one[1], /leased by a@b\.c \(flyctl\) until \d{4}-\d\d-\d\dT/)
  assert.deepEqual(found({ lease: { ...lease, expiresAt: START } }), [])
  const bare = found({ lease: { owner: null, description: null, expiresAt: null } })
  assert.match(bare[0]?.[1] ?? '', /leased by \? until \?:/)
})

test('what fails is a finding of its own only for a gateway that is up', () => {
  const failing = ['startup-sidecars']
  assert.deepEqual(ids({}, report({ ready: false, failing })), [])
  assert.deepEqual(ids({}, report({ failing: ['discord:default'] })), ['gateway.failing'])
})
