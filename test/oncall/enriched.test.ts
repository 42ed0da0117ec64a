import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderMessage } from '../../src/chat/discord/render.ts'
import { renderReply } from '../../src/chat/telegram/render.ts'
import type { JobRecord } from '../../src/core/job-record.ts'
import type { OutboxRecord } from '../../src/core/outbox.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { together } from '../fly/together.ts'
import { alertOf, ANA, createScene } from '../helpers/incidents.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog } from '../helpers/test-log.ts'

const MB = 1024 * 1024
const PNG = Buffer.from('the picture')

test('the first card has what is known, the next words of the same message all that was looked up', async (t) => {
  const { fake, fly } = await together(t)
  const { machine } = await fake.deployOpenclaw()
  const { clock } = fake
  const job = {
    id: 'J-7K3M9Q',
    app: 'my-openclaw',
    lane: 'app-my-openclaw',
    state: 'done',
    askedAt: clock.now() - 60_000,
    endedAt: clock.now() - 50_000,
    steps: { a: {} },
    invocation: { command: 'openclaw restart', actor: { name: 'Ben' } },
  } as unknown as JobRecord
  const store = createMemoryStore(clock)
  const look = {
    fly,
    store,
    clock: { now: clock.now, sleep: () => new Promise<void>(() => {}) },
    log: createTestLog([]),
    sealer: createSealer(Buffer.alloc(32, 7)),
    jobs: { recent: async () => [job] },
    draw: async () => PNG,
  }
  const { parts, pass, messages } = createScene({ look, store: () => store, recent: [job] })
  const alert = alertOf({ machine: machine.id, since: clock.now(), at: clock.now() })

  // One like it, which was over when somebody had written down what helped.
  await parts.intake.take([alert])
  await pass(0)
  const [before] = await parts.oncall.list()
  const by = { key: ANA.key, name: ANA.name }
  const event = { do: 'note', by, text: 'twice the memory helped', id: 'n' } as const
  await parts.oncall.act(before?.id ?? '', event)
  await parts.oncall.act(before?.id ?? '', { do: 'resolve', by })
  await pass(3_600_000)

  fake.log('my-openclaw', machine.id, { message: 'Killed process 321 (node)' })
  fake.setCheck(machine.id, { name: 'gateway', status: 'critical', output: 'connection refused' })
  fake.addRelease('my-openclaw', { image: 'a:1', user: 'ana@example.com' })
  const labels = { app: 'my-openclaw', region: 'iad', instance: machine.id, host: 'h1' }
  const at = [clock.now() - 120_000, clock.now() - 60_000]
  const series = (name: string, mb: number) =>
    fake.addSeries({ name, labels, points: at.map((one) => [one, mb * MB] as const) })
  series('fly_instance_memory_mem_total', 2048)
  series('fly_instance_memory_mem_available', 17)
  await clock.advance(2000)

  await parts.intake.take([{ ...alert, key: 'again', at: clock.now() }])
  await parts.settled()
  const card = async (platform: string): Promise<OutboxRecord> => {
    const [id] = (await parts.oncall.list()).map((one) => one.id)
    const all = (await messages()).filter((one) => one.kind === 'card')
    return all.find(({ key }) => key.startsWith(`${id}.${platform}`)) ?? assert.fail()
  }
  const first = renderReply((await card('telegram')).reply).html
  assert.match(first, /Did we do it\? Shortly before: J-7K3M9Q/)
  assert.match(first, /Exit code.*137/)
  assert.doesNotMatch(first, /Killed process/)
  await pass(0)
  const after = await card('telegram')
  const { html, documents } = renderReply(after.reply)
  for (const words of [
    /Last log lines:[^]*Killed process 321/,
    /Check gateway<\/b>: connection refused/,
    /Memory █+ at most 2031 of 2048 MB/,
    /Last changes:[^]*release v\d+ \(ana@example\.com[^]*J-7K3M9Q \/openclaw restart \(Ben, done\)/,
    new RegExp(`Seen before: ${before?.id}, .*Ana: twice the memory helped`),
    /\(iad\)/,
  ])
    assert.match(html, words)
  assert.deepEqual(documents, [])
  const { body, files } = renderMessage((await card('discord')).reply)
  assert.deepEqual(
    files.map(({ data }) => data.toString()),
    [PNG.toString()],
  )
  assert.match(JSON.stringify(body), /attachment:\/\/I-.*-memory\.png/)
})
