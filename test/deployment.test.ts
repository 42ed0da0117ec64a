import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, readFile, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import { formatProblems } from '../src/config/problem.ts'
import { aboutVariable } from '../src/config/schema.ts'
import { tempDir } from './helpers/engines.ts'
import { EVERYWHERE } from './helpers/runs.ts'
import { served } from './http/served.ts'

const at = (path: string) => new URL(`../${path}`, import.meta.url)
const read = (path: string) => readFile(at(path), 'utf8')
const manifest = async () => JSON.parse(await read('package.json'))

interface Instruction {
  readonly word: string
  readonly rest: string
}

async function dockerfile(): Promise<readonly Instruction[]> {
  const text = (await read('Dockerfile')).replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? assert.fail(line)
    return { word, rest }
  })
}
const all = (instructions: readonly Instruction[], wanted: string): readonly string[] =>
  instructions.filter(({ word }) => word === wanted).map(({ rest }) => rest)

async function imageEnv(): Promise<Readonly<Record<string, string>>> {
  const pairs = all(await dockerfile(), 'ENV').flatMap((rest) => rest.split(/\s+/))
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)))
}

type Toml = Readonly<Record<string, Readonly<Record<string, string | number>>>>

/** The little of TOML that fly.toml uses; anything else fails. */
async function flyToml(): Promise<Toml> {
  const tables: Record<string, Record<string, string | number>> = { '': {} }
  let table = ''
  for (const line of (await read('fly.toml')).split('\n')) {
    const header = /^\[{1,2}([\w.]+)\]{1,2}$/.exec(line)?.[1]
    const [, key, value] = /^\s*(\w+) = ("[^"\\]*"|\d+|true|false)$/.exec(line) ?? []
    if (header !== undefined) tables[(table = header)] = {}
    else if (key !== undefined && value !== undefined)
      tables[table] = { ...tables[table], [key]: JSON.parse(value) }
    else assert.match(line, /^(?:#.*)?$/)
  }
  return tables
}

async function run(command: string, args: readonly string[], env: Record<string, string>) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'close')
  return code as number
}

test('the image has the Node that package.json asks for', async () => {
  const { engines } = await manifest()
  const major = /^>=(\d+)\./.exec(engines.node)?.[1]
  const instructions = await dockerfile()
  assert.deepEqual(all(instructions, 'ARG'), [`NODE_IMAGE=node:${major}-slim`])
  for (const from of all(instructions, 'FROM')) assert.match(from, /^\$\{NODE_IMAGE\}( AS \w+)?$/)
})

test('the image runs what "npm start" runs, as nobody special, in exec form', async () => {
  const instructions = await dockerfile()
  const { scripts } = await manifest()
  assert.equal(`exec ${JSON.parse(all(instructions, 'CMD').join()).join(' ')}`, scripts.start)
  assert.equal(JSON.parse(all(instructions, 'ENTRYPOINT').join())[0], 'tini')
  assert.deepEqual(all(instructions, 'USER'), ['node'])
  const words = instructions.map(({ word }) => word)
  const user = words.lastIndexOf('USER')
  assert.ok(user > words.lastIndexOf('FROM') && user > words.lastIndexOf('COPY'))
  assert.ok(user < words.lastIndexOf('CMD'))
})

test('what the image compiles beforehand is what it runs, and the step ends well', async (t) => {
  const dir = await tempDir()
  t.after(dir.remove)
  const [warm = ''] = all(await dockerfile(), 'RUN').filter((line) => line.includes('/tmp/warm'))
  const { scripts } = await manifest()
  assert.equal(`exec ${/^start="([^"]+)"/.exec(warm)?.[1]}`, scripts.start)
  const shown = (await read('docs/deploy.md')).match(/(?<== "env OPS_ROLE=\w+ )node [^"]+/g)
  assert.deepEqual(
    shown?.map((line) => `exec ${line}`),
    [scripts.start, scripts.start],
  )
  if (!EVERYWHERE) return // It takes a quarter of a minute.
  const command = warm.replaceAll('/tmp/warm', `${dir.path}/warm`)
  const cache = `${dir.path}/cache`
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir.path, NODE_COMPILE_CACHE: cache }
  assert.equal(await run('sh', ['-c', `cd '${at('.').pathname}' && ${command}`], env), 0)
  assert.ok((await readdir(cache)).length > 0)
})

