import assert from 'node:assert/strict'
import restart from '../../../commands/openclaw/restart.ts'
import token from '../../../commands/openclaw/token.ts'
import alerts from '../../../commands/oncall/alerts.ts'
import routes from '../../../commands/oncall/routes.ts'
import rules from '../../../commands/oncall/rules.ts'
import schedule from '../../../commands/oncall/schedule.ts'
import { carry, dueNow } from '../../../src/core/carry.ts'
import type { Invocation, Platform } from '../../../src/core/invocation.ts'
import { OUTBOX } from '../../../src/core/outbox.ts'
import { type Chat, ChatError } from '../../../src/core/ports.ts'
import { createDesk } from '../../../src/desk.ts'
import { createRegistry } from '../../../src/core/registry.ts'
import { createHookKeyring } from '../../../src/oncall/receivers/keys.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { settle } from '../../helpers/clock.ts'
import { OWNER } from '../../helpers/people.ts'
import { button, createWorld, type Told, type World } from '../../helpers/world.ts'

const registry = createRegistry([
  { root: 'oncall', file: 'schedule.ts', value: schedule },
  { root: 'oncall', file: 'alerts.ts', value: alerts },
  { root: 'oncall', file: 'routes.ts', value: routes },
  { root: 'oncall', file: 'rules.ts', value: rules },
  { root: 'openclaw', file: 'restart.ts', value: restart },
  { root: 'openclaw', file: 'token.ts', value: token },
])

interface Spoken {
  readonly platform: Platform
  readonly chat: string
  readonly private: boolean
  readonly reply: SaidReply
}
export interface DeskWorld extends World {
  /** Asks; works off what is queued; gives the words that came of it. */
  readonly say: (
    command: string,
    input?: Invocation['input'],
    more?: Partial<Invocation>,
  ) => Promise<SaidReply>
  /** The same, and Confirm on the question: gives both. */
  readonly confirmed: (
    command: string,
    input?: Invocation['input'],
    more?: Partial<Invocation>,
  ) => Promise<{ readonly asked: SaidReply; readonly said: SaidReply }>
  /** Sends what waits in the outbox, to platforms that take it. */
  readonly deliver: () => Promise<void>
  /** Works off the queue while the platforms and the clock go on. */
  readonly drain: () => Promise<void>
  readonly spoken: readonly Spoken[]
  /** Chats that refuse every message. */
  readonly closed: Set<string>
  readonly hooks: ReturnType<typeof createHookKeyring>
}

/** The core with people, routes and hooks, and platforms that number their messages. */
export async function deskWorld(publicUrl?: string): Promise<DeskWorld> {
  let hooks: DeskWorld['hooks'] | undefined
  const world = await createWorld({
    registry,
    work: (deps, queue) => {
      hooks ??= createHookKeyring({ ...deps, signing: {} })
      const { desk, shifts } = createDesk({ ...deps, queue, hooks, config: { locale: 'en' } })
      return { desk, publicUrl, turns: { 'S-': shifts.turn } }
    },
  })
  world.runner()
  assert.ok(hooks)
  const { store, clock } = world
  const spoken: Spoken[] = []
  const closed = new Set<string>()
  const chats = new Map((['discord', 'telegram'] as const).map((name) => [name, chatOf(name)]))

  function chatOf(platform: 'discord' | 'telegram'): Chat {
    return {
      platform,
      editIntervalMs: 0,
      async deliver({ chat, private: isPrivate }, reply) {
        if (closed.has(chat)) throw new ChatError('forbidden', 'refused')
        spoken.push({ platform, chat, private: isPrivate, reply })
        return { chat, message: `m${spoken.length}`, private: isPrivate }
      },
      remove: () => assert.fail('nothing is removed'),
      sendPrivate: () => assert.fail('all goes by the outbox'),
    }
  }
  const deliver = async (): Promise<void> => {
    const deps = { ...world.deps, chats, owner: 'test', metrics: { chatSend: () => {} } }
    for (const { id } of await store.list(OUTBOX)) {
      const record = await dueNow(deps, id)
      if ('rev' in record) await carry(deps, record)
    }
  }
  /** Works off the queue while the platforms and the clock go on. */
  const work = async (): Promise<void> => {
    let over = false
    const done = world.work().finally(() => (over = true))
    while (!over) {
      await deliver()
      await settle()
      if (!over) await clock.advance(250)
    }
    await done
  }
  const after = async (told: Told): Promise<SaidReply> => {
    if (told.kind === 'queued') {
      await work()
      return world.words(told.job)
    }
    assert.ok(told.reply, `no words: ${told.kind}`)
    return told.reply
  }
  return {
    ...world,
    spoken,
    closed,
    hooks,
    deliver,
    drain: work,
    say: async (command, input, more) => after(await world.ask(command, input, more)),
    async confirmed(command, input, more = {}) {
      const asked = await after(await world.ask(command, input, more))
      const [yes = button(asked, 'Confirm')] = asked.actions ?? []
      const { actor = OWNER, locale = 'en', place } = more
      const by = { actor, locale, ...(place && { place }) }
      return { asked, said: await after(await world.press(yes, by)) }
    },
  }
}
