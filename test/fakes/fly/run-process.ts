import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { signalNumber } from './process-tree.ts'
import type { ExecOutcome, ProcessExit } from './runtime.ts'

/** How long the output of an ended exec is waited for when something it started still holds the pipe, in ms. */
const pipeGraceMs = 250

export interface Command {
  readonly command: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly directory: string
  /** Sees every process as it is made. */
  readonly onSpawn: (child: ChildProcess) => void
}

/** Starts a main process; `onExit` comes once, after its last line. A program that is not there ends with 127. */
export async function run(
  options: Command & {
    readonly onLine: (line: string) => void
    readonly onExit: (exit: ProcessExit) => void
    /** Called when it has ended, to end what it left behind. */
    readonly sweep: () => void
  },
): Promise<ChildProcess> {
  const child = start(options)
  const order = inOrder(options.onLine)
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', order.from())
  }
  child.once('exit', options.sweep)
  child.once('close', (code, signal) => {
    order.flush()
    if (child.pid !== undefined) options.onExit(exitOf(code, signal))
  })
  const failure = await spawned(child)
  if (failure !== null) {
    options.onLine(failure)
    setImmediate(() => options.onExit({ code: 127, signal: -1 }))
  }
  return child
}

/**
 * A machine has one console, a child process two pipes: what both brought in one turn of the loop, as after a pause of this process, goes on in
 * the order of the times in front of the lines; one without goes with the line before it.
 */
function inOrder(onLine: (line: string) => void) {
  let waiting: Array<{ readonly at: string; readonly line: string }> = []
  let soon: NodeJS.Immediate | undefined
  const flush = (): void => {
    clearImmediate(soon)
    soon = undefined
    const lines = waiting.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    waiting = []
    for (const { line } of lines) onLine(line)
  }
  return {
    flush,
    from: () => {
      let at = ''
      return (line: string): void => {
        at = /^\d{4}-\d\d-\d\dT[\d:.]+/.exec(line)?.[0] ?? at
        waiting.push({ at, line })
        soon ??= setImmediate(flush)
      }
    },
  }
}

/** Runs a command to its end, or gives `null` once `timeout` says so: then it goes on alone. */
export async function collect(
  options: Command & {
    readonly text: (text: string) => string
    readonly timeout: (expire: () => void) => () => void
  },
): Promise<ExecOutcome | null> {
  const child = start(options)
  const stdout = gather(child.stdout)
  const stderr = gather(child.stderr)
  const { promise, resolve } = Promise.withResolvers<ExecOutcome | null>()
  const finish = (code: number | null, signal: string | null): void => {
    const exit = exitOf(code, signal)
    const ended = exit.signal > 0 ? { exitSignal: exit.signal } : {}
    const output = { stdout: options.text(stdout()), stderr: options.text(stderr()) }
    resolve({ exitCode: exit.code, ...ended, ...output })
  }
  child.once('close', finish)
  child.once('exit', (code, signal) => setTimeout(() => finish(code, signal), pipeGraceMs).unref())
  const cancel = options.timeout(() => resolve(null))
  const failure = await spawned(child)
  if (failure !== null) resolve({ exitCode: 127, stdout: '', stderr: `${failure}\n` })
  const outcome = await promise
  cancel()
  return outcome
}

function start({ command, env, directory, onSpawn }: Command): ChildProcess {
  const [file = '', ...words] = command
  const child = spawn(file, words, {
    env,
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  onSpawn(child)
  return child
}

async function spawned(child: ChildProcess): Promise<string | null> {
  try {
    await once(child, 'spawn')
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function gather(stream: Readable | null): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}

function exitOf(code: number | null, signal: string | null): ProcessExit {
  const number = signalNumber(signal)
  return { code: code ?? 128 + number, signal: number }
}
