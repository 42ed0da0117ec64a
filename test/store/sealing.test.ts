import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadOrCreateKey, parseKey } from '../../src/store/key.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { tempDir } from '../helpers/engines.ts'
import { runs } from '../helpers/runs.ts'

const sealer = createSealer(Buffer.alloc(32, 1))
const other = createSealer(Buffer.alloc(32, 2))
const text = fc.string({ unit: 'grapheme', maxLength: 200 })

test('what is sealed opens again, and looks different each time', () => {
  fc.assert(
    fc.property(text, (plain) => {
      const sealed = sealer.seal(plain)
      assert.equal(sealer.open(sealed), plain)
      assert.notEqual(sealer.seal(plain), sealed)
      assert.ok(plain.length < 8 || !sealed.includes(plain))
    }),
  )
})

test('under another key nothing opens and digests differ', () => {
  fc.assert(
    fc.property(text, (plain) => {
      assert.equal(other.open(sealer.seal(plain)), undefined)
      assert.notEqual(other.digest(plain), sealer.digest(plain))
      assert.match(sealer.digest(plain), /^[\w-]{22}$/)
      assert.equal(sealer.digest(plain), sealer.digest(plain))
    }),
  )
})

test('no other text opens: one character changed, cut off or added', () => {
  const alphabet = fc.constantFrom(...'A B C a b c 0 1 9 - _ = .'.split(' '))
  fc.assert(
    fc.property(text, fc.nat(), alphabet, fc.constantFrom(0, 1), (plain, at, char, cut) => {
      const sealed = sealer.seal(plain)
      const place = at % (sealed.length + 1)
      const touched = sealed.slice(0, place) + char + sealed.slice(place + cut)
      fc.pre(touched !== sealed)
      assert.equal(sealer.open(touched), undefined)
      assert.equal(sealer.open(sealed.slice(0, place)), place === sealed.length ? plain : undefined)
    }),
    { numRuns: runs(500) },
  )
  fc.assert(fc.property(fc.string(), (junk) => assert.equal(sealer.open(junk), undefined)))
})

test('a key is 32 bytes as hex or base64, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const key = Buffer.from(bytes)
      for (const form of ['hex', 'base64', 'base64url'] as const)
        assert.deepEqual(parseKey(` ${key.toString(form)}\n`), key)
    }),
  )
  const wrong = [31, 33, 64].flatMap((n) => {
    const bytes = randomBytes(n)
    return [bytes.toString('hex'), bytes.toString('base64')]
  })
  for (const value of ['', 'x', 'password', ...wrong])
    assert.throws(() => parseKey(value), { code: 'bad_input' })
  assert.throws(() => createSealer(Buffer.alloc(31)), RangeError)
})

test('processes that start together get one key, which only the owner reads', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  const directory = join(path, 'made', 'on the way')
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateKey(directory)))
  assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1)
  assert.deepEqual(await readdir(directory), ['secret.key'])
  assert.equal((await stat(join(directory, 'secret.key'))).mode & 0o777, 0o600)
  assert.deepEqual(await loadOrCreateKey(directory), keys[0])
})

test('a damaged key file is never replaced by a new key', async (t) => {
  const { path, remove } = await tempDir()
  t.after(remove)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'secret.key'), 'abc', { mode: 0o644 })
  await assert.rejects(loadOrCreateKey(path), { code: 'conflict' })
})
