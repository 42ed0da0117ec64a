import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Fault } from '../fakes/fly/faults.ts'
import { type FakeFly, startFakeFly } from '../fakes/fly/fake-fly.ts'
import { tempDir } from '../helpers/engines.ts'
import { runEntry } from '../helpers/service.ts'

/* Whatever is wrong, status answers in time with what is known, what is not, and why: never green, never red by guess. */
const FOREVER = Number.POSITIVE_INFINITY
const LIST = /\/v1\/apps\/my-openclaw\/machines$/

interface Case {
  readonly name: string
  readonly arrange: (fly: FakeFly, machine: string) => void | Promise<void>
  readonly code: number
  readonly says: readonly RegExp[]
  readonly never?: RegExp
}

const all = (fault: Fault) => (fly: FakeFly) => void fly.fault({ ...fault, times: FOREVER })
const exec = (fault: Fault) => (fly: FakeFly) =>
  void fly.fault({ ...fault, path: /\/exec$/, times: FOREVER })
const READY = /: the gateway is ready/

const CASES: readonly Case[] = [
  { name: 'all is well', arrange: () => {}, code: 0, says: [READY] },
  {
    name: 'Fly answers 401',
    arrange: all({ kind: 'answer', status: 401 }),
    code: 1,
    says: [/token/i],
    never: READY,
  },
  {
    name: 'Fly answers 403',
    arrange: all({ kind: 'answer', status: 403 }),
    code: 1,
    says: [/token|allow/i],
    never: READY,
  },
  {
    name: 'Fly answers 404',
    arrange: all({ kind: 'answer', status: 404 }),
    code: 1,
    says: [/not|no /i],
    never: READY,
  },
  {
    name: 'only the volumes fail',
    arrange: (fly) =>
      void fly.fault({ kind: 'answer', status: 403, path: /volumes$/, times: FOREVER }),
    code: 0,
    says: [READY, /volumes could not be read/],
  },
  {
    name: 'the machine list is not JSON',
    arrange: (fly) => void fly.fault({ kind: 'malformed', path: LIST, times: FOREVER }),
    code: 0,
    says: [/whether the gateway is ready is unknown/, /machines could not be read/],
    never: READY,
  },
  {
    name: 'the machine list is a web page',
    arrange: (fly) => void fly.fault({ kind: 'html', path: LIST, times: FOREVER }),
    code: 0,
    says: [/unknown/],
    never: READY,
  },
  {
    name: 'exec is refused',
    arrange: exec({ kind: 'answer', status: 403 }),
    code: 0,
    says: [/is ready is unknown/],
    never: READY,
  },
  {
    name: 'exec times out',
    arrange: exec({ kind: 'answer', status: 408 }),
    code: 0,
    says: [/is ready is unknown/],
    never: READY,
  },
  {
    name: 'the host is unreachable',
    arrange: (fly, machine) => fly.setHost(machine, 'unreachable'),
    code: 0,
    says: [/is ready is unknown/, /host/],
    never: READY,
  },
]

describe('status under faults', () => {
  let dir: Awaited<ReturnType<typeof tempDir>>
  before(async () => {
    dir = await tempDir()
  })
  after(() => dir.remove())

  for (const { name, arrange, code, says, never } of CASES) {
    it(name, async () => {
      const fly = await startFakeFly({ runtime: 'process', rateLimits: false })
      try {
        const { machine } = await fly.deployOpenclaw()
        await fly.untilLog('my-openclaw', /\[gateway\] ready/)
        await arrange(fly, machine.id)
        const env = {
          OPS_APPS: 'my-openclaw',
          OPS_OWNERS: 'telegram:42',
          OPS_STATE_DIR: dir.path,
          FLY_API_TOKEN: fly.token,
          FLY_API_URL: fly.url,
          FLY_PLATFORM_URL: fly.platformUrl,
        }
        const done = await runEntry('src/cli.ts', { args: ['status'], env })
        assert.equal(done.code, code, done.stdout + done.stderr)
        for (const pattern of says) assert.match(done.stdout, pattern)
        if (never) assert.doesNotMatch(done.stdout, never)
      } finally {
        await fly.close()
      }
    })
  }
})
