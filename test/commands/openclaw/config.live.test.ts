import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { noProc } from '../../fakes/fly/test-scenes.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'

const SECRET = 'hunter2-of-the-live-file'
const CONFIG = `{
  // kept
  meta: { lastTouchedVersion: '2026.9.6' },
  gateway: { mode: 'local', auth: { mode: 'token' } },
  hooks: { token: '${SECRET}' },
}
`

test(
  'a real gateway: taken over, restarted for, refused by its own check, and put back',
  { skip: noProc },
  async (t) => {
    const { fly, deployed, run } = await scene(t, { runtime: 'process' })
    const { app, machine } = deployed
    await fly.untilLog(app, /\[gateway\] ready/)
    const state = fly.pathOf(machine.id, '/data') ?? assert.fail('no state directory')
    const file = join(state, 'openclaw.json')
    const reloaded = fly.untilLog(app, /config change requires gateway restart/)
    writeFileSync(file, CONFIG, { mode: 0o640 })
    await reloaded
    await fly.untilLog(app, /\[shutdown\] completed/)
    await fly.untilLog(app, /\[heartbeat\] started[^]*/)

    const set = 'config set path=gateway.trustedProxies value=\'["172.16.0.0/12"]\''
    const hot = await run(set, { press: true })
    assert.equal(hot.job.state, 'done', wordsOf(hot.end).join('\n'))
    assert.match(
      wordsOf(hot.end).join('\n'),
      /took it over without a restart: gateway.trustedProxies/,
    )
    assert.match(wordsOf(hot.end).join('\n'), /by OpenClaw itself/)
    assert.equal(
      readFileSync(file, 'utf8'),
      CONFIG.replace("mode: 'token' } }", `mode: 'token' }, trustedProxies: ["172.16.0.0/12"] }`),
    )
    assert.equal(statSync(file).mode & 0o777, 0o640)

    const cold = await run('config set path=gateway.bind value=lan', { press: true })
    assert.equal(cold.job.state, 'done', wordsOf(cold.end).join('\n'))
    assert.match(wordsOf(cold.end).join('\n'), /restarted itself for it .* ready again/)

    const before = readFileSync(file, 'utf8')
    const wrong = await run('config set path=your value=config', { press: true })
    assert.equal(wrong.job.state, 'failed')
    assert.match(
      wordsOf(wrong.end).join('\n'),
      /OpenClaw’s own check refuses .* Unrecognized key: "your"/,
    )
    assert.equal(readFileSync(file, 'utf8'), before)

    const { before: id } = cold.job.result as { before: string }
    const back = await run(`config restore id=${id}`, { press: true })
    assert.equal(back.job.state, 'done', wordsOf(back.end).join('\n'))

    const found = await run('config validate')
    assert.equal(found.end.tone, 'ok', wordsOf(found.end).join('\n'))
    const shown = await run('config show')
    const answers = JSON.stringify(
      [hot, cold, wrong, back, found, shown].map(({ said, end, job }) => [said, end, job]),
    )
    assert.doesNotMatch(answers, new RegExp(SECRET))
    assert.ok(existsSync(join(state, '.openclaw-ops', 'config')))
    assert.equal(statSync(join(state, '.openclaw-ops', 'config')).mode & 0o777, 0o700)
  },
)
