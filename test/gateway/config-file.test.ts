import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Edit } from '../../src/core/config/port.ts'
import { createConfigFile } from '../../src/gateway/config-file.ts'
import { answerConfig } from '../../src/gateway/config-answer.mjs'
import { maskConfig } from '../../src/gateway/config-mask.mjs'
import { json5Text } from '../helpers/json5-text.ts'
import { localExec, machineWith } from './exec.ts'

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
    { numRuns: 150 },
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
