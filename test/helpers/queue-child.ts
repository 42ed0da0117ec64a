import { setTimeout as sleep } from 'node:timers/promises'
import { openQueue, type Place, type QueueSettings } from './engines.ts'
import { note } from './evidence.ts'

/** A worker process: works until it is killed or told to stop, and writes down what it does. Jobs called `J-hold…` never end by themselves. */
export interface QueueChild {
  readonly place: Place
  readonly apps: readonly string[]
  readonly evidence: string
  readonly settings: QueueSettings
  /** How long an ordinary job takes, in ms. */
  readonly jobMs: number
}
const { place, apps, evidence, settings, jobMs } = JSON.parse(process.argv[2] ?? '') as QueueChild
const queue = await openQueue(place, settings)
const { pid } = process
await queue.work({
  apps,
  reads: 4,
  async handler({ id, lane, signal }) {
    note(evidence, { what: 'start', lane, id, pid })
    process.send?.({ start: id })
    try {
      await sleep(id.startsWith('J-hold') ? 600_000 : jobMs, undefined, { signal })
    } catch (error) {
      note(evidence, { what: 'end', lane, id: `${id} (aborted)`, pid })
      throw error
    }
    note(evidence, { what: 'end', lane, id, pid })
  },
})
process.send?.('ready')
process.once('message', () => {
  void queue
    .drain(0)
    .then(queue.close)
    .then(() => process.disconnect?.())
})
