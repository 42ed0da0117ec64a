import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MachineConfig } from '../../src/core/fly.ts'
import { locate } from '../../src/core/locate.ts'
import type { Location, Overrides } from '../../src/core/locate.ts'

const DATA = [{ volume: 'vol_1', path: '/data', name: 'openclaw_data' }]
const command = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
const GUIDE: MachineConfig = {
  env: { OPENCLAW_STATE_DIR: '/data', NODE_OPTIONS: '--max-old-space-size=1536' },
  init: { cmd: command.split(' ') },
  mounts: DATA,
  services: [{ internal_port: 3000, protocol: 'tcp' }],
}
const found = (port: number, stateDir: string, rest: Partial<Location> = {}): Location => ({
  layout: 'direct',
  port,
  stateDir,
  stateOnVolume: stateDir.startsWith('/data'),
  ...rest,
})

type Row = readonly [name: string, config: MachineConfig, expected: Location, overrides?: Overrides]
const HOME = '/home/node/.openclaw'
const TABLE: readonly Row[] = [
  ['the guide', GUIDE, found(3000, '/data')],
  ['nothing at all', {}, found(3000, HOME)],
  ['only a mount', { mounts: DATA }, found(3000, '/data')],
  ['a mount elsewhere', { mounts: [{ path: '/mnt' }] }, found(3000, HOME)],
  [
    'a mount over the home',
    { mounts: [{ path: '/home/node' }] },
    found(3000, HOME, { stateOnVolume: true }),
  ],
  [
    'a mount whose name only begins alike',
    { env: { OPENCLAW_STATE_DIR: '/database' }, mounts: DATA },
    found(3000, '/database', { stateOnVolume: false }),
  ],
  [
    'a state directory inside the mount',
    { env: { OPENCLAW_STATE_DIR: '/data/.openclaw/' }, mounts: [{ path: '/data/' }] },
    found(3000, '/data/.openclaw'),
  ],
  [
    'state set but not mounted',
    { env: { OPENCLAW_STATE_DIR: '/data' } },
    found(3000, '/data', { stateOnVolume: false }),
  ],
  [
    'an older name of the variable',
    { env: { CLAWDBOT_STATE_DIR: '/data' }, mounts: DATA },
    found(3000, '/data'),
  ],
  [
    'the port variable before the flag',
    { ...GUIDE, env: { OPENCLAW_GATEWAY_PORT: '4000', OPENCLAW_STATE_DIR: '/data' } },
    found(4000, '/data'),
  ],
  [
    'the flag before the service',
    { ...GUIDE, services: [{ internal_port: 8080 }] },
    found(3000, '/data'),
  ],
  [
    'the flag with an equals sign',
    { init: { exec: ['node', 'x', 'gateway', '--port=3100'] } },
    found(3100, HOME),
  ],
  [
    'the flag in a shell line',
    { init: { entrypoint: ['sh', '-c', 'exec openclaw gateway --port 3200 --bind lan'] } },
    found(3200, HOME),
  ],
  [
    'the service when nothing else says',
    { services: [{ internal_port: 8080 }, { internal_port: 9 }] },
    found(8080, HOME),
  ],
  ['a service without a port', { services: [{}, { internal_port: 8081 }] }, found(8081, HOME)],
  [
    'a port that is none',
    { env: { OPENCLAW_GATEWAY_PORT: 'abc' }, init: { cmd: ['--port', '99999'] } },
    found(3000, HOME),
  ],
  [
    'the wrapper by its password',
    { env: { SETUP_PASSWORD: 'x' }, mounts: DATA, services: [{ internal_port: 3000 }] },
    found(18_789, '/data', { layout: 'wrapper' }),
  ],
  [
    'the wrapper by its command',
    { init: { cmd: ['node', 'src/server.js'] }, services: [{ internal_port: 3000 }] },
    found(18_789, HOME, { layout: 'wrapper' }),
  ],
  [
    'the wrapper with another inner port',
    { env: { INTERNAL_GATEWAY_PORT: '18800' } },
    found(18_800, HOME, { layout: 'wrapper' }),
  ],
  [
    'a gateway whose script is called server',
    { init: { cmd: ['node', 'server.js', 'gateway'] } },
    found(3000, HOME),
  ],
  [
    'overrides before everything',
    { ...GUIDE, env: { OPENCLAW_GATEWAY_PORT: '4000' } },
    found(5000, '/data/x'),
    { port: 5000, stateDir: '/data/x' },
  ],
  ['one override', GUIDE, found(5000, '/data'), { port: 5000 }],
  [
    'fields of the wrong kind',
    { env: [], init: 'x', mounts: { path: '/data' }, services: 3 },
    found(3000, HOME),
  ],
]

test('port, state directory and layout are found in a machine config', () => {
  for (const [name, config, expected, overrides] of TABLE)
    assert.deepEqual(locate(config, overrides), expected, name)
})

test('no config makes it throw, and the port is always one', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('env', 'init', 'mounts', 'services'), fc.jsonValue()),
      (config) => {
        const { port, stateDir } = locate(config)
        assert.ok(Number.isInteger(port) && port > 0 && port < 65_536)
        assert.ok(stateDir.length > 0)
      },
    ),
  )
})
