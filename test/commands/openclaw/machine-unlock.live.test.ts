import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { lock } from '../../demo/lock.ts'
import { noProc } from '../../fakes/fly/test-scenes.ts'
import { stateLock } from '../../helpers/lock-files.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'

const READY = /\[gateway\] ready/

/** Real gateways, the real script: a lock whose pid something else has now, and one that is truly held. */
test(
  'a lock of an earlier run is deleted while nobody lives there; a living one is left alone',
  { skip: noProc },
  async (t) => {
    const made = await scene(t, { runtime: 'process' })
    const { fly, deployed, run } = made
    const { app, machine } = deployed
    await fly.untilLog(app, READY)
    const state = fly.pathOf(machine.id, '/data') ?? assert.fail()
    const before = machine.config

    const fine = await run('machine unlock')
    assert.match(fine.end.title, /nothing is stuck/)

    writeFileSync(`${state}/gateway.0a1b2c3d.lock`, '{"pid":4000000}')
    const mend = await lock(fly, machine.id)
    const { job, end } = await run('machine unlock', { press: true })
    assert.equal(job.state, 'done', wordsOf(end).join('\n'))
    const words = wordsOf(end).join('\n')
    assert.match(words, /gateway\.state\.lock[^]*older than this boot/)
    assert.match(words, /\/data\/gateway\.0a1b2c3d\.lock/)
    assert.ok(!existsSync(`${state}/gateway.0a1b2c3d.lock`))
    const own = JSON.parse(readFileSync(stateLock(state), 'utf8')) as { readonly pid: number }
    assert.ok(own.pid > 0)
    assert.deepEqual(machine.config, before)
    await mend?.()

    // Alive, and answering nobody: its lock is its own all the same.
    mkdirSync(`${state}/.fake`, { recursive: true })
    writeFileSync(`${state}/.fake/hang`, '')
    const held = await run('machine unlock')
    assert.equal(held.job.state, 'failed')
    assert.match(held.end.title, new RegExp(`held by a live gateway \\(pid ${own.pid}\\)`))
    assert.ok(existsSync(stateLock(state)))
  },
)
