import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import type { Launched } from '../../../src/core/deploy-launch/run.ts'
import { noProc } from '../../fakes/fly/test-scenes.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'

const APP = 'second-app'

/** The stand-in gateway as a real process: it starts on an empty volume, takes the file that the script writes, and restarts for it. */
for (const closed of [false, true])
  test(
    `real gateways: a ${closed ? 'private' : 'public'} one is launched from nothing`,
    { skip: noProc },
    async (t) => {
      const made = await scene(t, { runtime: 'process' })
      const { fly, run } = made
      const { job, end } = await run(`deploy launch ${APP}${closed ? ' private=true' : ''}`, {
        press: true,
        value: 'none',
      })
      assert.equal(job.state, 'done', wordsOf(end).join('\n'))
      const done = job.result as Launched
      assert.equal(done.config.state, 'taken')
      assert.equal(done.version, '2026.9.6')
      const machine = fly.machine(done.machine.id)
      assert.equal(machine.state, 'started')
      const path = fly.pathOf(machine.id, '/data/openclaw.json') ?? ''
      const config = JSON.parse(readFileSync(path, 'utf8')) as Config
      assert.equal(statSync(path).mode & 0o777, 0o600)
      assert.equal(config.gateway.mode, 'local')
      const [origin] = config.gateway.controlUi.allowedOrigins
      assert.equal(origin, closed ? 'http://localhost:3000' : 'https://second-app.fly.dev')
      assert.ok(fly.app(APP).logs.some(({ message }) => /requires gateway restart/.test(message)))
      const [token] = [machine.secrets['OPENCLAW_GATEWAY_TOKEN'] ?? '']
      assert.match(token, /^[0-9a-f]{64}$/)
      const url = `http://${fly.addressOf(machine.id) ?? ''}/tools/invoke`
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body: '{}' })
      assert.equal(answer.status, 400, 'the new token is not taken')

      const again = await run(`deploy launch ${APP}`, { value: 'none' })
      assert.match(again.end.title, /second-app has a deployment already/)
    },
  )

interface Config {
  readonly gateway: {
    readonly mode: string
    readonly controlUi: { readonly allowedOrigins: readonly string[] }
  }
}
