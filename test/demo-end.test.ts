import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const DEMO = fileURLToPath(new URL('demo.ts', import.meta.url))
/** Ctrl-C goes the same way; what the end of the input leaves is looked at in demo.test.ts. */
const CODES = { SIGTERM: 143, SIGHUP: 129 } as const

/** The processes that this one has started, and those that they have. */
function below(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number))
  const own = pairs.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))
  return own.flatMap((child) => [child, ...below(child)])
}

const isThere = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.charAt(0) !== 'Z'
  } catch {
    return false
  }
}

const noProc = existsSync('/proc/self/stat') ? false : 'no /proc'

describe('however the demo ends, nothing of it is left', { skip: noProc, concurrency: 2 }, () => {
  for (const [how, code] of Object.entries(CODES))
    test(how, { timeout: 60_000 }, async (t) => {
      const tmp = await mkdtemp(join(tmpdir(), 'openclaw-ops-ends-'))
      t.after(() => rm(tmp, { recursive: true }))
      const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: tmp }
      const child = spawn(process.execPath, [DEMO], { env, stdio: ['pipe', 'pipe', 'inherit'] })
      t.after(() => child.kill('SIGKILL'))
      const ended = once(child, 'close')
      child.stdin.write('status\n')
      for await (const chunk of child.stdout.iterator({ destroyOnReturn: false }))
        if (String(chunk).includes('the gateway is ready')) break
      const started = below(child.pid ?? 0)
      assert.ok(started.length > 0, 'it has started nothing')
      assert.ok((await readdir(tmp)).length > 0)
      // Twice, as from npm and from the shell: the second comes in the middle of the end.
      for (let n = 0; n < 2; n++) child.kill(how as NodeJS.Signals)
      child.stdout.resume()
      assert.equal((await ended)[0], code)
      assert.deepEqual(started.filter(isThere), [])
      assert.deepEqual(await readdir(tmp), [])
    })
})
