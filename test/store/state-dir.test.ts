import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import { makeStateDir } from '../../src/store/state-dir.ts'

const refused = (code: string) => (error: unknown) =>
  error instanceof OpsError &&
  error.code === 'bad_input' &&
  JSON.stringify(error.text).includes(`no directory that this program can write (${code}).`)

test('a state directory is made with all above it, for its owner alone, and may be there', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'state-'))
  t.after(() => rm(root, { recursive: true }))
  const path = join(root, 'a', 'b')
  await Promise.all([makeStateDir(path), makeStateDir(`${path}/`)])
  assert.equal((await stat(path)).mode & 0o777, 0o700)
  await writeFile(join(root, 'file'), '', { mode: 0o755 })
  await assert.rejects(makeStateDir(join(root, 'file')), refused('ENOTDIR'))
  await assert.rejects(makeStateDir(join(root, 'file', 'b')), refused('ENOTDIR'))
})

test(
  'one that can’t be made where its parent is ends the start in place of hanging it',
  {
    skip: platform() !== 'linux',
  },
  async () => {
    await assert.rejects(makeStateDir('/proc/openclaw-ops/state'), refused('ENOENT'))
  },
)
