import { z } from 'zod'
import { createApp } from '../src/app.ts'
import { systemClock as clock } from '../src/clock.ts'
import { loadConfig } from '../src/config/load.ts'
import { defineCommand } from '../src/core/command.ts'
import type { Chat } from '../src/core/ports.ts'
import { createRegistry } from '../src/core/registry.ts'
import { openEngine } from '../src/engine.ts'
import { start } from '../src/lifecycle.ts'
import { createLog } from '../src/log.ts'
import { serveParent } from './child.ts'
import { ANSWER, requestOf } from './request.ts'
import { inParallel } from './stats.ts'

/*
 * One process of the product as src/main.ts wires it, with a command that does nothing and a chat that takes every message at
 * once: what is left is the way from the dispatcher over queue, worker and outbox to the delivery.
 */

const noop = defineCommand({
  name: 'noop',
  description: 'Does nothing',
  examples: ['noop'],
  options: z.object({}),
  role: 'viewer',
  where: 'worker',
  kind: 'read',
  run: async () => ({ done: true }),
  render: () => ANSWER,
})

const delivered = new Map<string, () => void>()

/** Knows a finished answer by the message it replaces. */
const nullChat: Chat = {
  platform: 'console',
  editIntervalMs: 0,
  async deliver({ chat, message = '' }) {
    delivered.get(message)?.()
    return { chat, message, private: true }
  },
  remove: async () => {},
  sendPrivate: async () => ({ chat: '', message: '', private: true }),
}

/** Words of one chat go one after another, as platforms want it: what is under way has a chat of its own. */
const free: string[] = []
let chats = 0

interface Load {
  readonly name: string
  readonly count: number
  readonly concurrency: number
}

await serveParent<Record<string, string>, Load>(async (env) => {
  const loaded = loadConfig(env, { mode: 'demo' })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ variable }) => variable).join())
  const { config } = loaded
  const log = createLog({ level: config.logLevel })
  const engine = await openEngine({ config, clock, log })
  const registry = createRegistry([{ root: 'ops', file: 'noop.ts', value: noop }])
  const app = await createApp({ config, engine, registry, clock, log })
  if (config.role !== 'worker') app.addChat(nullChat)
  const running = await start(app, { http: undefined, clock, log })

  const one = async (id: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    delivered.set(id, resolve)
    const chat = free.pop() ?? `bench-${chats++}`
    const admission = app.front.admit(requestOf(id, chat))
    if (admission.kind !== 'admitted') throw new Error('the command was refused')
    const outcome = await admission.run(id)
    if (outcome.kind !== 'queued') throw new Error(`the command became ${outcome.kind}`)
    await promise
    free.push(chat)
    delivered.delete(id)
  }
  return {
    async answer({ name, count, concurrency }) {
      const from = performance.now()
      await inParallel(count, concurrency, (i) => one(`${name}-${i}`))
      return performance.now() - from
    },
    close: running.stop,
  }
})
