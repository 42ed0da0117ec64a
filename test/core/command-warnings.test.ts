import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitLine } from '../../src/core/command-line.ts'
import { refuseCommand } from '../../src/core/command-refusals.ts'
import { commandWarnings } from '../../src/core/command-warnings.ts'
import type { MachineConfig } from '../../src/core/fly.ts'
import { masked, portOf, recommended } from '../../src/core/gateway-command.ts'
import { LOCALES, say } from '../../src/core/text.ts'
import { openclawConfig } from '../fakes/fly/openclaw.ts'

const GOOD = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
const NO_BIND = 'node dist/index.js gateway --allow-unconfigured --port 3000'
const made = (more: Parameters<typeof openclawConfig>[0] | object = {}): MachineConfig =>
  openclawConfig({ image: 'openclaw:2026.9.6', volume: 'vol_1', ...more })

const warn = (line: string, config = made(), configFile: boolean | null = true) =>
  commandWarnings({ config, line: splitLine(line), configFile })

/** What is said of a command, and on which machine. */
const ROWS: ReadonlyArray<readonly [line: string, says: RegExp, config?: MachineConfig]> = [
  [NO_BIND, /Without --bind lan .* Fly’s proxy can’t reach it/],
  [`${NO_BIND} --bind loopback`, /Without --bind lan/],
  [`${NO_BIND} --bind=loopback`, /Without --bind lan/],
  [NO_BIND, /fly proxy and the private network can’t reach it/, made({ private: true })],
  [GOOD.replace('3000', '4000'), /listen on 4000, but Fly sends traffic to 3000/],
  [GOOD.replace(' --port 3000', ''), /listen on 18789, but Fly sends traffic to 3000/],
  [
    GOOD.replace('3000', '4000'),
    /listen on 4000, but a check asks 3000/,
    made({ private: true, config: { checks: { up: { type: 'tcp', port: 3000 } } } }),
  ],
  [
    GOOD,
    /OPENCLAW_GATEWAY_PORT=4000 .* --port 3000/,
    made({ env: { OPENCLAW_GATEWAY_PORT: '4000' } }),
  ],
  [GOOD, /PORT=8080 in the environment is not read/, made({ env: { PORT: '8080' } })],
  [`${GOOD} && echo up`, /No shell runs it: “&&”/],
  [`${GOOD} --name $HOME`, /No shell runs it: “\$HOME”/],
  [`FOO=1 ${GOOD}`, /“FOO=1” is taken for the program/],
  [`${GOOD} # --verbose`, /comment for Fly and is dropped: “# --verbose”/],
  ['node dist/index.js doctor', /no word gateway in it/],
  [GOOD, /runs a wrapper/, made({ env: { SETUP_PASSWORD: 'x' } })],
]
for (const [line, says, config] of ROWS)
  test(`${line}: ${says.source}`, () => {
    const words = warn(line, config)
    assert.ok(
      words.some((one) => says.test(say(one, 'en'))),
      JSON.stringify(words),
    )
    for (const locale of LOCALES) assert.ok(words.every((one) => say(one, locale) !== ''))
  })

test('the guide’s command on the guide’s machine is fine, in a shell too, and with its port in a variable', () => {
  assert.deepEqual(warn(GOOD), [])
  assert.deepEqual(warn(`sh -c "exec ${GOOD}"`), [])
  const env = made({ env: { OPENCLAW_GATEWAY_PORT: '3000' } })
  assert.deepEqual(warn(GOOD.replace(' --port 3000', ''), env), [])
})

test('a config file that is missing, or can’t be looked for', () => {
  const without = GOOD.replace(' --allow-unconfigured', '')
  const said = (line: string, file: boolean | null) =>
    warn(line, made(), file)
      .map((one) => say(one, 'en'))
      .join('\n')
  assert.equal(said(without, true), '')
  assert.match(said(without, false), /end at once with code 78/)
  assert.match(said(without, null), /could not be looked up/)
  assert.match(said(GOOD, false), /writes none/)
  assert.equal(said(GOOD, null), '')
})

for (const [line, problem] of [
  [' ', /has no words/],
  [`"${GOOD}"`, /one word/],
  [`${GOOD} —verbose`, /long dash/],
  [GOOD.replace('lan', '0.0.0.0'), /--bind 0\.0\.0\.0 is no bind mode/],
  [GOOD.replace('3000', '70000'), /--port 70000 is no port/],
  [GOOD.replace('3000', 'http'), /--port http is no port/],
  [`${GOOD} --token abc`, /--token would put a secret/],
  [`${GOOD} --gateway-password=abc`, /--gateway-password would put a secret/],
] as const)
  test(`refuses ${line}`, () =>
    assert.throws(() => refuseCommand(splitLine(line), made()), problem))

test('refuses where init.exec would win', () => {
  const config = made({ config: { init: { exec: ['/bin/sleep', '1'] } } })
  assert.throws(() => refuseCommand(splitLine(GOOD), config), /init\.exec/)
  refuseCommand(splitLine(GOOD), made())
})

test('recommended: the guide’s, by this machine’s own port, what else was there kept', () => {
  const line = (config: MachineConfig) => recommended(config)?.join(' ')
  assert.equal(line(made()), GOOD)
  assert.equal(line(made({ config: { init: {} } })), GOOD)
  assert.equal(line(made({ cmd: NO_BIND.split(' ') })), GOOD)
  assert.equal(
    line(
      made({ cmd: 'node openclaw.mjs gateway --bind 0.0.0.0 --port=4000 --verbose'.split(' ') }),
    ),
    'node openclaw.mjs gateway --bind lan --port 3000 --verbose',
  )
  assert.equal(line(made({ env: { SETUP_PASSWORD: 'x' } })), undefined)
})

test('secrets on a command line are not shown', () => {
  assert.deepEqual(masked(['a', '--token', 'x', '--token=y', 'sh -c "b --auth-token z"']), [
    'a',
    '--token',
    '***',
    '--token=***',
    'sh -c "b --auth-token ***',
  ])
})

test('the port is that of the flag, then of the variable, then OpenClaw’s own', () => {
  const env = made({ env: { OPENCLAW_GATEWAY_PORT: '4000' } })
  assert.deepEqual(
    [portOf(GOOD.split(' '), env), portOf(['gateway'], env), portOf(['gateway'], made())],
    [3000, 4000, 18_789],
  )
})
