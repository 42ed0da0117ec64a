import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { parse } from 'smol-toml'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Exported } from '../../../src/core/deploy-export/exported.ts'
import { differences } from '../../../src/core/mutation/config.ts'
import { rememberNetwork } from '../../../src/core/network-memory.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { configFromToml } from '../../helpers/from-toml.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'

const golden = (t: TestContext, text: string): void =>
  t.assert.snapshot(
    text.replaceAll(/J-[0-9A-Z]{6}/g, 'J-000000').replaceAll(/\d+ (?:ms|s|秒)(?=\b|$|\))/g, '<ms>'),
    { serializers: [(value) => String(value)] },
  )
const said = (reply: SaidReply): string => renderConsole(reply)
const words = (reply: SaidReply): string => wordsOf(reply).join('\n')

for (const locale of ['en', 'zh-TW'] as const)
  test(`the file as it is, and that of the other kind, in ${locale}`, async (t) => {
    const { run } = await scene(t)
    for (const line of ['deploy export', 'deploy export kind=private']) {
      const { end, job } = await run(line, { locale })
      assert.equal(job.state, 'done', words(end))
      golden(t, said(end))
      if (locale === 'en') golden(t, (job.result as Exported).file.content)
    }
  })

test('no secret is in the file, but its name is', async (t) => {
  const { run, deployed } = await scene(t)
  const { end, job } = await run('deploy export')
  const { content } = (job.result as Exported).file
  assert.match(content, /^# {3}fly secrets set OPENCLAW_GATEWAY_TOKEN=…$/m)
  assert.ok(!JSON.stringify([end, job.result]).includes(deployed.gatewayToken))
})

test('a public file of a private machine has the services it had, or the guide’s', async (t) => {
  const made = await scene(t, { deploy: { private: true } })
  const { end, job } = await made.run('deploy export kind=public')
  assert.match(words(end), /the guide’s, for its port and version/)
  const template = job.result as Exported
  assert.equal(template.file.name, 'fly.toml')
  assert.ok(Object.hasOwn(parse(template.file.content), 'http_service'))

  const { id } = made.deployed.machine
  const { store, sealer } = made.ground.deps
  const services = [{ internal_port: 3000, protocol: 'tcp', ports: [{ port: 8443 }] }]
  await rememberNetwork(
    { app: made.deployed.app, store, sealer, clock: made.clock },
    [],
    [{ id, group: 'app', services }],
  )
  const again = (await made.run('deploy export kind=public')).job.result as Exported
  assert.equal(again.services, 'remembered')
  assert.match(again.file.content, /port = 8443/)
})

test('what the file can’t say is told, and so are machines that are not in it', async (t) => {
  const files = [{ guest_path: '/x', raw_value: 'eA==' }]
  const { run, fly, deployed } = await scene(t, { deploy: { config: { files } } })
  const metadata = { fly_process_group: 'worker' }
  await fly.addMachine({ app: deployed.app, config: { image: 'x', metadata } })
  await fly.addMachine({ app: deployed.app, config: { image: 'x' }, id: 'abc123def45678' })
  const { end } = await run('deploy export')
  assert.match(words(end), /no words for: files\./)
  assert.match(words(end), /other process groups.*: worker\./)
  assert.match(words(end), /to abc123def45678, too/)
})

test('a volume that the config names by id alone is in the file by its name', async (t) => {
  const { run, deployed } = await scene(t)
  const [mount] = deployed.machine.config['mounts'] as ReadonlyArray<Record<string, unknown>>
  deployed.machine.config = {
    ...deployed.machine.config,
    mounts: [{ volume: mount?.['volume'], path: '/data' }],
  }
  const { content } = ((await run('deploy export')).job.result as Exported).file
  assert.deepEqual(configFromToml(content)['mounts'], [{ name: 'openclaw_data', path: '/data' }])
})

test('secrets and volumes that can’t be read are no reason for no file', async (t) => {
  const { run, fault, deployed } = await scene(t)
  for (const part of ['secrets', 'volumes'])
    fault({
      kind: 'answer',
      status: 403,
      body: { error: 'unauthorized' },
      path: new RegExp(`/${part}$`),
    })
  const { end, job } = await run('deploy export')
  assert.equal(job.state, 'done')
  assert.match(words(end), /Which secrets the app has could not be read/)
  const back = configFromToml((job.result as Exported).file.content)
  const { image } = deployed.machine.config
  assert.deepEqual(differences({ image }, { image: back['image'] }), [])
})

test('an app without a machine is told how to get one', async (t) => {
  const { run, fly } = await scene(t)
  fly.addApp({ name: 'second-app' })
  const { end, job } = await run('deploy export app=second-app')
  assert.equal(job.state, 'failed')
  assert.match(words(end), /has no machine.*deploy launch/s)
})
