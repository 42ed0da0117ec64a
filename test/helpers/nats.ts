import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../fakes/free-port.ts'
import { tempDir } from './engines.ts'

/** A nats-server of the test's own, with one user as Fly has it. */
export interface TestNats {
  readonly url: string
  readonly port: number
  /** SIGKILL: whoever was connected sees it go. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Debian puts it where daemons are. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`
const env = { PATH }
const found = spawnSync('nats-server', ['--version'], { env }).status === 0

/** For `test(name, { skip })`: false, or why the tests of the live stream are not run. */
export const skipNats: string | false = found ? false : 'no nats-server on the PATH'

/** By itself it gives up after two: a machine may stand still for longer between a connection and its password. */
const AUTH_SECONDS = 60

export async function startNats(user: string, pass: string): Promise<TestNats> {
  const port = await freePort()
  const boot = async (): Promise<ChildProcess> => {
    const { path, remove } = await tempDir()
    const config = join(path, 'nats.conf')
    const authorization = { user, password: pass, timeout: AUTH_SECONDS }
    await writeFile(config, JSON.stringify({ listen: `127.0.0.1:${port}`, authorization }))
    const child = spawn('nats-server', ['-c', config], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    for await (const line of createInterface(child.stderr)) if (/is ready/.test(line)) break
    child.stderr.resume()
    await remove()
    return child
  }
  let server = await boot()
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exit = once(server, 'exit')
    server.kill('SIGKILL')
    await exit
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    kill,
    async start() {
      server = await boot()
    },
    close: kill,
  }
}
