import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createImages } from '../../../src/images/index.ts'
import { noProc } from '../../fakes/fly/test-scenes.ts'
import { startFakeRegistry } from '../../fakes/registry/fake-registry.ts'
import { type Scene, scene, wordsOf } from '../../helpers/mutation.ts'
import { digest, imageIn, OFFICIAL, said } from './deploy-world.ts'

const press = { press: true } as const

/** Pulls a lever of the stand-in gateway in its state directory. */
async function pull({ fly, deployed }: Scene, lever: string): Promise<string> {
  const path = join(fly.pathOf(deployed.machine.id, '/data') ?? '', '.fake', lever)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, '')
  return path
}

/** Stand-in gateways of recorded releases as real processes, and a registry that is really asked. */
test(
  'real gateways of two releases: up, a broken one taken back, a migrated state told',
  { skip: noProc },
  async (t) => {
    const tags = { '2026.6.11': null, '2026.8.2': null, '2026.9.6': null, latest: '2026.9.6' }
    const registry = await startFakeRegistry({ tags, digest })
    const images = createImages({ registries: registry.registries })
    t.after(async () => {
      await images.close()
      await registry.close()
    })
    const deploy = { version: '2026.6.11' }
    const world = await scene(t, { runtime: 'process', deploy, images, hurry: 45 })
    const { fly, deployed, run } = world
    await fly.untilLog(deployed.app, /\[gateway\] ready/)

    const up = await run('deploy image image=2026.8.2', press)
    assert.equal(up.job.state, 'done', said(up.end))
    assert.match(said(up.asked), /gets 403/)
    assert.equal(imageIn(world), `${OFFICIAL}:2026.8.2@${digest('2026.8.2')}`)
    const { machines } = up.job.result as { machines: ReadonlyArray<{ version: string }> }
    assert.equal(machines[0]?.version, '2026.8.2')
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    const page = await fetch(`http://${fly.addressOf(deployed.machine.id) ?? ''}/`, { headers })
    assert.equal(page.status, 403)

    const broken = await pull(world, 'fails-2026.9.6')
    const failed = await run('deploy image image=latest', press)
    assert.equal(failed.job.failure?.code, 'not_ready', said(failed.end))
    assert.match(
      said(failed.end),
      /code 78.*Its log says: The state needs a migration.*gateway is ready/s,
    )
    assert.equal(imageIn(world), `${OFFICIAL}:2026.8.2@${digest('2026.8.2')}`)
    await rm(broken)

    await pull(world, 'migrates-2026.9.6')
    await pull(world, 'fails-2026.9.6')
    const stuck = await run('deploy image image=latest', press)
    assert.equal(stuck.job.failure?.code, 'unproven', said(stuck.end))
    assert.match(
      wordsOf(stuck.end).join('\n'),
      /The way back failed.*The state from before lies in vs_/s,
    )
  },
)