test('the image has the dependencies of the lock file and none of development', async () => {
  const runs = all(await dockerfile(), 'RUN')
  assert.ok(runs.some((line) => line.startsWith('npm ci --omit=dev ')))
  assert.ok(runs.every((line) => !/npm (?:i|install)\b/.test(line)))
  assert.ok(all(await dockerfile(), 'COPY').every((rest) => !/^\.\/?\s/.test(rest)))
})

test('what is copied is there and let through, and nothing else is let through', async () => {
  const sources = all(await dockerfile(), 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(/\s+/).slice(0, -1))
  const ignore = (await read('.dockerignore')).split('\n').filter((line) => /^[^#]/.test(line))
  assert.equal(ignore[0], '*')
  assert.deepEqual(
    ignore.slice(1).toSorted(),
    [...new Set(sources)].map((source) => `!${source}`).toSorted(),
  )
  for (const source of sources) await access(at(source))
})

test('the health check asks the running server, and fails without one', async (t) => {
  const [, args = ''] = all(await dockerfile(), 'HEALTHCHECK')
    .join()
    .split('CMD ')
  const [command, ...rest] = JSON.parse(args) as string[]
  assert.equal(command, 'node')
  const { port } = await served(t)
  assert.equal(await run(process.execPath, rest, { PORT: `${port}` }), 0)
  assert.equal(await run(process.execPath, rest, { PORT: `${await closedPort()}` }), 1)
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : assert.fail()
}

test('the image and fly.toml make a good environment, once the secrets are set', async () => {
  const { env: flyEnv = {} } = await flyToml()
  const secrets = {
    OPS_OWNERS: 'discord:12345',
    DISCORD_BOT_TOKEN: 'a.b.c',
    FLY_API_TOKEN: 'fm2_x',
  }
  const own = { ...(await imageEnv()), ...flyEnv } as Record<string, string>
  const loaded = loadConfig({ ...own, ...secrets })
  assert.ok(loaded.ok, loaded.ok ? '' : formatProblems(loaded.problems))
  const { http, stateDir, redis } = loaded.config
  assert.deepEqual(
    { http, stateDir, redis },
    {
      http: { host: '0.0.0.0', port: 8080 },
      stateDir: '/data',
      redis: undefined,
    },
  )
  for (const name of Object.keys(own).filter((key) => !key.startsWith('NODE_')))
    assert.ok(aboutVariable(name) && !aboutVariable(name)?.secret, name)
})

test('fly.toml: one small machine with its state on a volume, checked, restarted, not public', async () => {
  const toml = await flyToml()
  const { OPS_STATE_DIR, PORT } = await imageEnv()
  assert.equal(toml['mounts']?.['destination'], OPS_STATE_DIR)
  assert.deepEqual(toml['checks.ready'], {
    type: 'http',
    method: 'get',
    path: '/readyz',
    port: Number(PORT),
    interval: '15s',
    timeout: '5s',
    grace_period: '30s',
  })
  assert.deepEqual(toml['restart'], { policy: 'always' })
  assert.deepEqual(toml['vm'], { size: 'shared-cpu-1x', memory: '512mb' })
  assert.deepEqual(toml['metrics'], { port: Number(PORT), path: '/metrics' })
  assert.equal(toml['']?.['kill_signal'], 'SIGTERM')
  assert.equal(toml['']?.['kill_timeout'], '30s')
  const [, last = ''] = /\bLAST_MS = ([\d_]+)/.exec(await read('src/stopping.ts')) ?? []
  assert.equal(Number(last.replaceAll('_', '')), 28_000, 'it forces its own end before Fly does')
  assert.ok(!Object.keys(toml).some((name) => /^(?:http_)?services?/.test(name)))
})

test('.ci/run stops at the first failure and calls scripts that exist', async () => {
  await access(at('.ci/run'), constants.X_OK)
  const script = await read('.ci/run')
  assert.match(script, /^#!.*bash\n(?:#.*\n)*set -euo pipefail\n/)
  const { scripts } = await manifest()
  const called = Array.from(
    script.matchAll(/^npm run(?: --\w+)* (\w+)/gm),
    ([, name]) => name ?? '',
  )
  assert.deepEqual(called, ['check'])
  assert.match(scripts.check, /npm test$/)
  assert.equal(await run('bash', ['-n', at('.ci/run').pathname], {}), 0)
})
