import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { streamed, typedValue } from '../../../src/chat/console/given.ts'
import { createLines, readHidden } from '../../../src/chat/console/lines.ts'

const pipe = (): PassThrough & NodeJS.ReadStream => new PassThrough() as never
/** As a terminal in raw mode, which is where a hidden prompt puts it. */
const terminal = () => Object.assign(pipe(), { isTTY: true })

test('in a pipe the value is the next line, and the one behind it the next command', async () => {
  const input = pipe()
  const lines = createLines(input)
  input.end('secrets set name=A\nthe value\nstatus\n')
  assert.equal(await lines.next('› '), 'secrets set name=A')
  assert.equal(await lines.hidden('Value: '), 'the value')
  assert.equal(await lines.next('› '), 'status')
  assert.equal(await lines.next('› '), undefined)
  lines.close()
})

const TYPED: ReadonlyArray<readonly [keys: string, value: string | undefined]> = [
  ['sk-ant-1\r', 'sk-ant-1'],
  ['sk-anx\u007ft\r', 'sk-ant'],
  ['  blanks stay \r', '  blanks stay '],
  ['\r', ''],
  ['half\u0003', undefined],
  ['\u0004', undefined],
]
for (const [keys, value] of TYPED)
  test(`typed unseen on a terminal: ${JSON.stringify(keys)}`, async () => {
    const input = terminal()
    const asked = readHidden(input, '')
    input.write(keys)
    assert.equal(await asked, value)
  })

test('on a terminal the lines go on behind a hidden one', async () => {
  const input = terminal()
  const lines = createLines(input)
  input.write('secrets set name=A\n')
  assert.equal(await lines.next(''), 'secrets set name=A')
  const asked = lines.hidden('')
  input.write('unseen\r')
  assert.equal(await asked, 'unseen')
  const next = lines.next('')
  input.write('status\n')
  assert.equal(await next, 'status')
  lines.close()
})

test('a line is a value, the path of a file, or a value that begins with @', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'openclaw-ops-given-'))
  t.after(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'key'), 'of a file')
  assert.equal(typedValue('plain@value'), 'plain@value')
  assert.equal(typedValue('@@name'), '@name')
  const file = typedValue(`@${join(dir, 'key')} `)
  assert.ok(typeof file === 'object')
  assert.equal(Buffer.from(await file.read(100)).toString(), 'of a file')
  assert.equal((await file.read(3)).length, 4, 'one more tells of a larger one')
  for (const none of [`@${join(dir, 'no')}`, `@${dir}`]) {
    const given = typedValue(none)
    assert.ok(typeof given === 'object')
    await assert.rejects(given.read(100), /begins with @/)
  }
})

test('of a pipe no more is read than is needed to see that it is too long', async () => {
  const input = pipe()
  input.write('x'.repeat(100))
  assert.equal((await streamed(input).read(9)).length, 10)
  assert.equal(input.destroyed, true, 'it is not waited for any longer')
})
