import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { valueProblem } from '../../src/core/config/typed.ts'
import type { Edit } from '../../src/core/config/port.ts'
import { createConfigFile } from '../../src/gateway/config-file.ts'
import { hasRoom } from '../../src/gateway/config-check.mjs'
import { answerConfig } from '../../src/gateway/config-answer.mjs'
import { maskConfig } from '../../src/gateway/config-mask.mjs'
import { json5Text } from '../helpers/json5-text.ts'
import { localExec, machineWith } from './exec.ts'
import { runs } from '../helpers/runs.ts'

const stateDir = mkdtempSync(join(tmpdir(), 'config-file-'))
const file = join(stateDir, 'openclaw.json')
after(() => rmSync(stateDir, { recursive: true, force: true }))

const big = { ...machineWith({}), guest: { cpuKind: 'shared', cpus: 2, memoryMb: 2048 } } as const
const read = (): string => readFileSync(file, 'utf8')

interface Answer {
  readonly ok: boolean
  readonly why?: string
  readonly facts: { readonly sha256: string }
}
let works = 0
async function ask(action: string, wants: object): Promise<Answer> {
  const payload = Buffer.from(JSON.stringify(wants)).toString('base64')
  const line = await answerConfig(['n', stateDir, '', action, payload])
  return JSON.parse(line.slice('gateway-config n '.length)) as Answer
}
async function write(edits: readonly Edit[]): Promise<Answer> {
  const { facts } = await ask('look', {})
  return ask('write', { op: `J-${works++}`, before: facts.sha256, edits })
}

const spots = fc.array(
  fc.tuple(
    fc.nat(),
    fc.nat(12),
    fc.constantFrom('', '1', '"x"', '{}', '•', '"••••"', '__OPENCLAW_REDACTED__'),
  ),
  { minLength: 1, maxLength: 3 },
)
const secretful = json5Text(
  fc.dictionary(
    fc.constantFrom('token', 'mode', 'env', 'list', 'a'),
    fc.oneof(fc.string(), fc.array(fc.string({ minLength: 1 }), { maxLength: 2 })),
    { maxKeys: 4, noNullPrototype: true },
  ),
)

test('whatever is asked to be written: no masked place is torn, no stand-in gets in, and all other bytes stay', async () => {
  await fc.assert(
    fc.asyncProperty(secretful, spots, async ({ text }, wanted) => {
      writeFileSync(file, text)
      const edits = wanted
        .map(([n, length, words]) => ({ start: n % (text.length + 1), words, length }))
        .map(({ start, length, words }) => ({
          start,
          end: Math.min(text.length, start + length),
          text: words,
        }))
        .toSorted((a, b) => a.start - b.start)
        .filter((edit, index, all) => index === 0 || edit.start >= (all[index - 1]?.end ?? 0))
      const { ok, why } = await write(edits)
      const now = read()
      if (!ok) {
        assert.equal(now, text, why)
        return
      }
      const { regions } = maskConfig(text)
      for (const [from, to] of regions) {
        const over = edits.filter(({ start, end }) => start < to && from < end)
        assert.ok(
          over.every(({ start, end }) => start <= from && to <= end),
          'a secret was torn',
        )
      }
      let at = 0
      let rest = now
      for (const edit of edits) {
        const kept = text.slice(at, edit.start)
        assert.ok(rest.startsWith(kept + edit.text))
        assert.doesNotMatch(edit.text, /•|REDACTED/)
        rest = rest.slice(kept.length + edit.text.length)
        at = edit.end
      }
      assert.equal(rest, text.slice(at))
    }),
    { numRuns: runs(150) },
  )
})

test('sent into a machine as it is: read, written once, refused when it is another file, mode kept', async () => {
  const secret = 'hunter2-of-the-file'
  writeFileSync(file, `{ meta: {}, hooks: { token: '${secret}' }, a: 1 }`, { mode: 0o640 })
  const mode = statSync(file).mode & 0o777
  const { fly, calls } = localExec()
  const outputs: string[] = []
  const exec: typeof fly.exec = async (...call) => {
    const result = await fly.exec(...call)
    outputs.push(result.stdout + result.stderr)
    return result
  }
  const config = createConfigFile({ fly: { exec }, overrides: { stateDir } })
  const seen = await config.look('app', big)
  assert.ok(seen.known && seen.facts !== null && seen.current !== null)
  const at = seen.current.text.indexOf('a: 1') + 3
  const change = {
    op: 'J-AAAAAA',
    before: seen.facts.sha256,
    edits: [{ start: at, end: at + 1, text: '22' }],
  }
  const first = await config.write('app', big, change)
  const second = await config.write('app', big, change)
  assert.ok(first.known && second.known)
  assert.deepEqual([first.sha256, first.id, first.at], [second.sha256, second.id, second.at])
  assert.equal(read(), `{ meta: {}, hooks: { token: '${secret}' }, a: 22 }`)
  assert.equal(statSync(file).mode & 0o777, mode)
  const other = await config.write('app', big, { ...change, op: 'J-BBBBBB' })
  assert.ok(!other.known && other.trouble === 'changed')
  assert.ok(outputs.every((output) => !output.includes(secret)))
  assert.ok(calls.every(({ command }) => (command[5]?.length ?? 0) < 60_000))
})

