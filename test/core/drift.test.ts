import assert from 'node:assert/strict'
import { test } from 'node:test'
import { againActions } from '../../src/core/checks/again.ts'
import { cheapChecks } from '../../src/core/checks/index.ts'
import { type Drift, driftOf } from '../../src/core/drift.ts'
import type { Machine } from '../../src/core/fly.ts'
import { markClosed, networkClosed, rememberNetwork } from '../../src/core/network-memory.ts'
import {
  type Override,
  overrideOf,
  type Remembered,
  rememberedOf,
  rememberOverride,
} from '../../src/core/overrides.ts'
import { LOCALES, say } from '../../src/core/text.ts'
import { createTestClock, START } from '../helpers/clock.ts'
import * as made from '../helpers/deployments.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'

const { config, machine } = made
const ID = machine().id
const COMMAND = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'.split(' ')
const by = { by: 'Ann', at: START, job: 'J-1' }

const set = (override: Partial<Override>, closedAt: number | null = null): Remembered => ({
  machines: { [ID]: { ...by, ...override } },
  closedAt,
})
const found = (remembered: Remembered, more: Partial<Machine> = {}, addresses = [made.address()]) =>
  driftOf({ machines: [machine(more)], addresses, remembered })
const brief = (drifts: readonly Drift[]) =>
  drifts.map(({ part, set: was, now, again }) => [part, was, now, again.input])

const heap = (mb: number) => `--max-old-space-size=${mb}`
const SAME = { memoryMb: 2048, nodeOptions: heap(1536), command: COMMAND }

test('what is as it was set is no drift, nor what nobody set, nor what can’t be read', () => {
  assert.deepEqual(found(set(SAME)), [])
  assert.deepEqual(found({ machines: {}, closedAt: null }), [])
  assert.deepEqual(found(set({ memoryMb: 4096, command: ['x'] }), { config: null }), [])
  assert.deepEqual(found(set({ nodeOptions: null })), [])
  // Other words of NODE_OPTIONS are nobody's business here, nor is a machine that was set and is gone.
  assert.deepEqual(found(set({ ...SAME, nodeOptions: `--no-warnings ${heap(1536)}` })), [])
  assert.deepEqual(found(set(SAME), { id: 'another' }), [])
})

test('memory that was reset comes with its heap cap; the cap alone, too', () => {
  const input = { machine: ID, size: '4gb', heap: '3072' }
  assert.deepEqual(brief(found(set({ memoryMb: 4096, nodeOptions: heap(3072) }))), [
    ['memory', '4096 MB', '2048 MB', input],
  ])
  assert.deepEqual(brief(found(set({ memoryMb: 2048, nodeOptions: heap(1024) }))), [
    ['heap', '1024 MB', '1536 MB', { machine: ID, size: '2gb', heap: '1024' }],
  ])
  assert.deepEqual(brief(found(set({ memoryMb: 4096, nodeOptions: null }))), [
    ['memory', '4096 MB', '2048 MB', { machine: ID, size: '4gb', heap: 'keep' }],
  ])
})

test('a command that was reset is offered again, quotes and all; what is there now shows no secret', () => {
  const command = ['sh', '-c', `node "x y" gateway`]
  const line = `sh -c 'node "x y" gateway'`
  const now = config({ init: { cmd: ['node', 'x', 'gateway', '--token', 'abc'] } })
  assert.deepEqual(brief(found(set({ command }), { config: now })), [
    ['command', line, `node x gateway --token '***'`, { machine: ID, set: line }],
  ])
  assert.equal(brief(found(set({ command }), { config: config({ init: {} }) }))[0]?.[2], '–')
  const [secret] = found(set({ command }), { config: now })
  assert.equal(secret?.accept, null, 'a command with a secret is not typed again')
  const [plain] = found(set({ command }), { config: config({ init: { cmd: ['a b', 'c'] } }) })
  assert.deepEqual(plain?.accept?.input, { machine: ID, set: "'a b' c" })
})

test('an app that was closed here and has a way in again', () => {
  const closed = set({}, START)
  const shut = { config: config({ services: [] }) }
  assert.deepEqual(found(closed, shut, [made.address({ type: 'private_v6' })]), [])
  assert.deepEqual(found({ machines: {}, closedAt: null }), [])
  const [services] = found(closed, {}, [])
  assert.deepEqual([services?.part, services?.now], ['network', `services (${ID})`])
  const [address] = found(closed, shut)
  assert.equal(address?.now, made.address().address)
  assert.deepEqual(address?.again, { command: 'openclaw network private', input: {} })
})

test('status and doctor get a finding with the line that sets it again, and a button for it', () => {
  const remembered = made.known(set({ memoryMb: 4096, command: ['node', 'a b', 'gateway'] }, START))
  const all = cheapChecks({ ...made.deployment(), remembered }, START)
  const drifts = all.filter(({ id }) => id === 'drift')
  assert.deepEqual(
    drifts.map(({ severity, fix }) => [severity, fix]),
    [
      ['warning', `memory machine=${ID} size=4gb heap=keep`],
      ['warning', `machine command machine=${ID} set="node 'a b' gateway"`],
      ['warning', 'network private'],
    ],
  )
  for (const locale of LOCALES)
    for (const { text } of drifts) assert.match(say(text, locale), /2026-|deploy|部署/)
  const [memory, keepMemory, command, ...more] = againActions('my-openclaw', all)
  assert.deepEqual(
    more.map(({ label }) => say(label, 'en')),
    ['Command as it is'],
  )
  assert.deepEqual(keepMemory?.intent, {
    do: 'run',
    command: 'openclaw memory',
    input: { app: 'my-openclaw', machine: ID, size: '2gb', heap: 'keep' },
  })
  assert.match(say(drifts[2]?.hint ?? '', 'en'), /leave it as it is: \/openclaw network public/)
  assert.deepEqual(memory?.intent, {
    do: 'run',
    command: 'openclaw memory',
    input: { app: 'my-openclaw', machine: ID, size: '4gb', heap: 'keep' },
  })
  assert.deepEqual(
    command?.intent?.do === 'run' && command.intent.input['set'],
    "node 'a b' gateway",
  )
})

test('parts are remembered side by side; a later one takes the place of its own kind', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const at = { app: 'a', machine: ID }
  await rememberOverride(store, at, { ...by, memoryMb: 4096 })
  await rememberOverride(store, at, { ...by, command: ['x'] })
  await rememberOverride(store, at, { ...by, command: ['y'] })
  const override = await overrideOf(store, at)
  assert.deepEqual([override?.memoryMb, override?.command], [4096, ['y']])
  assert.deepEqual(await rememberedOf({ app: 'a', store }, [{ id: ID }, { id: 'other' }]), {
    machines: { [ID]: override },
    closedAt: null,
  })
})

test('a network counts as closed only once it was seen so', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = { seal: (plain: string) => plain, open: (sealed: string) => sealed }
  const context = { app: 'a', store, sealer: { ...sealer, digest: String }, clock }
  await markClosed(context)
  assert.equal(await networkClosed(context), null)
  await rememberNetwork(context, [], [])
  assert.equal(await networkClosed(context), null)
  await markClosed(context)
  assert.equal(await networkClosed(context), clock.now())
})
