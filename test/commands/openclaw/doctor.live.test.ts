import assert from 'node:assert/strict'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DoctorResult } from '../../../src/core/doctor/result.ts'
import { noProc } from '../../fakes/fly/test-scenes.ts'
import { scene, type Scene, wordsOf } from '../../helpers/mutation.ts'

type All = Extract<DoctorResult, { kind: 'all' }>

/** As somebody leaves it who has read the guide and what has changed since. */
const CONFIG =
  '{ meta: {}, gateway: { trustedProxies: ["172.16.0.1"], controlUi: { allowedOrigins: ["https://my-openclaw.fly.dev"] } } }'

const UP = /\[gateway\] (?:ready|log file:)/
const RELOADED = /config (?:hot reload applied|change requires)/

async function deployed(
  t: Parameters<typeof scene>[0],
  version: string,
  check: string | null,
): Promise<Scene> {
  const env = { FAKE_OPENCLAW_START_MS: '0', FAKE_OPENCLAW_LISTEN_MS: '0' }
  const made = await scene(t, { runtime: 'process', deploy: { version, check, env } })
  const { app, machine } = made.deployed
  await made.fly.untilLog(app, UP)
  const state = made.fly.pathOf(machine.id, '/data')
  assert.ok(state)
  await writeFile(join(state, 'openclaw.json'), CONFIG)
  await made.fly.untilLog(app, RELOADED)
  return made
}

/** Real gateways: the scripts run, the answers are those of each release. */
const VERSIONS: ReadonlyArray<readonly [version: string, check: string | null]> = [
  ['2026.9.6', '/startupz'],
  ['2026.8.2', '/startupz'],
  ['2026.6.11', '/healthz'],
]
for (const [version, check] of VERSIONS)
  test(
    `doctor: not one false alarm on a living ${version}, and nothing is changed`,
    { skip: noProc },
    async (t) => {
      const made = await deployed(t, version, check)
      const { job, calls, end } = await made.run('doctor')
      assert.equal(job.state, 'done', wordsOf(end).join('\n'))
      const { findings, unknown, passed } = job.result as All
      const alarms = findings.filter((found) => found.check !== 'version.old')
      assert.deepEqual(alarms, [], JSON.stringify(alarms, undefined, 1))
      assert.deepEqual(unknown, [], JSON.stringify(unknown))
      assert.ok(passed.length > 50)
      const posts = calls.filter(({ method }) => method !== 'GET')
      assert.ok(
        posts.every(({ path }) => path.endsWith('/exec')),
        JSON.stringify(posts),
      )
      assert.ok(posts.length <= 4, `${posts.length} looks inside`)
      for (const { body } of posts) assert.doesNotMatch(JSON.stringify(body), HEAVY)
      assert.deepEqual(made.fly.mistakes, [])
    },
  )

/** OpenClaw's own command line, which takes 190 MB and more. */
const HEAVY = /gateway-preflight|openclaw\.mjs gateway call|config validate|doctor --/

test(
  'doctor: a token in the file and a full disk are found inside a living machine',
  { skip: noProc },
  async (t) => {
    const made = await deployed(t, '2026.9.6', '/startupz')
    const { fly, run } = made
    const { machine, volume } = made.deployed
    const state = fly.pathOf(machine.id, '/data') ?? ''
    const more = CONFIG.replace(
      'gateway: {',
      'gateway: { auth: { token: "0123456789abcdef0123456789abcdef" },',
    )
    await writeFile(join(state, 'openclaw.json'), more)
    await fly.untilLog(made.deployed.app, /gateway\.auth\.token/)
    const big = join(state, 'big')
    await writeFile(big, '')
    await truncate(big, 980 * 1_048_576)
    const { job, end } = await run('doctor')
    const { findings } = job.result as All
    const ids = findings.map(({ check }) => check)
    assert.deepEqual(ids.toSorted(), ['token.shadowed', 'volume.full'], wordsOf(end).join('\n'))
    const full = findings.find(({ check }) => check === 'volume.full')
    assert.equal(full?.fix, `openclaw volumes extend volume=${volume.id} size=2`)
    assert.doesNotMatch(wordsOf(end).join('\n'), /0123456789abcdef/)
  },
)
