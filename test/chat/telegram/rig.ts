import type { TestContext } from 'node:test'
import {
  createTelegram,
  type Telegram,
  type TelegramOptions,
} from '../../../src/chat/telegram/index.ts'
import type {
  Admission,
  Front,
  MenuEntry,
  Outcome,
  Question,
  ReadWords,
} from '../../../src/core/front.ts'
import type { Invocation, Press } from '../../../src/core/invocation.ts'
import { localise } from '../../../src/core/localise.ts'
import { type Reply, reply, type SaidReply } from '../../../src/core/reply.ts'
import { Secret } from '../../../src/core/secret.ts'
import { tr } from '../../../src/core/text.ts'
import {
  type FakeTelegram,
  type FakeTelegramOptions,
  startFakeTelegram,
} from '../../fakes/telegram/index.ts'

import {
  createMapStore,
  createTestClock,
  createTestLog,
  type Logged,
  type TestClock,
  testSealer,
} from './stubs.ts'

/** A reply in English. */
export const said = (what: Reply): SaidReply => localise(what, 'en')

/** What the stand-in for the dispatcher does; the ledger of handled ids survives the adapter. */
interface Script {
  admit: (invocation: Invocation) => Admission | Question
  press: (press: Press) => Promise<Admission | Question> | Admission | Question
  readonly ran: string[]
  readonly invocations: Invocation[]
  readonly presses: Press[]
}

export const admitted = (
  run: () => Promise<Outcome> | Outcome,
  rest: Partial<Pick<Extract<Admission, { kind: 'admitted' }>, 'mode' | 'audience'>> = {},
): Admission => ({
  kind: 'admitted',
  mode: 'reply',
  audience: 'channel',
  run: async () => run(),
  ...rest,
})
export const saying = (what: Reply, rest?: Parameters<typeof admitted>[1]): Admission =>
  admitted(() => ({ kind: 'reply', reply: said(what) }), rest)
export const refusing = (what: Reply): Admission => ({ kind: 'refused', reply: said(what) })

function createScript(): Script {
  const ran: string[] = []
  return {
    admit: ({ id, command }) =>
      admitted(() => {
        if (ran.includes(id)) return { kind: 'duplicate' }
        ran.push(id)
        return { kind: 'reply', reply: said(reply.ok(`ran ${command}`)) }
      }),
    press: ({ id, token }) =>
      admitted(() => {
        if (ran.includes(id)) return { kind: 'duplicate' }
        ran.push(id)
        return { kind: 'reply', reply: said(reply.ok(`pressed ${token}`)) }
      }),
    ran,
    invocations: [],
    presses: [],
  }
}

function createStubFront(script: Script): Front {
  return {
    admit: (invocation) => {
      script.invocations.push(invocation)
      return script.admit(invocation)
    },
    press: async (press) => {
      script.presses.push(press)
      return script.press(press)
    },
    complete: async () => [],
    stale: ({ locale }) =>
      localise(reply.warn(tr('Too old, send it again', '太舊了，請再送一次')), locale),
  }
}

const entry = (path: string, en: string, zh: string): MenuEntry => ({
  path,
  about: { en, 'zh-TW': zh },
  options: [],
})
export const MENU: readonly MenuEntry[] = [
  entry('openclaw status', 'How it is', '目前狀態'),
  entry('openclaw restart', 'Start it anew', '重新啟動'),
  entry('openclaw token rotate', 'Make a new token', '換新權杖'),
  entry('openclaw token check', 'Compare the token', '比對權杖'),
  entry('oncall alerts', 'What is wrong', '警報'),
  entry('ops help', 'What I can do', '說明'),
  entry('ops ping', 'Whether I am here', '回應測試'),
]

/** Commands are their words up to the first option; `bad` cannot be read. */
const readWords: ReadWords = (words) => {
  const parts = words.split(' ')
  if (parts.includes('bad'))
    return { problem: tr('bad is no option; write app=x.', '沒有 bad 這個選項；請寫 app=x。') }
  const pairs = parts.filter((part) => part.includes('='))
  return {
    command: parts.filter((part) => !part.includes('=')).join(' '),
    input: Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string])),
  }
}

export interface Rig {
  readonly fake: FakeTelegram
  readonly telegram: Telegram
  readonly clock: TestClock
  readonly store: ReturnType<typeof createMapStore>
  readonly script: Script
  readonly log: Logged[]
  readonly moves: string[]
  /** A second adapter with the same store and dispatcher, as after a restart. */
  readonly again: () => Telegram
}
export interface RigOptions {
  readonly fake?: FakeTelegramOptions
  readonly start?: boolean
  readonly apiUrl?: string
  readonly webhook?: TelegramOptions['webhook']
}

/** The adapter with the real telegraf against the double on loopback; torn down after the test. */
export async function startRig(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  const clock = createTestClock()
  const fake = await startFakeTelegram({ clock, ...options.fake })
  const store = createMapStore(clock)
  const script = createScript()
  const log: Logged[] = []
  const moves: string[] = []
  const running: Telegram[] = []
  const build = () => {
    const made = createTelegram({
      token: new Secret(fake.token),
      apiUrl: options.apiUrl ?? fake.url,
      front: createStubFront(script),
      menu: MENU,
      readWords,
      store,
      sealer: testSealer,
      log: createTestLog(log),
      metrics: {
        job: () => undefined,
        flyCall: () => undefined,
        chatSend: () => undefined,
        rateLimitWait: () => undefined,
        secretsPrinted: () => undefined,
      },
      clock,
      defaultLocale: 'en',
      ...(options.webhook && { webhook: options.webhook }),
    })
    made.onMigration((from, to) => void moves.push(`${from} > ${to}`))
    running.push(made)
    return made
  }
  const telegram = build()
  t.after(async () => {
    await Promise.all(running.map((one) => one.stop(1_000)))
    await fake.close()
  })
  if (options.start !== false) await telegram.start()
  return { fake, telegram, clock, store, script, log, moves, again: build }
}
