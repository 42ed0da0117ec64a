import assert from 'node:assert/strict'
import type { ChatCommand, Command, WorkCommand } from '../../src/core/command.ts'
import type { ChatContext, WorkContext } from '../../src/core/context.ts'
import type { Fly } from '../../src/core/fly.ts'
import type { Tails } from '../../src/core/logs/tail.ts'
import type { Gateway } from '../../src/core/gateway.ts'
import { localise } from '../../src/core/localise.ts'
import { checkOptions } from '../../src/core/options.ts'
import type { Reply, SaidReply } from '../../src/core/reply.ts'
import { Secret } from '../../src/core/secret.ts'
import { APPS, HERE, OWNER } from './people.ts'
import { createTestClock } from './clock.ts'
import { createMemoryStore } from './memory-store.ts'
import { createTestLog } from './test-log.ts'

/** A port on which every call that the test did not script fails it. */
function scripted<T extends object>(name: string, methods: Partial<T>): T {
  return new Proxy(methods, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key)
      if (found !== undefined) return found
      return () => assert.fail(`${name}.${String(key)} was not expected`)
    },
  }) as T
}

/** Fly as far as a test scripts it; `with` gives the same client. */
export function scriptedFly(methods: Partial<Omit<Fly, 'with'>>): Fly {
  const fly: Fly = scripted<Fly>('fly', { ...methods, with: () => fly })
  return fly
}
export const noFly = (): Fly => scriptedFly({})
export const scriptedGateway = (methods: Partial<Gateway>): Gateway =>
  scripted<Gateway>('gateway', methods)
export const noTails = (): Tails => scripted<Tails>('tails', {})
export const noGateway = (): Gateway => scriptedGateway({})

export interface Ran {
  /** As scripts get it: after a round trip through JSON. */
  readonly result: unknown
  readonly reply: Reply
  readonly en: SaidReply
  readonly zh: SaidReply
}

/** Parses the input, runs the command and renders its result, as the runner does. */
export async function runWork(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  context: Partial<WorkContext>,
): Promise<Ran> {
  assert.ok(command.where === 'worker', 'a command for a worker')
  const clock = createTestClock()
  const full: WorkContext = {
    job: 'J-000000',
    app: APPS[0],
    apps: APPS,
    actor: OWNER,
    place: HERE,
    fly: noFly(),
    back: noFly(),
    phase: 'run',
    sealer: {
      seal: (plain) => `sealed:${plain}`,
      open: (sealed) => sealed.slice(7),
      digest: (value) => `digest:${value}`,
    },
    gateway: noGateway(),
    tails: noTails(),
    store: createMemoryStore(clock),
    clock,
    log: createTestLog(),
    signal: new AbortController().signal,
    steps: () => assert.fail('no steps expected'),
    given: async (value) => new Secret(value),
    ...context,
  }
  const options = parsed(command, input)
  return rendered(command, options, await command.run(full, options, undefined))
}

/** The same for a command that the chat's own process answers. */
export async function runChat(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  context: Partial<ChatContext>,
): Promise<Ran> {
  assert.ok(command.where === 'chat', 'a command for the chat process')
  const clock = createTestClock()
  const full: ChatContext = {
    actor: OWNER,
    place: HERE,
    apps: APPS,
    access: scripted<ChatContext['access']>('access', {}),
    jobs: scripted<ChatContext['jobs']>('jobs', {}),
    registry: new Map(),
    store: createMemoryStore(clock),
    clock,
    askedAt: clock.now(),
    may: () => true,
    approvedBy: null,
    tell: async () => {},
    ...context,
  }
  const options = parsed(command, input)
  return rendered(command, options, await command.run(full, options))
}

function parsed(command: Command, input: Readonly<Record<string, unknown>>) {
  const checked = checkOptions(command.options, input)
  assert.ok(checked.ok, `the input is not accepted: ${JSON.stringify(checked)}`)
  return checked.value
}

function rendered(
  command: ChatCommand | WorkCommand,
  options: Readonly<Record<string, unknown>>,
  value: unknown,
): Ran {
  const result = JSON.parse(JSON.stringify(value ?? null)) as unknown
  const about = { app: APPS[0], job: 'J-000000', asker: OWNER.name }
  const reply = command.render(result, options, about)
  return { result, reply, en: localise(reply, 'en'), zh: localise(reply, 'zh-TW') }
}
