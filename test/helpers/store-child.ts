import { once } from 'node:events'
import { openStore, type Place } from './engines.ts'

/** Another process at the same store: waits for the word, works, reports what it got. */
const argument = JSON.parse(process.argv[2] ?? '') as { place: Place; calls: number }
const store = await openStore(argument.place)
process.send?.('ready')
await once(process, 'message')

const calls = Array.from({ length: argument.calls }, (_, i) => i)
const add = (current: unknown) => (typeof current === 'number' ? current : 0) + 1
const [, created, taken] = await Promise.all([
  Promise.all(calls.map(() => store.update('shared', 'counter', add))),
  Promise.all(calls.map((i) => store.create('shared', `once-${i}`, process.pid))),
  Promise.all(calls.map((i) => store.take('tickets', `t-${i}`))),
])
process.send?.({
  created: created.filter(Boolean).length,
  taken: taken.filter((ticket) => ticket !== undefined).length,
})
await store.nudge('child', 'done')
await store.close()
process.disconnect?.()
