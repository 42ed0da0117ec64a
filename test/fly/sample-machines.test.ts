import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEvents } from '../../src/fly/parse-event.ts'
import { readMachine } from '../../src/fly/parse-machine.ts'
import { sample, skip } from './samples.ts'

test('a started machine of 2025', { skip }, () => {
  assert.deepEqual(readMachine(JSON.parse(sample('machine-get.started.2025-09-10'))), {
    id: '080155df097248',
    name: 'machine',
    state: 'started',
    region: 'ams',
    version: '01K4SR42ZPDHHCN70QNZKVPK48',
    hostStatus: 'ok',
    cordoned: false,
    privateIp: 'fdaa:0:fcc8:a7b:32c:3a59:29d5:2',
    createdAt: Date.parse('2025-09-10T12:03:04Z'),
    updatedAt: Date.parse('2025-09-10T12:03:07Z'),
    config: {
      init: { swap_size_mb: 256 },
      guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 },
      image: 'getobelisk/obelisk:0.24.1-ubuntu',
      restart: { policy: 'on-failure' },
    },
    guest: { cpuKind: 'shared', cpus: 1, memoryMb: 256 },
    image: 'docker-hub-mirror.fly.io/getobelisk/obelisk:0.24.1-ubuntu',
    imageDigest: 'sha256:041f936be0d2494aca338e43efe052ee087c1e2520385c6f4640efa9e92ab06a',
    events: [
      {
        id: '01K4SR45V7PBDQ7HBHEAJ6C9YA',
        type: 'start',
        status: 'started',
        source: 'flyd',
        at: 1757505787751,
        exit: null,
      },
      {
        id: '01K4SR432JJXA85KC2RB63ANTA',
        type: 'launch',
        status: 'created',
        source: 'user',
        at: 1757505784914,
        exit: null,
      },
    ],
    checks: [],
    lease: null,
  })
})

test('an exit of 2022, its time a number', { skip }, () => {
  const machine = readMachine(JSON.parse(sample('machine-get.exit-event.2022')))
  assert.deepEqual(machine?.events[0]?.exit, {
    at: 1653047897299,
    code: 127,
    signal: 0,
    oom: false,
    requested: false,
    restarting: false,
    restartCount: 0,
  })
  assert.equal(machine?.hostStatus, 'ok')
})

test("a user's restart, in the monitor's event, and the checks", { skip }, () => {
  const machine = readMachine(JSON.parse(sample('machine-get.user-restart.2022-11')))
  const exit = machine?.events.find(({ type }) => type === 'exit')?.exit
  assert.deepEqual(exit, {
    at: Date.parse('2022-11-22T21:17:51.924Z'),
    code: 0,
    signal: 0,
    oom: false,
    requested: true,
    restarting: false,
    restartCount: 0,
  })
  assert.deepEqual(
    machine?.checks.map(({ name, status }) => `${name} ${status}`),
    ['pg passing', 'vm passing', 'role passing'],
  )
})

test('an exit by lack of memory, and one that belongs to an update', { skip }, () => {
  const oom = readEvents(JSON.parse(sample('events.oom.synthetic')))
  assert.deepEqual(oom?.[1]?.exit, {
    at: Date.parse('2026-10-06T12:00:00.4Z'),
    code: 137,
    signal: 9,
    oom: true,
    requested: false,
    restarting: true,
    restartCount: 2,
  })
  const update = readEvents(JSON.parse(sample('events.update-then-old-exit.synthetic')))
  assert.deepEqual(
    update?.map(({ type }) => type),
    ['exit', 'update', 'start'],
  )
  assert.equal(update?.[0]?.exit?.at, 1790581205000)
})

test('a guest without a kind is a shared one', { skip }, () => {
  const machine = readMachine(JSON.parse(sample('machine-update.2022')))
  assert.deepEqual(machine?.guest, { cpuKind: 'shared', cpus: 2, memoryMb: 512 })
})

for (const name of [
  'machine-create.2023-11',
  'machine-get.created.2026-03-31',
  'machine-get.started.2023-10',
]) {
  test(`${name} is read`, { skip }, () => {
    const machine = readMachine(JSON.parse(sample(name)))
    assert.match(machine?.id ?? '', /^\w+$/)
    assert.match(machine?.version ?? '', /^[0-9A-Z]{26,27}$/)
  })
}
