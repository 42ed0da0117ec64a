import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Guest, MachineConfig } from '../../../src/core/fly.ts'
import { guestOf } from '../../../src/core/machine-config.ts'
import { unmet } from '../../../src/core/mutation/config.ts'
import { optionsOf, resized } from '../../../src/core/mutation/memory.ts'
import { heapCapMb } from '../../../src/core/node-options.ts'
import { openScene } from '../../helpers/mutation.ts'
import { machineConfigs, skipGenerated } from '../../helpers/machine-configs.ts'
import { runs } from '../../helpers/runs.ts'

type Bag = Record<string, unknown>

const guests: fc.Arbitrary<Guest> = fc
  .record({
    cpus: fc.constantFrom(1, 2, 4, 6, 8),
    times: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ cpus, times }) => ({ cpuKind: 'shared', cpus, memoryMb: 256 * cpus * times }))
const heaps = fc.option(fc.integer({ min: 192, max: 8192 }))
const nodeOptions = fc.option(
  fc.constantFrom('', '--max-old-space-size=1536', '--no-warnings --max_old_space_size=7 "--a b"'),
)

/** A generated config of a shared machine, as far as a machine of the fake's can be made from it. */
function shared(config: MachineConfig, options: string | null): MachineConfig {
  const { size: _, guest = {}, env = {}, ...rest } = config as Bag
  const { NODE_OPTIONS: __, ...variables } = env as Bag
  return {
    ...rest,
    guest: { ...(guest as Bag), cpu_kind: 'shared', cpus: 2, memory_mb: 2048 },
    env: { ...variables, ...(options !== null && { NODE_OPTIONS: options }) },
  }
}

/** All but what the command may change. */
function rest(config: MachineConfig): unknown {
  const { guest = {}, env = {}, ...others } = config as Bag
  const { NODE_OPTIONS: _, ...variables } = env as Bag
  const { cpus: __, memory_mb: ___, cpu_kind: ____, ...more } = guest as Bag
  return { ...others, guest: more, env: variables }
}

if (skipGenerated) test('resizing generated configs', { skip: skipGenerated })
else {
  test('resizing changes size and heap cap and nothing else, word for word', () => {
    fc.assert(
      fc.property(machineConfigs(), nodeOptions, guests, heaps, (raw, options, guest, heapMb) => {
        const config = shared(raw, options)
        const copy = structuredClone(config)
        const after = resized(config, { guest, heapMb })
        assert.deepEqual(config, copy, 'the old config was touched')
        assert.deepEqual(rest(after), rest(config))
        assert.deepEqual(guestOf(after), guest)
        const wanted = heapMb ?? heapCapMb(optionsOf(config), guest.memoryMb)
        assert.equal(heapCapMb(optionsOf(after), guest.memoryMb), wanted)
        assert.deepEqual(unmet({ base: config, goal: after, seen: structuredClone(after) }), [])
      }),
      { numRuns: runs(500) },
    )
  })

  test('any config comes through a whole run at Fly as it was meant', async () => {
    await fc.assert(
      fc.asyncProperty(
        machineConfigs({ strange: false }),
        nodeOptions,
        fc.constantFrom('512mb', '3gb', '4gb', '8gb'),
        throughFly,
      ),
      { numRuns: runs(25) },
    )
  })
}

/** Parts that would make the fake's machine do something else than run. */
const OWN = [
  'image',
  'init',
  'mounts',
  'guest',
  'restart',
  'services',
  'checks',
  'containers',
  'schedule',
  'auto_destroy',
  'size',
]

async function throughFly(raw: MachineConfig, options: string | null, size: string) {
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => !OWN.includes(key)))
  const { env, ...config } = shared(own, options) as Bag
  const scene = await openScene({ deploy: { config: { ...config, env } } })
  try {
    const { machine } = scene.deployed
    const before = structuredClone(machine.config)
    const { job } = await scene.run(`memory size=${size} heap=333`, { press: true })
    assert.equal(job.state, 'done', JSON.stringify(job.failure))
    const guest = guestOf(machine.config)
    assert.ok(guest)
    assert.deepEqual(machine.config, resized(before, { guest, heapMb: 333 }))
    assert.deepEqual(rest(machine.config), rest(before))
    assert.equal(heapCapMb(optionsOf(machine.config), guest.memoryMb), 333)
  } finally {
    await scene.close()
  }
}

test('the old short form of a size goes when a guest takes its place, and stays beside one', () => {
  const goal = { guest: { cpuKind: 'shared', cpus: 2, memoryMb: 2048 }, heapMb: null } as const
  assert.deepEqual(resized({ size: 'shared-cpu-1x', x: 1 }, goal), {
    guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 2048 },
    x: 1,
  })
  const both = { size: 'shared-cpu-1x', guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 512 } }
  assert.equal(resized(both, goal)['size'], 'shared-cpu-1x')
})

test('a heap cap in percent stays when it comes to the same', () => {
  const config = { env: { NODE_OPTIONS: '--max-old-space-size-percentage=75' } }
  const goal = { guest: { cpuKind: 'shared', cpus: 2, memoryMb: 4096 }, heapMb: 3072 } as const
  assert.deepEqual(resized(config, goal)['env'], config.env)
})
