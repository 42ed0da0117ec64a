import { once } from 'node:events'
import { openStore, type Place } from './engines.ts'

/** Another process that adds to the same stream: each entry is one more than the newest. */
const argument = JSON.parse(process.argv[2] ?? '') as { place: Place; calls: number }
const store = await openStore(argument.place)
process.send?.('ready')
await once(process, 'message')
await Promise.all(
  Array.from({ length: argument.calls }, () =>
    store.extend('chain', (last) => [Number(last ?? 0) + 1]),
  ),
)
await store.close()
process.disconnect?.()
