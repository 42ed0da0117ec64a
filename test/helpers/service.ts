import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import manifest from '../../package.json' with { type: 'json' }
import type { EngineSettings } from '../../src/engine.ts'

/** One process of the product, as `npm start` runs it, from its first moment. */
export interface Starting {
  /** Everything it has printed. */
  readonly output: () => string
  readonly pid: number
  /** The first line it prints, or has printed, that fits; rejects with its output when it ends without. */
  readonly line: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly send: (signal: NodeJS.Signals) => void
  readonly ended: Promise<{ readonly code: number | null }>
  /** SIGTERM; gives the exit code. */
  readonly stop: () => Promise<number | null>
  /** SIGKILL in the middle of whatever it does. */
  readonly kill: () => Promise<void>
}

/** One that is ready. */
export interface Service extends Starting {
  /** Where its HTTP listens. */
  readonly url: string
}

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const ROOT = new URL('../../', import.meta.url)
/** Only what is given: a developer's own variables must not reach the product. */
export const BASE = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', PORT: '0', ...cache() }
/** What Node made of the files before, as all tests share it. */
function cache(): Variables {
  const folder = process.env['NODE_COMPILE_CACHE']
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder }
}

type Variables = Readonly<Record<string, string>>

/** Those of `npm start`. */
const START_FLAGS = manifest.scripts.start.split(' ').slice(2, -1)

const launch = (
  entry: string,
  args: readonly string[],
  env: Variables,
  flags: readonly string[] = [],
) => spawn(process.execPath, [...flags, entry, ...args], { cwd: ROOT, env: { ...BASE, ...env } })

/** Starts `src/main.ts`, or with `settings` the same with other times of the engine. */
export function spawnService(env: Variables, settings?: EngineSettings): Starting {
  const child = settings
    ? launch('test/helpers/service-child.ts', [JSON.stringify(settings)], env)
    : launch('src/main.ts', [], env, START_FLAGS)
  const lines: string[] = []
  const news = new EventEmitter().setMaxListeners(0)
  const tell = (line: string) => void (lines.push(line), news.emit('news'))
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', tell)
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null }))
  let isOver = false
  void ended.then(() => {
    isOver = true
    news.emit('news')
  })
  const output = () => lines.join('\n')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return (await ended).code
  }
  return {
    output,
    pid: child.pid ?? 0,
    send: (signal) => void child.kill(signal),
    ended,
    async line(pattern) {
      for (let seen = 0; ;) {
        for (; seen < lines.length; seen++) {
          const found = pattern.exec(lines[seen] ?? '')
          if (found) return found
        }
        if (isOver) throw new Error(`it ended before it printed ${pattern}:\n${output()}`)
        await once(news, 'news')
      }
    },
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  }
}

/** The same, when it is ready and its chats are connected; rejects with its output when it ends before. */
export async function startService(env: Variables, settings?: EngineSettings): Promise<Service> {
  const service = spawnService(env, settings)
  const connected = chatsOf(env).map((chat) =>
    service.line(new RegExp(`"chat":"${chat}".*"msg":"connected"`)),
  )
  const ready = service.line(/"port":(\d+).*"msg":"ready"/)
  const [found] = await Promise.all([ready, ...connected])
  return { ...service, url: `http://127.0.0.1:${found[1]}` }
}

/** Which chats connect by themselves; Discord calls an endpoint when it was given a key for that. */
function chatsOf(env: Variables): readonly string[] {
  const discord = env['DISCORD_BOT_TOKEN'] !== undefined && env['DISCORD_PUBLIC_KEY'] === undefined
  return [...(discord ? ['discord'] : []), ...(env['TELEGRAM_BOT_TOKEN'] ? ['telegram'] : [])]
}

/** Runs an entry to its end, with `input` on standard input. */
export async function runEntry(
  entry: string,
  {
    args = [],
    env = {},
    input = '',
  }: { args?: readonly string[]; env?: Record<string, string>; input?: string },
): Promise<Finished> {
  const child = launch(entry, args, env)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  // It may end without reading all of it.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
