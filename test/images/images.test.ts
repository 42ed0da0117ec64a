import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createImages } from '../../src/images/index.ts'
import { readManifest } from '../../src/images/manifest.ts'
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  startFakeRegistry,
} from '../fakes/registry/fake-registry.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`

async function asked(t: TestContext, options: Partial<FakeRegistryOptions> = {}) {
  const registry = await startFakeRegistry({
    tags: { '2026.9.6': '2026.9.6', latest: '2026.9.6', plain: null },
    ...options,
  })
  const stop = new AbortController()
  const images = createImages({ registries: registry.registries, deadline: () => stop.signal })
  t.after(async () => {
    await images.close()
    await registry.close()
  })
  const find = (tag: string | null, more: object = {}, signal = new AbortController().signal) => {
    const name = { registry: 'ghcr.io', repository: 'openclaw/openclaw', tag, digest: null }
    return images.find({ ...name, ...more }, signal)
  }
  return { registry, find, stop }
}

test('a tag that moves: its digest, that of its part, and the release its labels name', async (t) => {
  const { registry, find } = await asked(t, { digest: () => DIGEST })
  const part = registry.partOf('latest')
  const found = await find('latest')
  assert.deepEqual(found, {
    exists: true,
    digest: DIGEST,
    same: [part],
    version: '2026.9.6',
    why: null,
  })
  assert.equal(registry.asked.length, 5, registry.asked.join('\n'))
})

test('the release in the list’s own notes saves three calls', async (t) => {
  const { registry, find } = await asked(t, { annotated: true })
  assert.equal((await find('latest')).version, '2026.9.6')
  assert.equal(registry.asked.length, 2)
})

test('an image for one architecture, one without labels, and one by its digest', async (t) => {
  const { find } = await asked(t, {
    single: true,
    digest: (tag) => (tag === 'latest' ? DIGEST : `sha256:${'cd'.repeat(32)}`),
  })
  const single = await find('latest')
  assert.deepEqual([single.same, single.version], [[], '2026.9.6'])
  assert.equal((await find('plain')).version, null)
  assert.equal((await find(null, { digest: DIGEST })).exists, true)
})

test('what the registry does not have, does not show, or answers with nonsense', async (t) => {
  const { registry, find } = await asked(t)
  assert.equal((await find('2026.13.1')).exists, false)
  const row = async (spoil: FakeRegistry['spoil']) => {
    registry.spoil = spoil
    const { exists, digest, version, why } = await find('latest')
    assert.deepEqual([exists, digest, version], [null, null, null])
    return JSON.stringify(why)
  }
  assert.match(
    await row((path) => (path === '/token' ? { status: 403, body: '{}' } : undefined)),
    /sign in/,
  )
  assert.match(await row(() => ({ status: 503, body: '' })), /answered 503/)
  for (const body of ['<html>', '{}', '[]', 'null', '{"manifests":[{"digest":"md5:1"}]}'])
    assert.match(
      await row((path) => (path.includes('manifests') ? { status: 200, body } : undefined)),
      /did not answer as it should/,
    )
})

test('labels that can’t be had leave only the release unknown', async (t) => {
  const { registry, find } = await asked(t)
  registry.spoil = (path) => (path.includes('blobs') ? { status: 500, body: '' } : undefined)
  const { exists, version } = await find('latest')
  assert.deepEqual([exists, version], [true, null])
})

test('a registry that does not answer in time is given up; a cancel is no answer', async (t) => {
  const { registry, find, stop } = await asked(t)
  registry.spoil = () => 'hang'
  const cancel = new AbortController()
  const cancelled = find('latest', {}, cancel.signal)
  cancel.abort(new Error('enough'))
  await assert.rejects(cancelled, /enough/)
  const late = find('latest')
  stop.abort()
  assert.equal((await late).exists, null)
})

test('hosts that are no public registry are not asked, whatever their name', async () => {
  const images = createImages()
  const { signal } = new AbortController()
  for (const registry of ['127.0.0.1:4280', '_api.internal:4280', 'registry.fly.io', 'toString'])
    assert.match(
      JSON.stringify(
        (await images.find({ registry, repository: 'x', tag: 'y', digest: null }, signal)).why,
      ),
      /only public registries/,
    )
  await images.close()
})

test('a manifest is read strictly: what names no release has none', () => {
  const config = { digest: DIGEST }
  const version = (word: unknown) =>
    readManifest({ config, annotations: { 'org.opencontainers.image.version': word } })?.version
  assert.equal(version('v2026.9.6'), '2026.9.6')
  assert.equal(version('2026.9.6-beta.1'), '2026.9.6-beta.1')
  for (const word of ['latest', '9.6', '2026.9.6; rm', 7, null]) assert.equal(version(word), null)
})
