import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type ImageName,
  nameOf,
  readImage,
  shownImage,
  versionOfTag,
} from '../../../src/core/deploy/image-ref.ts'
import { OpsError } from '../../../src/core/errors.ts'
import { runs } from '../../helpers/runs.ts'

const SHA = `sha256:${'0a'.repeat(32)}`
const BASE: ImageName = {
  registry: 'ghcr.io',
  repository: 'openclaw/openclaw',
  tag: '2026.8.2',
  digest: null,
}

test('what is typed becomes a whole name', () => {
  const rows: ReadonlyArray<readonly [typed: string, name: string]> = [
    ['2026.9.6', 'ghcr.io/openclaw/openclaw:2026.9.6'],
    [' latest ', 'ghcr.io/openclaw/openclaw:latest'],
    ['2026.9.6-slim', 'ghcr.io/openclaw/openclaw:2026.9.6-slim'],
    [SHA, `ghcr.io/openclaw/openclaw@${SHA}`],
    [`2026.9.6@${SHA}`, `ghcr.io/openclaw/openclaw:2026.9.6@${SHA}`],
    ['ghcr.io/me/mine:1', 'ghcr.io/me/mine:1'],
    ['ghcr.io/me/mine', 'ghcr.io/me/mine:latest'],
    [`ghcr.io/me/mine@${SHA}`, `ghcr.io/me/mine@${SHA}`],
    ['openclaw/openclaw:2026.9.6', 'docker.io/openclaw/openclaw:2026.9.6'],
    ['nginx:1', 'docker.io/nginx:1'],
    ['localhost:5000/a/b:c', 'localhost:5000/a/b:c'],
    ['localhost/a:b', 'localhost/a:b'],
    ['registry.fly.io/my-openclaw:deployment-01J', 'registry.fly.io/my-openclaw:deployment-01J'],
    [
      `registry.fly.io/my-openclaw:deployment-01J@${SHA}`,
      `registry.fly.io/my-openclaw:deployment-01J@${SHA}`,
    ],
  ]
  for (const [typed, name] of rows) assert.equal(nameOf(readImage(typed, BASE)), name, typed)
})

test('what is no name is refused with the forms there are', () => {
  const rows = [
    '',
    ' ',
    '-x',
    '.x',
    'a b',
    '2026.9.6;rm',
    'sha256:abc',
    `sha256:${'G'.repeat(64)}`,
    `x@${SHA}@${SHA}`,
    'x@md5:1',
    'Ghcr.io/Me/mine:1',
    'ghcr.io//a:1',
    'ghcr.io/a/:1',
    'ghcr.io/a:',
    'ghcr.io/../a:1',
    'user@host/a:1',
    'http://ghcr.io/a:1',
    'ghcr.io/a?x=1:1',
    'ghcr.io/a#:1',
    'ghcr.io:123456/a:1',
    `${'t'.repeat(129)}`,
    '標籤',
  ]
  for (const typed of rows)
    assert.throws(
      () => readImage(typed, BASE),
      (error) =>
        error instanceof OpsError && error.code === 'bad_input' && error.hint !== undefined,
      typed,
    )
})

const part = fc.stringMatching(/^[a-z\d]{1,6}(?:[._-][a-z\d]{1,4})?$/)
const name: fc.Arbitrary<ImageName> = fc
  .record(
    {
      registry: fc.constantFrom(
        'ghcr.io',
        'docker.io',
        'registry.fly.io',
        'localhost:5000',
        'quay.io',
      ),
      repository: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/)),
      digest: fc.option(fc.constant(SHA)),
    },
    { noNullPrototype: true },
  )
  .filter(({ tag, digest }) => tag !== null || digest !== null)

test('a whole name is read as it is written', () => {
  fc.assert(fc.property(name, (one) => assert.deepEqual(readImage(nameOf(one), BASE), one)))
})

test('whatever is typed is read or refused, and what is read makes a safe path of a request', () => {
  const typed = fc.oneof(
    fc.string(),
    name.map(nameOf),
    fc.stringMatching(/^[a-z./:@#?%\\-]{1,30}$/),
  )
  fc.assert(
    fc.property(typed, (word) => {
      let read: ImageName
      try {
        read = readImage(word, BASE)
      } catch (error) {
        assert.ok(error instanceof OpsError && error.code === 'bad_input')
        return
      }
      const { registry, repository, tag, digest } = read
      const url = new URL(`https://${registry}/v2/${repository}/manifests/${digest ?? tag ?? ''}`)
      assert.equal(url.pathname, `/v2/${repository}/manifests/${digest ?? tag ?? ''}`)
      assert.equal(url.username + url.search + url.hash, '')
      assert.equal(url.host, new URL(`https://${registry}`).host)
    }),
    { numRuns: runs(300) },
  )
})

test('the release that a tag names', () => {
  const rows: ReadonlyArray<readonly [tag: string | null, version: string | null]> = [
    ['2026.9.6', '2026.9.6'],
    ['v2026.9.6', '2026.9.6'],
    ['2026.9.6-slim', '2026.9.6'],
    ['2026.9.6-browser', '2026.9.6'],
    ['2026.8.1-r20260820', '2026.8.1'],
    ['2026.8.1-r20260820-slim', '2026.8.1'],
    ['2026.10.1-beta.2', '2026.10.1-beta.2'],
    ['2026.10.1-beta.2-slim', '2026.10.1-beta.2'],
    ['latest', null],
    ['extended-stable', null],
    ['main', null],
    ['deployment-01J', null],
    ['1.25', null],
    [null, null],
  ]
  for (const [tag, version] of rows) assert.equal(versionOfTag(tag), version, String(tag))
})

test('for people a digest is shown only where nothing else names the image', () => {
  assert.equal(shownImage(`ghcr.io/a/b:1@${SHA}`), 'ghcr.io/a/b:1')
  assert.equal(shownImage(`localhost:5000/a@${SHA}`), 'localhost:5000/a@sha256:0a0a0a0a0a0a')
  assert.equal(shownImage('ghcr.io/a/b'), 'ghcr.io/a/b')
})
