import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { manualClock } from './clock.ts'
import { listening, noProc, running } from './test-scenes.ts'

void test('exec runs a real shell with the machine around it', { skip: noProc }, async (t) => {
  const { fly, exec, machine } = await running(t)
  await fly.untilLog('my-openclaw', listening)
  const script =
    'printf %s "$2" > "$1/note" && echo "$1 $3 $FLY_APP_NAME ${#OPENCLAW_GATEWAY_TOKEN} $OPENCLAW_STATE_DIR" && cat; exit 3'
  const reply = await exec(['sh', '-c', script, '_', '/data', 'words', '3000'])
  assert.deepEqual(reply.body, {
    exit_code: 3,
    stdout: '/data 3000 my-openclaw 64 /data\n',
    stderr: '',
  })
  assert.equal(readFileSync(fly.pathOf(machine.id, '/data/note') ?? '', 'utf8'), 'words')
  const probe = await exec([
    'sh',
    '-c',
    'node -e "fetch(process.argv[1]).then(r=>console.log(r.status))" "$1"',
    '_',
    'http://127.0.0.1:3000/healthz',
  ])
  assert.equal(probe.data['stdout'], '200\n', probe.raw)
  assert.equal((await exec(['no-such-program'])).data['exit_code'], 127)
  const killed = await exec(['sh', '-c', 'kill -9 $$'])
  assert.deepEqual([killed.data['exit_code'], killed.data['exit_signal']], [137, 9])
})

void test('an exec that takes too long is answered, and goes on', { skip: noProc }, async (t) => {
  const { fly, exec } = await running(t, {}, manualClock())
  await fly.untilLog('my-openclaw', listening)
  const script = 'until [ -e "$1/go" ]; do sleep 0.02; done; echo done > "$1/late"'
  const slow = exec(['sh', '-c', script, '_', '/data'], 5)
  await fly.nextCall({ path: /exec$/ })
  await fly.clock.advance(5000)
  const reply = await slow
  assert.equal(reply.status, 408)
  assert.match(reply.error, /^deadline_exceeded: Post "http:\/\/unix\/v1\/exec"/)
  const wait = 'touch "$1/go"; until [ -s "$1/late" ]; do sleep 0.02; done; cat "$1/late"'
  const waited = await exec(['sh', '-c', wait, '_', '/data'])
  assert.equal(waited.data['stdout'], 'done\n')
})
