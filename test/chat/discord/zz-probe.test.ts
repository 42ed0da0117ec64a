import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connected } from '/work/main/test/chat/discord/harness.ts'
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e))
test('x', async (t) => {
  const { fake, lines, discord } = await connected(t)
  fake.fail({ on: 'GET /gateway/bot', status: 500, times: 1000 })
  fake.gateway.drop(1000)
  await wait(9000)
  console.log(fake.requests.slice(-3).map((r) => [r.path, r.status]), lines, discord.health(), fake.gateway.identifies())
})
test('hang', async (t) => {
  const { createServer } = await import('node:http')
  const { deps } = await connected(t)
  const { createDiscord } = await import('/work/main/src/chat/discord/discord.ts')
  const s = createServer((q, r) => { r.setHeader('content-type','application/json'); r.end(JSON.stringify({ url: 'ws://127.0.0.1:9', shards: 1, session_start_limit: { total: 1, remaining: 1000, reset_after: 1000, max_concurrency: 1 } })) })
  await new Promise<void>((r) => s.listen(0, '127.0.0.1', r))
  const d = createDiscord({ ...deps, apiUrl: `http://127.0.0.1:${(s.address() as any).port}/api` })
  const t0 = Date.now()
  await d.start()
  console.log('started', Date.now() - t0, d.health())
  await d.stop(3000)
  console.log('stopped', Date.now() - t0)
  s.closeAllConnections(); s.close()
})
