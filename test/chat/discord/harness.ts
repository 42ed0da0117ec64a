import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createDiscord, type DiscordDeps } from '../../../src/chat/discord/discord.ts'
import type { Admission, Front, MenuEntry, Question } from '../../../src/core/front.ts'
import type { Invocation, Press } from '../../../src/core/invocation.ts'
import type { Clock, Log, Metrics, Sealer } from '../../../src/core/ports.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { Secret } from '../../../src/core/secret.ts'
import { startFakeDiscord } from '../../fakes/discord/fake-discord.ts'

/** A clock that stands still until it is moved; sleeping takes no time and moves nothing. */
function testClock(start = Date.UTC(2026, 10, 22)) {
  let now = start
  const slept: number[] = []
  const clock: Clock & { advance: (ms: number) => void; slept: number[] } = {
    now: () => now,
    slept,
    advance(ms) {
      now += ms
    },
    async sleep(ms, signal) {
      slept.push(ms)
      if (ms < LONG_MS) return
      await wait(2 ** 30, undefined, { signal, ref: false })
    },
  }
  return clock
}
/** Deadlines and pauses between connections are not waited out in tests; they end by their signal. */
const LONG_MS = 2000

/** Really encrypts, so that a test can see that nothing lies open. */
function testSealer(): Sealer {
  const key = createHash('sha256').update('test').digest()
  return {
    seal(plain) {
      const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
      return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64url')
    },
    open(sealed) {
      const decipher = createDecipheriv('aes-256-ctr', key, Buffer.alloc(16))
      return Buffer.concat([decipher.update(sealed, 'base64url'), decipher.final()]).toString()
    },
    digest: (value) => createHash('sha256').update(value).digest('base64url').slice(0, 22),
  }
}

interface Line {
  readonly level: string
  readonly data: object
  readonly message: string
}
function testLog() {
  const lines: Line[] = []
  const written = new EventEmitter()
  const at = (level: string) => (data: object, message: string) => {
    lines.push({ level, data, message })
    written.emit('line')
  }
  /** Resolves when so many lines with these words were written. */
  const logged = async (words: string, times = 1): Promise<void> => {
    const count = (): number => lines.filter(({ message }) => message.includes(words)).length
    while (count() < times) await once(written, 'line')
  }
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return { log, lines, logged }
}

function testMetrics() {
  const sends: string[] = []
  const metrics: Metrics = {
    job: () => {},
    flyCall: () => {},
    chatSend: (_platform, result) => sends.push(result),
    rateLimitWait: () => {},
    secretsPrinted: () => {},
  }
  return { metrics, sends }
}

export const said = (title: string, rest: Partial<SaidReply> = {}): SaidReply => ({
  tone: 'ok',
  locale: 'en',
  title,
  blocks: [],
  ...rest,
})

const about = { en: 'Does what it says', 'zh-TW': '做它說的事' }
const app = {
  name: 'app',
  about: { en: 'The app', 'zh-TW': '應用程式' },
  type: 'string',
  required: false,
  choices: [],
  complete: true,
} as const
export const MENU: readonly MenuEntry[] = [
  { path: 'openclaw status', about, options: [app] },
  { path: 'openclaw token rotate', about, options: [app] },
  {
    path: 'oncall ack',
    about,
    options: [{ ...app, name: 'id', required: true }],
  },
  { path: 'ops help', about, options: [] },
]

/** Stands for the dispatcher: what it answers is set by each test, what it was asked is kept. */
function stubFront() {
  const asked: Invocation[] = []
  const presses: Press[] = []
  const stub = {
    asked,
    presses,
    admit: (_invocation: Invocation): Admission | Question => {
      throw new Error('no admission is set')
    },
    press: (_press: Press): Promise<Admission | Question> =>
      Promise.reject(new Error('no answer to a press is set')),
    complete: ((): Promise<[]> => Promise.resolve([])) as Front['complete'],
  }
  const front: Front = {
    admit(invocation) {
      asked.push(invocation)
      return stub.admit(invocation)
    },
    press(press) {
      presses.push(press)
      return stub.press(press)
    },
    complete: (request) => stub.complete(request),
    stale: ({ locale }) => said('too old, send again', { locale, tone: 'warn' }),
  }
  return { front, stub }
}

/** An admission that answers at once. */
export const admitted = (
  reply: SaidReply,
  rest: Partial<Extract<Admission, { kind: 'admitted' }>> = {},
): Admission => ({
  kind: 'admitted',
  mode: 'reply',
  audience: 'channel',
  run: () => Promise.resolve({ kind: 'reply', reply }),
  ...rest,
})

/** The adapter and its Discord, connected and registered, with one person in one channel. */
export async function connected(t: TestContext, overrides: Partial<DiscordDeps> = {}) {
  const clock = testClock()
  const fake = await startFakeDiscord({ clock })
  const { front, stub } = stubFront()
  const { log, lines, logged } = testLog()
  const { metrics, sends } = testMetrics()
  const sealer = testSealer()
  const deps: DiscordDeps = {
    token: new Secret(fake.token),
    apiUrl: fake.apiUrl,
    front,
    menu: MENU,
    sealer,
    log,
    metrics,
    clock,
    defaultLocale: 'en',
    ...overrides,
  }
  const discord = createDiscord(deps)
  t.after(async () => {
    await discord.stop(60_000)
    await fake.close()
  })
  await discord.register()
  await discord.start()
  const guild = fake.guild()
  const channel = fake.channel(guild)
  const user = fake.user({ roles: ['222222222222222222'] })
  return { clock, fake, stub, lines, logged, sends, sealer, deps, discord, guild, channel, user }
}
