import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import { release } from './images.ts'
import { json, revert } from './config.ts'
import { command, environment, file, lever, READY } from './inside.ts'
import { lock } from './lock.ts'
import { autostop, checks, full, invalid, notoken, policy, snapshots, staged } from './volume.ts'
import { address, crash, forwarded, lease, loop, memory, oom } from './outside.ts'

/** Takes away again what was broken; nothing where starting the machine anew does. */
export type Mend = (() => Promise<void> | void) | undefined

/** Something that can go wrong in the demo; what it breaks can be seen when it resolves. */
interface Breakage {
  readonly about: string
  /** What to type to see it, where `status` does not show it. */
  readonly look?: string
  readonly cause: (fly: FakeFly, machine: string) => Promise<Mend> | Mend
}

const NEXT = 'deploy image image=2026.10.1'
const FOREVER = Number.POSITIVE_INFINITY
const START = 'node dist/index.js gateway --allow-unconfigured'
const SLOW = { FAKE_OPENCLAW_START_MS: '20000', FAKE_OPENCLAW_LISTEN_MS: '200' }
const OWN_TOKEN = '{ meta: {}, gateway: { auth: { token: "0123456789abcdef0123456789abcdef" } } }'

const answers =
  (status: number) =>
  (fly: FakeFly): Mend =>
    fly.fault({ kind: 'answer', status, times: FOREVER }).remove

function capacity(fly: FakeFly, id: string): Mend {
  const { region } = fly.machine(id)
  fly.setCapacity(region, { memoryMb: 0 })
  return () => fly.setCapacity(region, null)
}

export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  oom: {
    about: 'the kernel kills the gateway for want of memory, once',
    cause: oom,
  },
  memory: { about: 'the same after every start, until the machine has more', cause: memory },
  heap: {
    about: 'the gateway uses up its JavaScript heap and aborts',
    cause: lever('oom', 'ends'),
  },
  crash: {
    about: 'the gateway dies with code 1',
    cause: crash,
  },
  loop: { about: 'the gateway was killed so often that it keeps its channels off', cause: loop },
  hang: { about: 'the gateway stops answering', cause: lever('hang') },
  html: { about: 'health pages answer with HTML', cause: lever('html') },
  slow: {
    about: 'every start takes 20 seconds',
    cause: environment(SLOW, /http server listening/),
  },
  bind: {
    about: 'the start command has --bind 0.0.0.0, which is no bind mode',
    cause: command(`${START} --port 3000 --bind 0.0.0.0`, 'stopped'),
  },
  port: {
    about: 'the gateway listens on another port than Fly sends traffic to',
    cause: command(`${START} --port 4000 --bind lan`, 'started'),
  },
  shadow: {
    about: 'a token in the config file goes before the secret',
    look: 'doctor',
    cause: file(OWN_TOKEN),
  },
  notoken: { about: 'the gateway has no token and refuses to start', cause: notoken },
  json: {
    about: 'the config file lacks a quote: the next start will fail',
    look: 'doctor',
    cause: json,
  },
  revert: {
    about: 'the gateway threw a config without its meta block away',
    look: 'doctor',
    cause: revert,
  },
  forwarded: {
    about: 'browsers get 403 at the public address: the proxy is not trusted',
    look: 'doctor',
    cause: forwarded,
  },
  private: { about: 'the public addresses are gone', cause: address },
  full: { about: 'the volume is nearly full', cause: full },
  snapshots: { about: 'Fly makes no copies of the volume', cause: snapshots },
  autostop: { about: 'Fly stops the machine when nobody comes by the web', cause: autostop },
  checks: {
    about: 'Fly never looks whether the gateway answers',
    look: 'doctor',
    cause: checks,
  },
  policy: {
    about: 'Fly leaves the machine down after a crash',
    look: 'doctor',
    cause: policy,
  },
  state: {
    about: 'the gateway keeps its state where every start takes it away',
    cause: environment({ OPENCLAW_STATE_DIR: '/home/node/.openclaw' }, READY),
  },
  staged: { about: 'a secret is set that no machine has yet', cause: staged },
  invalid: {
    about: 'the config file has a key the gateway refuses',
    look: 'doctor',
    cause: invalid,
  },
  capacity: {
    about: 'the region has no room for a bigger machine',
    look: 'memory size=4gb',
    cause: capacity,
  },
  lock: { about: 'a lock of an earlier run keeps the gateway from starting', cause: lock },
  lease: { about: 'somebody else holds the machine for ten minutes', cause: lease },
  image: {
    about: 'release 2026.10.1 does not start',
    look: NEXT,
    cause: release('fails'),
  },
  upgrade: {
    about: 'release 2026.10.1 does not start, and nothing older does on the state it leaves',
    look: NEXT,
    cause: release('migrates', 'fails'),
  },
  api: { about: 'Fly answers nothing but 503', cause: answers(503) },
  token: { about: 'Fly refuses the token', cause: answers(401) },
}
