import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from './run-process.ts'

const SCRIPT = `
echo '2026-11-23T12:00:00.001+00:00 [reload] one' >&2
echo 'of one' >&2
echo '2026-11-23T12:00:00.002+00:00 [gateway] two'
echo '2026-11-23T12:00:00.003+00:00 [reload] three' >&2
`

/** Until then nothing that the child writes is read. */
function hold(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('lines of both streams come in the order in which they were written, though they were read late', async () => {
  const lines: string[] = []
  const ended = Promise.withResolvers<unknown>()
  await run({
    command: ['/bin/sh', '-c', SCRIPT],
    env: {},
    directory: '/',
    onSpawn: () => {},
    onLine: (line) => lines.push(line.split(' ').at(-1) ?? ''),
    onExit: ended.resolve,
    sweep: () => {},
  }).then(() => hold(200))
  await ended.promise
  assert.deepEqual(lines, ['one', 'one', 'two', 'three'])
})
