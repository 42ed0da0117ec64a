import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noProc } from '../../fakes/fly/test-scenes.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'

const READY = /\[gateway\] ready/

/** The stand-in gateway as a real process, with its HTTP, locks and probe script. */
test(
  'real gateways: restarted, stopped, started, and cancelled in the middle',
  { skip: noProc },
  async (t) => {
    const made = await scene(t, { runtime: 'process' })
    const { fly, deployed, run } = made
    await fly.untilLog(deployed.app, READY)

    // It has just booted, so only force gets through.
    assert.equal((await run('restart')).job.failure?.code, 'busy')
    const restarted = await run('restart force=true', { press: true })
    assert.equal(restarted.job.state, 'done', wordsOf(restarted.end).join('\n'))
    assert.match(restarted.end.title, /restarted, the gateway is ready/)
    const { machines } = restarted.job.result as { machines: ReadonlyArray<{ newBoot: boolean }> }
    assert.equal(machines[0]?.newBoot, true)
    // Besides looks at checks that pass when they do.
    const looks = restarted.calls.filter(
      ({ method, path }) => method === 'GET' && path.endsWith(deployed.machine.id),
    )
    assert.ok(restarted.calls.length - looks.length <= 9, `${restarted.calls.length} calls of Fly`)

    const stopped = await run('machine stop', { press: true })
    assert.equal(stopped.job.state, 'done', wordsOf(stopped.end).join('\n'))
    assert.equal(deployed.machine.state, 'stopped')
    assert.equal(fly.addressOf(deployed.machine.id), null)

    const started = await run('machine start')
    assert.equal(started.job.state, 'done', wordsOf(started.end).join('\n'))
    assert.match(started.end.title, /started, the gateway is ready/)

    fly.fault({ kind: 'hang', path: /\/wait$/ })
    const waiting = fly.nextCall({ path: /\/wait$/ })
    const running = run('restart force=true', { press: true })
    await waiting
    await made.cancel()
    const { job, end } = await running
    assert.equal(job.state, 'cancelled')
    assert.match(end.title, /Cancelled by Person 200\./)
    assert.equal(deployed.machine.lease, null)
    await fly.until(deployed.machine.id, 'started')
  },
)
