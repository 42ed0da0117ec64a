import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** One process of the product, as `npm start` runs it. */
export interface Service {
  /** Where its HTTP listens. */
  readonly url: string
  /** Everything it has printed. */
  readonly output: () => string
  readonly pid: number
  /** SIGTERM; gives the exit code. */
  readonly stop: () => Promise<number | null>
  /** SIGKILL in the middle of whatever it does. */
  readonly kill: () => Promise<void>
}

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const ROOT = new URL('../../', import.meta.url)
/** Only what is given: a developer's own variables must not reach the product. */
const BASE = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', PORT: '0' }

const launch = (entry: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
  spawn(process.execPath, [entry, ...args], { cwd: ROOT, env: { ...BASE, ...env } })

/** Starts `src/main.ts` and resolves when it says that it is ready; rejects with its output when it ends before. */
export async function startService(env: Readonly<Record<string, string>>): Promise<Service> {
  const child = launch('src/main.ts', [], env)
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      output += `${line}\n`
      const ready = /"port":(\d+).*"msg":"ready"/.exec(line)
      if (ready) resolve(Number(ready[1]))
    })
    child.once('exit', (code) =>
      reject(new Error(`it ended with ${code} before it was ready:\n${output}`)),
    )
  })
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    pid: child.pid ?? 0,
    stop: () => end(child, 'SIGTERM'),
    kill: async () => void (await end(child, 'SIGKILL')),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
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
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