test('what can not be read is told in a word, and a small machine is not asked to check', async () => {
  const { fly } = localExec()
  const config = createConfigFile({ fly, overrides: { stateDir } })
  writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]))
  const bad = await config.look('app', big)
  assert.ok(!bad.known && bad.trouble === 'encoding')
  writeFileSync(file, `{ a: "${'x'.repeat(600_000)}" }`)
  const large = await config.look('app', big)
  assert.ok(!large.known && large.trouble === 'large')
  rmSync(file)
  const none = await config.look('app', big)
  assert.ok(none.known && none.facts === null)
  const small = { ...big, guest: { ...big.guest, memoryMb: 1024 } }
  assert.deepEqual(await config.check('app', small), { by: null, why: 'small' })
  const stopped = await config.look('app', { ...big, state: 'stopped' })
  assert.ok(!stopped.known && stopped.trouble === 'machine')
})

/** Six signs that no compression foresees, and that are no secret. */
const wordOf = (number: number): string =>
  createHash('md5').update(`${number}`).digest('base64').slice(0, 6)

test('a value as long as may be given goes in, but none that would make the file too large to be told of', async () => {
  const { fly } = localExec()
  const config = createConfigFile({ fly, overrides: { stateDir } })
  const noise = (from: number): string =>
    `[${Array.from({ length: 5_000 }, (_, i) => `"${wordOf(from + i)}"`).join()}]`
  const start = `{ meta: {}, b: ${noise(0)}, a: `
  writeFileSync(file, `${start}1 }`)
  const { facts } = await ask('look', {})
  const put = (op: string, text: string, before = facts.sha256) => {
    const edits = [{ start: start.length, end: start.length + 1, text }]
    return config.write('app', big, { op, before, edits })
  }
  const long = JSON.stringify({ words: 'as "long" as may be. '.repeat(2_800) })
  assert.ok(long.length > 60_000 && long.length < 65_536)
  assert.equal(valueProblem(long, { path: 'a' }), undefined)
  const refused = await put('J-LARGE1', noise(5_000))
  assert.ok(!refused.known && refused.trouble === 'large')
  assert.equal(read(), `${start}1 }`)
  const written = await put('J-LARGE2', long)
  assert.ok(written.known)
  assert.equal(read(), `${start}${long} }`)
  const seen = await config.look('app', big)
  assert.ok(seen.known)
})

test('a value that could not be brought into a machine is refused before it is kept', () => {
  assert.match(JSON.stringify(valueProblem('"'.repeat(40_000), { path: 'a' })), /too long/)
  assert.equal(valueProblem('x'.repeat(65_536), { path: 'a' }), undefined)
})

test('the program is not asked where its 280 MB could cost the gateway its life', () => {
  const meminfo = (kb: number): string => `MemFree:  9999999 kB\nMemAvailable:  ${kb} kB\n`
  assert.deepEqual([meminfo(459_999), meminfo(460_000), ''].map(hasRoom), [false, true, false])
})

const isRoot = process.getuid?.() === 0 ? false : 'only root may give files away'

test(
  'the program judges a candidate that lies beside the file, as its owner; owner and mode stay',
  { skip: isRoot },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'config-owner-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const state = join(folder, 'state')
    const own = join(state, 'openclaw.json')
    const told = join(folder, 'told')
    const bin = join(folder, 'bin')
    for (const made of [state, bin]) mkdirSync(made)
    writeFileSync(own, '{ a: 1 }', { mode: 0o640 })
    writeFileSync(told, '')
    const script = `#!/bin/sh\necho "$OPENCLAW_CONFIG_PATH $(id -u) $(stat -c '%u %a' "$OPENCLAW_CONFIG_PATH") $*" >> ${told}\n`
    writeFileSync(join(bin, 'openclaw'), `${script}echo '{"valid":true,"issues":[]}'\n`, {
      mode: 0o755,
    })
    for (const path of [folder, state, own, told, bin]) chownSync(path, 12345, 12345)
    const path = `${bin}:${process.env['PATH'] ?? ''}`
    const { fly } = localExec((command) => command, { ...process.env, PATH: path })
    const config = createConfigFile({ fly, overrides: { stateDir: state } })
    const seen = await config.look('app', big)
    assert.ok(seen.known && seen.facts !== null)
    const edits = [{ start: 5, end: 6, text: '2' }]
    const inode = statSync(own).ino
    const done = await config.write('app', big, {
      op: 'J-OWNER1',
      before: seen.facts.sha256,
      edits,
    })
    assert.ok(done.known && done.checked.by === 'program' && done.checked.valid)
    assert.match(
      readFileSync(told, 'utf8'),
      new RegExp(`^${own}\\.ops-\\d+ 12345 12345 640 config validate --json\n$`),
    )
    const { uid, gid, mode, ino } = statSync(own)
    assert.deepEqual(
      [uid, gid, mode & 0o777, readFileSync(own, 'utf8')],
      [12345, 12345, 0o640, '{ a: 2 }'],
    )
    assert.notEqual(ino, inode, 'it was put in place as a whole')
    assert.deepEqual(
      readdirSync(state).filter((name) => name.includes('.ops-')),
      [],
    )
  },
)
