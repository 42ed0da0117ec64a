import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { createLines, readAll, readHidden } from '../../../src/chat/console/lines.ts'

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

test('all of a pipe is one value, without the last line feed', async () => {
  for (const [given, value] of [
    ['a\n', 'a'],
    ['a\r\n', 'a'],
    ['a\n\n', 'a\n'],
    ['-----BEGIN-----\nx\n-----END-----\n', '-----BEGIN-----\nx\n-----END-----'],
    ['', ''],
  ] as const) {
    const input = pipe()
    input.end(given)
    assert.equal(await readAll(input), value)
  }
})
