import { createButtons } from '../../../src/core/buttons.ts'
import type { AcceptDeps } from '../../../src/core/accept-deps.ts'
import type { Fly } from '../../../src/core/fly.ts'
import type { Gateway } from '../../../src/core/gateway.ts'
import type { Images } from '../../../src/core/images.ts'
import type { Tails } from '../../../src/core/logs/tail.ts'
import { createTails } from '../../../src/fly/tail/index.ts'
import { createJobs } from '../../../src/core/jobs.ts'
import { createMayPress } from '../../../src/core/may-press.ts'
import { createOutbox, type Outbox } from '../../../src/core/outbox.ts'
import type { Self } from '../../../src/core/own-machine.ts'
import type { JobQueue, JobTurn } from '../../../src/core/ports.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { createRunner } from '../../../src/core/runner.ts'
import { type Life, mortalClock, mortalFly, mortalStore } from './life.ts'

/** What all processes of a scene share. */
export interface Ground {
  readonly deps: AcceptDeps
  readonly queue: JobQueue
  readonly fly: Fly
  readonly gatewayOf: (fly: Fly) => Gateway
  readonly images: Images | undefined
  /** What the workers know of the process they are; nothing unless a test says. */
  self?: Self
  /** What the workers of one process share; taken away, the next worker is another process. */
  tails?: Tails | undefined
  /** Everything that was said, oldest first. */
  readonly said: Array<{ readonly key: string; readonly reply: SaidReply }>
}

/** A worker process that may be killed: the real runner on ports that die with it. */
export function createWorker(ground: Ground, life: Life): (turn: JobTurn) => Promise<void> {
  const { queue, said } = ground
  const { registry, access, apps, sealer } = ground.deps
  const store = mortalStore(ground.deps.store, life)
  const clock = mortalClock(ground.deps.clock, life)
  const fly = mortalFly(ground.fly, life)
  const may = createMayPress({ registry, access, apps, now: clock.now })
  const run = createRunner({
    ...ground.deps,
    store,
    clock,
    jobs: createJobs({ store, queue, clock }),
    buttons: createButtons({ store, sealer, clock, may }),
    outbox: recording(createOutbox({ store, sealer, clock }), said, life),
    metrics: { job: () => {} },
    fly,
    gateway: ground.gatewayOf(fly),
    images: ground.images,
    ...(ground.self && { self: ground.self }),
    tails: (ground.tails ??= tailsOf(ground)),
  })
  return (turn) => Promise.race([run(turn), life.died])
}

const tailsOf = ({ fly, deps: { clock, log } }: Ground): Tails =>
  createTails({ fly, stream: undefined, clock, log })

const recording = (outbox: Outbox, said: Ground['said'], life: Life): Outbox => ({
  put: async (message, along) => {
    await outbox.put(message, along)
    if (!life.isDead()) said.push({ key: message.key, reply: message.reply })
  },
  change: (message) => {
    const made = outbox.change(message)
    const change = (current: unknown) => {
      const next = made.change(current)
      if (next !== undefined && !life.isDead())
        said.push({ key: message.key, reply: message.reply })
      return next
    }
    return { ...made, change }
  },
})
