import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { systemClock as clock } from '../../src/clock.ts'
import { Secret } from '../../src/core/secret.ts'
import { releasedSince, templateServices } from '../../src/core/services.ts'
import { say } from '../../src/core/text.ts'
import { createFly, createMemoryPacer } from '../../src/fly/index.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { createLog } from '../../src/log.ts'
import { confirmed, written } from '../../src/session.ts'
import { APP } from '../demo/app.ts'
import { type Demo, openDemo } from '../demo/deployment.ts'
import { installOpenclaw } from './install.ts'
import { differences, portray } from './portrait.ts'

// The bot against the real gateway in a simulated Fly; see docs/development.md. Arguments: a version, then words to run.
const [version = '2026.9.6', ...words] = process.argv.slice(2)
/** No channels, and nothing that asks the network (OPENCLAW.md §2). */
const QUIET = {
  OPENCLAW_NO_AUTO_UPDATE: '1',
  DO_NOT_TRACK: '1',
  OPENCLAW_SKIP_CHANNELS: '1',
}
const LINES = ['status', 'restart force=true', 'token check', 'token rotate', 'status']
const ORIGINS = { controlUi: { allowedOrigins: ['https://my-openclaw.fly.dev'] } }
/** As somebody leaves it who has read what has changed since the guide; the last part keeps it off the network. */
const CONFIG = JSON.stringify({
  meta: {},
  // Before 2026.2.24 the key is not known, and one unknown key stops the start.
  gateway: { trustedProxies: ['172.16.0.1'], ...(releasedSince(version, [2026, 3]) && ORIGINS) },
  update: { checkOnStart: false },
})
/** Nothing is wrong with the deployment: whatever the doctor finds but the age of the release is a false alarm. */
const ALARM = /^(?:🔴|🟡|❔|🔵 (?!version\.old))/mu

/** The guide's, with the health check that this release has a page for. */
const DEPLOYMENT = { version, config: { services: templateServices({}, version) } }

const print = (text: string): void => void process.stdout.write(`${text}\n`)

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  print(`${((performance.now() - started) / 1000).toFixed(2).padStart(7)} s  ${what}`)
  return result
}

/** The bot's own eyes, without the bot. */
function lookThrough({ fly }: Demo) {
  const token = new Secret(fly.token)
  const log = createLog({ level: 'error', destination: process.stderr })
  const metrics = { flyCall: () => {}, rateLimitWait: () => {} }
  const urls = { apiUrl: fly.url, platformUrl: fly.platformUrl }
  const client = createFly({
    token,
    readToken: token,
    ...urls,
    log,
    metrics,
    clock,
    pacer: createMemoryPacer(clock),
  })
  return { client, gateway: createGateway({ fly: client }) }
}

async function look(demo: Demo): Promise<void> {
  const { client, gateway } = lookThrough(demo)
  const machine = await client.machine(APP, demo.machine)
  const report = await timed('probe', () => gateway.probe(APP, machine))
  print(JSON.stringify({ ...report, reason: say(report.reason ?? '', 'en') }))
  assert.deepEqual([report.ready, report.version], [true, version])
  assert.notEqual(report.bootId, null)
  await idle(demo)
  const before = new Set(files(demo))
  const { safe, detail } = await timed('preflight', () => gateway.preflight(APP, machine))
  print(JSON.stringify({ safe, detail: say(detail ?? '', 'en') }))
  const more = files(demo).filter((name) => !before.has(name))
  if (more.length > 0) print(`preflight left: ${more.slice(0, 20).join(' ')}`)
  await client.close()
}

const files = ({ fly, machine }: Demo): readonly string[] =>
  ['/data', '/home/node', '/tmp'].flatMap((path) =>
    readdirSync(fly.pathOf(machine, path) ?? '', { recursive: true, encoding: 'utf8' }).map(
      (name) => `${path}/${name}`,
    ),
  )

/** Waits until a start has written all it writes: the same files twice in a row, some seconds apart. */
async function idle(demo: Demo): Promise<void> {
  let seen = ''
  await timed('until it writes no more files', async () => {
    for (let round = 0; round < 20 && seen !== files(demo).join(); round += 1) {
      seen = files(demo).join()
      await clock.sleep(5000)
    }
  })
}

/** Runs one line of the bot, pressing what it asks; a command that is not there yet is skipped. */
async function line(demo: Demo, typed: string): Promise<boolean> {
  const registry = await loadCommands()
  const [one = '', two = ''] = typed.split(' ')
  const known = [one, `${one} ${two}`].some(
    (name) => registry.get(`openclaw ${name}`) !== undefined,
  )
  if (!known) {
    print(`   skip    ${typed}`)
    return true
  }
  const answer = await timed(typed, async () => confirmed(demo.talk, await demo.talk.say(typed)))
  const said = written(answer)
  print(said)
  return answer.ending === 'done' && !(typed === 'doctor' && ALARM.test(said))
}

/** What the stand-in does otherwise. */
async function compare(real: Demo, token: string): Promise<readonly string[]> {
  const portrait = await portray(real, token)
  const standIn = await openDemo({ write: () => {}, deployment: DEPLOYMENT, config: CONFIG })
  const other = await portray(standIn, token)
  await standIn.close()
  return differences(portrait, other)
}

const { program, seconds, fresh } = installOpenclaw(version)
print(`${seconds.toFixed(2).padStart(7)} s  install${fresh ? '' : ' (had it)'}`)
const demo = await timed('start until ready', () =>
  openDemo({
    write: print,
    program,
    deployment: { ...DEPLOYMENT, env: QUIET },
    config: CONFIG,
  }),
)
const token = demo.fly.machine(demo.machine).secrets['OPENCLAW_GATEWAY_TOKEN'] ?? ''
let good = true
try {
  await look(demo)
  // Before the comparison, whose forwarded request the gateway writes a line about.
  good = await line(demo, 'doctor')
  for (const difference of await compare(demo, token)) print(`DIFFERS  ${difference}`)
  for (const typed of words.length > 0 ? words : LINES) good = (await line(demo, typed)) && good
} finally {
  await demo.close()
}
process.exit(good ? 0 : 1)
