import { test } from 'node:test'
import { faultEverywhere, wordsOf, killEverywhere } from './helpers/mutation.ts'
test('try', async () => {
  const seen = new Map<string, string[]>()
  await faultEverywhere({ line: 'memory size=4gb', press: true, check: (ran, s, at) => {
    const half = /half-changed/.test(wordsOf(ran.end).join())
    const ups = s.deployed.machine.events.filter((e) => e.type === 'update' && e.source === 'user').length
    const key = `${ran.job.state} ${ran.job.phase} ${ran.job.failure?.code ?? ''} half=${half} ready=${(ran.job.result as any)?.ready} updates=${ups} mem=${(s.deployed.machine.config as any).guest.memory_mb}`
    seen.set(key, [...(seen.get(key) ?? []), at])
  } })
  for (const [k, v] of seen) console.log(k, v.length, /half=true|updates=2/.test(k) ? v : v.slice(0, 2))
})
