import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse as parseToml } from 'smol-toml'
import { flyToml } from '../../src/core/fly-toml.ts'
import { type TomlValue, writeToml } from '../../src/core/toml.ts'
import { openclawConfig } from '../fakes/fly/openclaw.ts'

const config = (more: Parameters<typeof openclawConfig>[0] | object = {}) =>
  openclawConfig({ image: 'ghcr.io/openclaw/openclaw:2026.9.6', volume: 'vol_1', ...more })
/** As plain objects: the parser's have no prototype. */
const parse = (content: string) => structuredClone(parseToml(content))

const read = (more: object = {}) =>
  parse(flyToml({ app: 'my-openclaw', region: 'iad', config: config(more) }))

test('the guide’s deployment is written as the guide writes it', () => {
  const file = read()
  assert.equal(file['app'], 'my-openclaw')
  assert.equal(file['primary_region'], 'iad')
  assert.deepEqual(file['http_service'], {
    internal_port: 3000,
    force_https: true,
    auto_stop_machines: 'off',
    auto_start_machines: true,
    min_machines_running: 1,
    processes: ['app'],
    checks: [
      { method: 'get', path: '/startupz', interval: '15s', timeout: '5s', grace_period: '2m0s' },
    ],
  })
  assert.deepEqual(file['vm'], [{ size: 'shared-cpu-2x', memory: '2048mb', processes: ['app'] }])
  assert.deepEqual(file['mounts'], [
    { source: 'openclaw_data', destination: '/data', processes: ['app'] },
  ])
  assert.deepEqual(file['processes'], {
    app: 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan',
  })
})

test('a private machine gets a file without services, which says why', () => {
  const content = flyToml({ app: 'a', region: 'iad', config: config({ private: true }) })
  assert.equal(parse(content)['http_service'], undefined)
  assert.equal(parse(content)['services'], undefined)
  assert.match(content, /fly deploy -c fly\.private\.toml/)
})

test('services of another shape keep their ports and checks', () => {
  const services = [
    {
      protocol: 'tcp',
      internal_port: 9000,
      autostop: true,
      ports: [{ port: 9000 }, { start_port: 9100, end_port: 9110 }],
      checks: [{ type: 'tcp', interval: 15_000_000_000 }],
      mystery: 1,
    },
    { protocol: 'udp', internal_port: 53, ports: [{ port: 53 }] },
  ]
  const content = flyToml({ app: 'a', region: 'iad', config: config({ config: { services } }) })
  const [tcp, udp] = parse(content)['services'] as ReadonlyArray<Record<string, unknown>>
  assert.equal(tcp?.['auto_stop_machines'], 'stop')
  assert.deepEqual(tcp?.['tcp_checks'], [{ interval: '15s' }])
  assert.deepEqual(tcp?.['ports'], [{ port: 9000 }, { start_port: 9100, end_port: 9110 }])
  assert.equal(udp?.['protocol'], 'udp')
  assert.match(content, /# mystery of this service is not carried over/)
})

test('what looks secret is named and left out, in variables, headers and the command', () => {
  const secret = 'hunter2-canary'
  const check = { type: 'http', path: '/x', headers: [{ name: 'Authorization', values: [secret] }] }
  const ports = [
    { port: 80, handlers: ['http'] },
    { port: 443, handlers: ['tls', 'http'] },
  ]
  const content = flyToml({
    app: 'a',
    region: 'iad',
    config: config({
      env: { OPENCLAW_GATEWAY_TOKEN: secret, DB: `redis://u:${secret}@h/0`, PLAIN: 'kept' },
      cmd: ['node', 'x', 'gateway', '--token', secret],
      config: { services: [{ internal_port: 3000, ports, checks: [check] }] },
    }),
  })
  assert.doesNotMatch(content, new RegExp(secret))
  assert.match(content, /OPENCLAW_GATEWAY_TOKEN is left out/)
  assert.match(content, /DB is left out/)
  assert.match(content, /Headers of this check are left out/)
  assert.equal((parse(content)['env'] as Record<string, unknown>)['PLAIN'], 'kept')
})

const anyText = fc.string({ unit: 'grapheme', maxLength: 20 })
const binary = fc.string({ unit: 'binary', maxLength: 20 })
const value: fc.Arbitrary<TomlValue> = fc.oneof(
  anyText,
  binary,
  fc.integer(),
  fc.boolean(),
  fc.array(binary, { maxLength: 4 }),
)
const entries = fc
  .dictionary(fc.oneof(anyText, binary), value, { maxKeys: 6, noNullPrototype: true })
  .map((all) => Object.entries(all).filter(([name]) => name !== '__proto__'))
  .filter((all) => new Set(all.map(([name]) => name.toWellFormed())).size === all.length)

const wellFormed = (one: TomlValue): TomlValue => {
  if (typeof one === 'string') return one.toWellFormed()
  return typeof one === 'object' ? one.map((each) => each.toWellFormed()) : one
}

test('whatever is written reads back the same, with any comment above it', () => {
  fc.assert(
    fc.property(entries, entries, fc.array(binary), (top, inner, comments) => {
      const kept = top.filter(([name]) => name !== 'a "table"')
      const written = writeToml([
        { path: [], entries: kept, comments },
        { path: ['a "table"', 'x.y'], entries: inner, comments },
      ])
      const got = parseToml(written)
      for (const [name, one] of kept)
        assert.deepEqual(got[name.toWellFormed()], wellFormed(one), written)
      const table = (got['a "table"'] as Record<string, Record<string, unknown>>)['x.y'] ?? {}
      for (const [name, one] of inner)
        assert.deepEqual(table[name.toWellFormed()], wellFormed(one), written)
    }),
  )
})

test('a file of any environment and command reads back', () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, binary), fc.array(binary), (env, cmd) => {
      const own = { ...env }
      const content = flyToml({ app: 'a', region: 'iad', config: config({ env: own, cmd }) })
      assert.equal(parse(content)['app'], 'a')
    }),
  )
})
