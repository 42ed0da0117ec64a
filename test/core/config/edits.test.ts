import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import JSON5 from 'json5'
import { setEdits, unsetEdits, valueText, withEdits } from '../../../src/core/config/edits.ts'
import { parseConfig } from '../../../src/core/config/parse.ts'
import { childOf, nodeAt, readPath, showPath, type Path } from '../../../src/core/config/path.ts'
import { json5Text, type Written } from '../../helpers/json5-text.ts'
import { runs } from '../../helpers/runs.ts'

const parsed = (text: string) => {
  const found = parseConfig(text)
  assert.ok(found.ok, text)
  return found
}
const at = (words: string): Path => readPath(words) ?? assert.fail(words)

function set(text: string, path: string, value: string): string {
  const edits = setEdits(text, parsed(text), { path: at(path), value })
  assert.ok(typeof edits !== 'string', JSON.stringify(edits))
  return withEdits(text, edits)
}
function unset(text: string, path: string): string {
  const edits = unsetEdits(text, parsed(text), at(path))
  assert.ok(typeof edits !== 'string', JSON.stringify(edits))
  return withEdits(text, edits)
}

test('a value is put in place of another, or behind the last key as that one stands', () => {
  const cases: ReadonlyArray<readonly [text: string, path: string, value: string, after: string]> =
    [
      ['{a: 1, b: 2}', 'a', '[3]', '{a: [3], b: 2}'],
      ['{a: 1}', 'b', '2', '{a: 1, b: 2}'],
      ['{"a": 1}', 'b', '2', '{"a": 1, "b": 2}'],
      ['{a: 1,}', 'b', '2', '{a: 1, b: 2}'],
      ['{}', 'a', '1', '{ "a": 1 }'],
      ['{\n  a: 1\n}\n', 'b', '2', '{\n  a: 1,\n  b: 2\n}\n'],
      ['{\n  a: 1,\n}\n', 'b', '2', '{\n  a: 1,\n  b: 2,\n}\n'],
      ['{\r\n\ta: 1 // one\r\n}', 'b', '2', '{\r\n\ta: 1, // one\r\n\tb: 2\r\n}'],
      [
        '{\n  a: 1, /* x */ // one\n  // last\n}',
        'b',
        '2',
        '{\n  a: 1, /* x */ // one\n  b: 2,\n  // last\n}',
      ],
      ['{ a: {} }', 'a.b.c', '1', '{ a: { b: { c: 1 } } }'],
      ['{ // why\n}', 'a', '1', '{ "a": 1 // why\n}'],
      ['{a: [1]}', 'a[1]', '2', '{a: [1, 2]}'],
      ['{a: []}', 'a[0]', '2', '{a: [2]}'],
      ['{a: 1}', 'b[0].c', '2', '{a: 1, b: [{ c: 2 }]}'],
      ['{a: 1, a: 2}', 'a', '3', '{a: 1, a: 3}'],
      ['{a: 1}', '["x.y"]', '2', '{a: 1, "x.y": 2}'],
      ['{a: 1}', 'null', '2', '{a: 1, "null": 2}'],
    ]
  for (const [text, path, value, after] of cases) assert.equal(set(text, path, value), after)
})

test('what is taken away goes with its comma and its line', () => {
  const cases: ReadonlyArray<readonly [text: string, path: string, after: string]> = [
    ['{a: 1, b: 2}', 'a', '{b: 2}'],
    ['{a: 1, b: 2}', 'b', '{a: 1}'],
    ['{a: 1}', 'a', '{}'],
    ['{a: 1}', 'x.y', '{a: 1}'],
    ['{\n  a: 1,\n  b: 2\n}', 'b', '{\n  a: 1\n}'],
    ['{\n  a: 1,\n  b: 2,\n}', 'a', '{\n  b: 2,\n}'],
    ['{\n  a: 1, // one\n  b: 2,\n}', 'a', '{\n  // one\n  b: 2,\n}'],
    ['{a: [1, 2, 3]}', 'a[1]', '{a: [1, 3]}'],
    ['{a: 1, b: 2, a: 3}', 'a', '{b: 2}'],
  ]
  for (const [text, path, after] of cases)
    assert.deepEqual(JSON5.parse(unset(text, path)), JSON5.parse(after), unset(text, path))
  assert.equal(unset('{\n  a: 1,\n  b: 2\n}', 'b'), '{\n  a: 1\n}')
  assert.equal(unset('{\n  a: 1, // one\n  b: 2,\n}', 'a'), '{\n  // one\n  b: 2,\n}')
})

test('what does not fit is told', () => {
  const text = '{a: 1, b: []}'
  const fits = (path: string) => setEdits(text, parsed(text), { path: at(path), value: '1' })
  assert.equal(fits('a.b'), 'no_container')
  assert.equal(fits('b[1]'), 'gap')
  assert.equal(fits('b.x'), 'gap')
  assert.equal(unsetEdits(text, parsed(text), []), 'root')
})

