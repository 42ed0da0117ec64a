import test from 'node:test'
import { scene, faultEverywhere, killEverywhere, wordsOf } from '/work/main/test/helpers/mutation.ts'
test('status', async (t) => {
  const s = await scene(t)
  const ran = await s.run('status')
  console.log(JSON.stringify(ran.end).slice(0,600), ran.calls.map(c=>c.method+' '+c.path))
})
test('status kill', async (t) => {
  const points = await killEverywhere({ line: 'status', check: (ran) => {} })
  console.log(points)
})
test('status fault', async (t) => {
  const ends = new Map<string, number>()
  await faultEverywhere({ line: 'status', check: (ran, _, at) => { if (at.includes('exec')) console.log(at, ran.end.title, wordsOf(ran.end)[1]?.slice(0,100)) } })
})
