import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import type { GivenFile } from '../../src/core/invocation.ts'
import { option } from '../../src/core/options.ts'
import { MOST_BYTES, readGiven } from '../../src/core/private-file.ts'
import { tr } from '../../src/core/text.ts'
import { workCommand } from '../helpers/commands.ts'
import { OPERATOR, OWNER } from '../helpers/people.ts'
import { createTestLog } from '../helpers/test-log.ts'
import { createWorld, type Told } from '../helpers/world.ts'

const CANARY = 'sk-ant-Kanari0nFile-8f3Qz71LmX04'

/** A file, and how often it was read. */
function fileOf(content: string | Uint8Array, said?: number | null) {
  const bytes = Buffer.from(content)
  let reads = 0
  const file: GivenFile = {
    size: said === null ? undefined : (said ?? bytes.length),
    read: async (most) => {
      reads += 1
      return bytes.subarray(0, most + 1)
    },
  }
  return { file, reads: () => reads }
}
const read = (content: string | Uint8Array) =>
  readGiven(fileOf(content, null).file, createTestLog([]))

const VALUES: ReadonlyArray<readonly [content: string | Uint8Array, value: string]> = [
  ['a', 'a'],
  ['a\n', 'a'],
  ['a\r\n', 'a'],
  ['a\n\n', 'a\n'],
  ['{\n\t"a": 1\n}\n', '{\n\t"a": 1\n}'],
  ['\uFEFFwith a mark', 'with a mark'],
  ['密鑰', '密鑰'],
  ['x'.repeat(MOST_BYTES), 'x'.repeat(MOST_BYTES)],
]
for (const [content, value] of VALUES)
  test(`a file that holds ${JSON.stringify(content).slice(0, 30)}`, async () => {
    assert.deepEqual(await read(content), { value })
  })

const WRONG: ReadonlyArray<readonly [what: string, content: string | Uint8Array, says: RegExp]> = [
  ['nothing', '', /empty/],
  ['a line feed', '\n', /empty/],
  ['a byte too many', 'x'.repeat(MOST_BYTES + 1), /64 KiB/],
  ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /UTF-8/],
  ['UTF-16', Buffer.from('\uFEFFkey', 'utf16le'), /UTF-8/],
  ['a zero', 'a\0b', /UTF-8/],
]
for (const [what, content, says] of WRONG)
  test(`a file that holds ${what} is no value`, async () => {
    const found = await read(content)
    assert.match(JSON.stringify(found), says)
    assert.ok(!('value' in found))
  })

test('whatever a file holds, it is its own text or no value, and never a throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
      const found = await read(bytes)
      if ('value' in found) assert.ok(Buffer.from(bytes).includes(found.value))
    }),
  )
})

async function open() {
  const seen: string[] = []
  const world = await createWorld({
    commands: [
      workCommand('keep', {
        options: z.object({ value: option.private(tr('A value', '一個值')) }),
        private: {
          option: 'value',
          kind: 'secret',
          ask: tr('The value', '值'),
          check: (value) =>
            value.startsWith('bad') ? tr('That looks wrong.', '看起來不對。') : undefined,
        },
        run: async (context, options) => {
          seen.push((await context.given(String(options['value']))).reveal())
          return null
        },
      }),
    ],
  })
  const { question } = await world.ask('openclaw keep', {}, { actor: OPERATOR })
  assert.ok(question)
  await question.value?.begin()
  const give = (file: GivenFile, more = {}): Promise<Told> =>
    world.press(question.token, { actor: OPERATOR, surface: 'modal', file, ...more })
  return { world, seen, question, give }
}
const title = ({ reply }: Told): string => reply?.title ?? ''

test('the question says that it may be a file, and how', async () => {
  const { question } = await open()
  assert.ok((question.value?.file.label.length ?? 0) <= 45)
  assert.match(question.value?.file.rule ?? '', /UTF-8, 64 KiB/)
})

test('a file is the value: sealed, run with, and gone', async () => {
  const { world, seen, give } = await open()
  const told = await give(fileOf(`${CANARY}\n`).file)
  assert.equal(told.kind, 'queued')
  assert.ok(!world.store.dump().includes(CANARY), 'in the clear')
  await world.work()
  assert.deepEqual(seen, [CANARY])
  assert.equal(world.store.size('private'), 0)
  assert.ok(!JSON.stringify([world.audited, world.logged, told]).includes(CANARY))
})

test('what is wrong with it is told to the one who gave it, and nothing is kept', async () => {
  const { world, give } = await open()
  for (const [content, says] of [
    ['\0', /UTF-8/],
    ['bad value', /looks wrong/],
    ['\n', /empty/],
  ] as const) {
    const told = await give(fileOf(content).file)
    assert.equal(told.kind, 'notice')
    assert.match(title(told), says)
    assert.match(JSON.stringify(told.reply?.blocks), /Nothing was kept/)
  }
  assert.equal(world.store.size('private'), 0)
  assert.equal(world.store.size('job'), 0)
  assert.equal(world.audited.filter(({ event }) => event === 'refused').length, 3)
})

test('it is not even read when its size, a second answer, another person or the time speaks against it', async () => {
  const { world, give } = await open()
  for (const [said, says] of [
    [0, /empty/],
    [MOST_BYTES + 1, /64 KiB/],
  ] as const) {
    const { file, reads } = fileOf(CANARY, said)
    const told = await give(file)
    assert.deepEqual([told.kind, reads()], ['refused', 0])
    assert.match(title(told), says)
  }
  const { file, reads } = fileOf(CANARY)
  assert.match(title(await give(file, { answer: 'typed, too' })), /one of the two/)
  assert.match(title(await give(file, { actor: OWNER })), /Only the person/)
  await world.clock.advance(600_000)
  assert.match(title(await give(file)), /ten minutes/)
  assert.equal(reads(), 0)
})

test('a size that was not told, or was a lie, does not let more through', async () => {
  const { give } = await open()
  for (const said of [null, 5])
    assert.match(title(await give(fileOf('x'.repeat(MOST_BYTES + 1), said).file)), /64 KiB/)
})

test('one that can’t be read is told of, without what went wrong', async () => {
  const { world, give } = await open()
  const read = () => Promise.reject(new Error(`https://example.com/${CANARY}`))
  const told = await give({ size: 5, read })
  assert.equal(told.kind, 'notice')
  assert.match(title(told), /could not be read/)
  assert.ok(!JSON.stringify(told).includes(CANARY))
  assert.equal(world.store.size('private'), 0)
})
