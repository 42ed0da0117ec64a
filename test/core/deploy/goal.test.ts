import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goalOf, imageOf, isGoal } from '../../../src/core/deploy/goal.ts'
import { readImage } from '../../../src/core/deploy/image-ref.ts'
import { renderDeploy } from '../../../src/core/deploy/render.ts'
import type { DeployResult, Row } from '../../../src/core/deploy/result.ts'
import type { ImageFound, Images } from '../../../src/core/images.ts'
import { localise } from '../../../src/core/localise.ts'
import { wordsOf } from '../../helpers/mutation.ts'

const [A, B, C] = ['aa', 'bb', 'cc'].map((pair) => `sha256:${pair.repeat(32)}`)
const { signal } = new AbortController()
const base = readImage('ghcr.io/openclaw/openclaw:2026.8.2', imageOf({ config: null, image: null }))
const knowing = (found: Partial<ImageFound>): Images => ({
  find: async () => ({ exists: true, digest: null, same: [], version: null, why: null, ...found }),
})
const ask = (typed: string, found: Partial<ImageFound>) =>
  goalOf({ images: knowing(found), signal }, readImage(typed, base), { version: null })

test('the digest that was found is pinned; one that was typed stays', async () => {
  const goal = await ask('latest', { digest: A ?? null, version: '2026.9.6' })
  assert.equal(goal.image, `ghcr.io/openclaw/openclaw:latest@${A}`)
  assert.equal(goal.version, '2026.9.6')
  const typed = await ask(`2026.9.6@${B}`, { digest: A ?? null })
  assert.equal(typed.digest, B)
})

test('the tag’s own release goes before what the image says of itself', async () => {
  assert.equal((await ask('2026.9.6', { version: '2026.9.5' })).version, '2026.9.6')
})

test('nobody to ask: the tag as it is, and why', async () => {
  const goal = await goalOf({ images: undefined, signal }, readImage('latest', base), {
    version: null,
  })
  assert.equal(goal.image, 'ghcr.io/openclaw/openclaw:latest')
  assert.notEqual(goal.why, null)
})

test('Fly may name the image by the list or by its part', () => {
  const goal = { digest: A ?? null, same: [B ?? ''] }
  assert.deepEqual(
    [A, B, C, null].map((seen) => isGoal(goal, seen ?? null)),
    [true, true, false, null],
  )
  assert.equal(isGoal({ digest: null, same: [] }, A ?? null), null)
})

test('a digest that is not the asked one is told of', () => {
  const image = {
    image: 'ghcr.io/openclaw/openclaw:2026.9.6',
    digest: A ?? null,
    version: '2026.9.6',
  }
  const row: Row = {
    id: 'm1',
    started: true,
    ready: true,
    reason: null,
    version: '2026.9.6',
    asExpected: true,
    digest: C ?? null,
    sameDigest: false,
    log: [],
  }
  const result: DeployResult = {
    kind: 'image',
    app: 'my-openclaw',
    number: 1,
    from: image,
    to: image,
    machines: [row],
    left: [],
    snapshots: [],
    looks: 0,
  }
  const said = localise(renderDeploy(result), 'en')
  assert.equal(said.tone, 'warn')
  assert.match(
    wordsOf(said).join('\n'),
    /Fly names another digest than the registry: sha256:cccccccccccc/,
  )
})
