import { createAccess } from '../../src/access/index.ts'
import type { AcceptDeps } from '../../src/core/accept-deps.ts'
import type { AuditEntry } from '../../src/core/audit.ts'
import { createButtons } from '../../src/core/buttons.ts'
import type { Command } from '../../src/core/command.ts'
import { createDispatcher } from '../../src/core/dispatcher.ts'
import type { Admission, Front, Outcome, Question } from '../../src/core/front.ts'
import type { Invocation, Place, Press } from '../../src/core/invocation.ts'
import type { Actor } from '../../src/core/invocation.ts'
import type { JobRecord } from '../../src/core/job-record.ts'
import { createJobs } from '../../src/core/jobs.ts'
import type { Limits } from '../../src/core/limits.ts'
import { createMayPress } from '../../src/core/may-press.ts'
import { createOutbox, OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import type { JobTurn } from '../../src/core/ports.ts'
import { createRegistry, type Registry } from '../../src/core/registry.ts'
import type { Action, SaidReply } from '../../src/core/reply.ts'
import { createRunner, type RunnerDeps } from '../../src/core/runner.ts'
import { createSettings } from '../../src/settings.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createMemoryQueue, type MemoryQueue } from './memory-queue.ts'
import { createMemoryStore, type MemoryStore } from './memory-store.ts'
import { addressIn, APPS, HERE, OWNER, request, settleIn } from './people.ts'
import { noFly, noGateway, noTails } from './run-command.ts'
import { type Logged, createTestLog } from './test-log.ts'

export interface World {
  readonly deps: AcceptDeps & { readonly access: ReturnType<typeof createAccess> }
  readonly clock: TestClock
  readonly store: MemoryStore
  readonly queue: MemoryQueue
  readonly front: Front
  readonly audited: readonly AuditEntry[]
  readonly logged: readonly Logged[]
  /** The worker's side; `createRunner` again is another worker on the same state. */
  readonly runner: () => (turn: JobTurn) => Promise<void>
  /** Hands in a request and, when it is admitted, runs it. */
  readonly ask: (
    command: string,
    input?: Invocation['input'],
    more?: Partial<Invocation>,
  ) => Promise<Told>
  /** Presses a button as somebody. */
  readonly press: (action: Action<string> | string, more?: Partial<Press>) => Promise<Told>
  /** Works off the queue with one worker. */
  readonly work: () => Promise<void>
  /** The newest words about a job. */
  readonly words: (job: string) => Promise<SaidReply>
  readonly job: (id: string) => Promise<JobRecord>
}

/** What came of a request: its words, if there are any yet, and what became of it. */
export interface Told {
  readonly kind: Admission['kind'] | Question['kind'] | Outcome['kind']
  readonly reply: SaidReply | undefined
  readonly job: string
  readonly question: Question | undefined
  readonly outcome: Outcome | undefined
  /** What was typed has to be taken out of the chat. */
  readonly burnt?: boolean
}

interface Options {
  readonly registry?: Registry
  /** Test commands, put under /openclaw and /ops. */
  readonly commands?: readonly Command[]
  readonly ops?: readonly Command[]
  readonly settled?: boolean
  /** With the limits on how much people may ask; without, tests may ask as often as they like. */
  readonly limited?: boolean
  /** What the worker's side has besides. */
  readonly work?: (deps: World['deps'], queue: MemoryQueue) => Partial<RunnerDeps>
}

const NO_LIMITS: Limits = {
  ask: () => undefined,
  spent: () => false,
  refused: () => undefined,
  admitted: () => undefined,
  reveal: () => undefined,
}

/** The whole core on state in memory: guild trusted, people with their roles, nothing of Fly behind it. */
export async function createWorld(options: Options = {}): Promise<World> {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const queue = createMemoryQueue()
  const audited: AuditEntry[] = []
  const logged: Logged[] = []
  const log = createTestLog(logged)
  const registry = options.registry ?? registryOf(options)
  const access = createAccess({ store, owners: ['discord:100', 'telegram:100'], clock, log })
  const settings = createSettings({ store, log })
  const jobs = createJobs({ store, queue, clock })
  const sealer = createSealer(Buffer.alloc(32, 7))
  const may = createMayPress({ registry, access, apps: APPS, settings, now: clock.now })
  const deps = {
    registry,
    apps: APPS,
    access,
    jobs,
    buttons: createButtons({ store, sealer, clock, may }),
    outbox: createOutbox({ store, sealer, clock }),
    store,
    sealer,
    settings,
    audit: { record: (entry: AuditEntry) => void audited.push(entry) },
    clock,
    log,
  }
  await access.start()
  await settings.start()
  if (options.settled !== false) await settleIn(access)
  const metrics = { job: () => {} }
  const runner = () =>
    createRunner({
      ...deps,
      metrics,
      fly: noFly(),
      gateway: noGateway(),
      tails: noTails(),
      ...options.work?.(deps, queue),
    })
  const front = options.limited ? createDispatcher(deps) : createDispatcher(deps, NO_LIMITS)
  let requests = 0
  const world: World = {
    deps,
    clock,
    store,
    queue,
    front,
    audited,
    logged,
    runner,
    ask: (command, input, more) =>
      told(
        front.admit(request(command, input, { id: `i-${++requests}`, at: clock.now(), ...more })),
      ),
    press: async (action, more = {}) => told(await front.press(pressOf(action, ++requests, more))),
    work: () => queue.workOff(runner()),
    words: async (job) => {
      const record = (await store.get(OUTBOX, job)) as OutboxRecord | undefined
      if (record === undefined) throw new Error(`nothing was said about ${job}`)
      return record.reply
    },
    job: async (id) => {
      const job = await jobs.get(id)
      if (job === undefined) throw new Error(`there is no job ${id}`)
      return job
    },
  }
  return world
}

export const registryOf = ({ commands = [], ops = [] }: Options): Registry =>
  createRegistry([
    ...commands.map((value) => ({ root: 'openclaw', file: 'test.ts', value })),
    ...ops.map((value) => ({ root: 'ops', file: 'test.ts', value })),
  ])

function pressOf(
  action: Action<string> | string,
  number: number,
  more: Partial<Press> & { readonly actor?: Actor; readonly place?: Place },
): Press {
  const { actor = OWNER, place = HERE } = more
  return {
    id: `p-${number}`,
    token: typeof action === 'string' ? action : (action.token ?? ''),
    actor,
    place,
    address: addressIn(place, actor),
    surface: 'button',
    locale: 'en',
    at: 0,
    ...more,
  }
}

async function told(admission: Admission | Question): Promise<Told> {
  const none = { reply: undefined, job: '', question: undefined, outcome: undefined }
  if (admission.kind === 'question') return { ...none, kind: 'question', question: admission }
  if (admission.kind === 'refused') {
    const { reply, burnt = false } = admission
    return { ...none, kind: 'refused', reply, burnt }
  }
  const outcome = await admission.run()
  return {
    ...none,
    kind: outcome.kind,
    outcome,
    job: outcome.kind === 'queued' ? outcome.job : '',
    reply: 'reply' in outcome ? outcome.reply : undefined,
  }
}

/** The button with this label. */
export function button(said: SaidReply | undefined, label: string): Action<string> {
  const found = said?.actions?.find((action) => action.label === label)
  if (found === undefined) throw new Error(`no button ${label} in ${JSON.stringify(said?.actions)}`)
  return found
}