test('a path is read as it is shown', () => {
  const key = fc.oneof(fc.nat(99), fc.string({ minLength: 1, unit: 'binary' }))
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 6 }), (path) => {
      assert.deepEqual(readPath(showPath(path)), path)
    }),
  )
  for (const wrong of ['', '.a', 'a..b', 'a.', 'a[', 'a[x]', 'a]b', '[1', 'a["b"'])
    assert.equal(readPath(wrong), undefined, wrong)
})

test('a typed value is JSON5 where it is some, else a text; nothing in it can end the value', () => {
  assert.equal(valueText('5', false), '5')
  assert.equal(valueText("{a: 'b', /* c */}", false), "{a: 'b', /* c */}")
  assert.equal(valueText('5 // five', false), '5')
  assert.equal(valueText('lan', false), '"lan"')
  assert.equal(valueText('1, b: 2', false), '"1, b: 2"')
  assert.equal(valueText('12345', true), '"12345"')
  assert.equal(valueText('"12345"', true), '"12345"')
  assert.equal(valueText('{source: "env", id: "X"}', true), '{source: "env", id: "X"}')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (typed, secret) => {
      const value: unknown = JSON5.parse(`[${valueText(typed, secret)},\n1]`)
      assert.equal((value as unknown[]).length, 2)
    }),
  )
})

/** All paths of a value, those of containers too. */
function pathsIn(value: unknown, front: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [front]
  const inside = Array.isArray(value)
    ? value.map((one, i) => [i, one] as const)
    : Object.entries(value)
  return [front, ...inside.flatMap(([key, one]) => pathsIn(one, [...front, key]))]
}

function changed(value: unknown, path: Path, to: { value: unknown } | null): unknown {
  const [key, ...deeper] = path
  if (key === undefined) return to?.value
  const copy = structuredClone(value) as Record<string | number, unknown>
  const gone = deeper.length === 0 && to === null
  if (gone && Array.isArray(copy)) copy.splice(Number(key), 1)
  else if (gone) delete copy[key]
  else copy[key] = changed(copy[key], deeper, to)
  return copy
}

const chosen = fc.tuple(json5Text(), fc.nat())
const pick = ({ value }: Written, n: number): Path | undefined => {
  const paths = pathsIn(value).filter((path) => path.length > 0)
  return paths[n % Math.max(1, paths.length)]
}

test('whatever the file looks like, only what was meant changes, and every other byte stays', () => {
  fc.assert(
    fc.property(chosen, fc.jsonValue(), ([file, n], value) => {
      const path = pick(file, n)
      if (path === undefined) return
      const edits = setEdits(file.text, parsed(file.text), { path, value: JSON.stringify(value) })
      assert.ok(typeof edits !== 'string')
      const after = withEdits(file.text, edits)
      assert.deepEqual(
        JSON5.parse(after),
        changed(file.value, path, { value: JSON.parse(JSON.stringify(value)) }),
      )
      const [edit] = edits
      assert.equal(edits.length, 1)
      assert.equal(after.slice(0, edit?.start), file.text.slice(0, edit?.start))
      assert.ok(after.endsWith(file.text.slice(edit?.end)))
      assert.ok(nodeAt(parsed(after).root, path))
    }),
    { numRuns: runs(300) },
  )
})

test('a new key or item comes in, whatever stands around it', () => {
  fc.assert(
    fc.property(chosen, ([file, n]) => {
      const containers = pathsIn(file.value).filter((path) => {
        const node = nodeAt(parsed(file.text).root, path)
        return node?.type === 'Object' || node?.type === 'Array'
      })
      const path = containers[n % containers.length] ?? []
      const node = nodeAt(parsed(file.text).root, path)
      const key = node?.type === 'Array' ? node.elements.length : 'a new key'
      const goal = [...path, key]
      const edits = setEdits(file.text, parsed(file.text), { path: goal, value: '"new"' })
      assert.ok(typeof edits !== 'string')
      assert.deepEqual(
        JSON5.parse(withEdits(file.text, edits)),
        changed(file.value, goal, { value: 'new' }),
      )
    }),
    { numRuns: runs(300) },
  )
})

test('taking away takes nothing else', () => {
  fc.assert(
    fc.property(chosen, ([file, n]) => {
      const path = pick(file, n)
      if (path === undefined) return
      const edits = unsetEdits(file.text, parsed(file.text), path)
      assert.ok(typeof edits !== 'string')
      const after = withEdits(file.text, edits)
      assert.deepEqual(JSON5.parse(after), changed(file.value, path, null), after)
      for (const comment of file.comments)
        assert.ok(!outside(file, path, comment) || after.includes(comment))
    }),
    { numRuns: runs(300) },
  )
})

/** A comment that does not stand between what is taken away. */
function outside({ text }: Written, path: Path, comment: string): boolean {
  const parent = nodeAt(parsed(text).root, path.slice(0, -1))
  const child = parent && childOf(parent, path.at(-1) ?? '')
  const part = child?.type === 'Element' ? child.value : child
  const [start = 0, end = 0] = part?.range ?? []
  const where = text.indexOf(comment)
  return where >= 0 && (where < start || where >= end)
}
