import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A redis-server of the test's own: a unix socket and an append-only file in a temporary directory. */
export interface TestRedis {
  readonly url: string
  readonly socket: string
  /** SIGKILL: nothing is saved that was not already. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same data. */
  readonly start: () => Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  readonly pause: () => void
  readonly resume: () => void
  readonly close: () => Promise<void>
}

const found = spawnSync('redis-server', ['--version']).status === 0

/** For `test(name, { skip })`: false, or why the Redis half is not run, so that every skipped test is counted. */
export const skipRedis: string | false = found ? false : 'no redis-server on the PATH'

/** Starts a server; `options` are arguments of redis-server put behind the usual ones. */
export async function startRedis(options: readonly string[] = []): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'ocops-redis-'))
  const socket = join(directory, 'r.sock')
  const common = ['--port', '0', '--unixsocket', socket, '--dir', directory, '--save', '']
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
  let server = await boot([...common, ...durable, ...options])
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exit = once(server, 'exit')
    server.kill(signal)
    await exit
  }
  return {
    url: `unix:${socket}`,
    socket,
    kill: () => end('SIGKILL'),
    async start() {
      server = await boot([...common, ...durable, ...options])
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async close() {
      await end('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function boot(args: readonly string[]): Promise<ChildProcess> {
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(server.stdout)
  for await (const line of lines) if (/ready to accept/i.test(line)) break
  server.stdout.resume()
  return server
}
