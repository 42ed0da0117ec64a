import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../fakes/compile-cache.ts'
import { freePort } from '../fakes/free-port.ts'

export const TOKEN = 'tok-AAAA-0123456789abcdef0123456789abcdef'
const MAIN = fileURLToPath(new URL('../fakes/gateway/main.ts', import.meta.url))
/** What 2026.3.13 wants before it starts on a network address. */
export const ORIGINS = '{ gateway: { controlUi: { allowedOrigins: ["http://localhost:3000"] } } }'

export interface StandInOptions {
  readonly version?: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** The config file's text; none is written when left out. */
  readonly config?: string
  /** Reuse those of an earlier one. */
  readonly stateDir?: string
  readonly port?: number
}
export interface StandIn {
  readonly pid: number
  readonly port: number
  readonly stateDir: string
  readonly output: () => string
  /** Resolves when the output holds the text, so many times; rejects when the process ends before. */
  readonly until: (text: string, times?: number) => Promise<void>
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>
  readonly signal: (name: NodeJS.Signals) => void
}

/** A directory that goes away with the test. */
export function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'stand-in-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

interface Waiter {
  readonly text: string
  readonly times: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

function watchOutput(child: ReturnType<typeof spawn>): Pick<StandIn, 'output' | 'until'> {
  const parts: string[] = []
  const waiters = new Set<Waiter>()
  const state = { closed: false }
  const output = () => parts.join('')
  const look = () => {
    for (const one of [...waiters].filter((w) => output().split(w.text).length > w.times)) {
      waiters.delete(one)
      one.resolve()
    }
  }
  const collect = (part: Buffer) => {
    parts.push(part.toString('utf8'))
    look()
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const giveUp = () => {
    state.closed = true
    for (const { text, reject } of waiters)
      reject(new Error(`ended without "${text}":\n${output()}`))
  }
  child.once('close', giveUp)
  const until = (text: string, times = 1) =>
    new Promise<void>((resolve, reject) => {
      waiters.add({ text, times, resolve, reject })
      look()
      if (state.closed) giveUp()
    })
  return { output, until }
}

/** Runs the stand-in as the image would; it is killed and its directories removed when the test ends. */
export async function startStandIn(t: TestContext, options: StandInOptions = {}): Promise<StandIn> {
  const stateDir = options.stateDir ?? temporary(t)
  const port = options.port ?? (await freePort())
  if (options.config !== undefined) writeFileSync(join(stateDir, 'openclaw.json'), options.config)
  const args = options.args ?? [
    'gateway',
    '--allow-unconfigured',
    '--port',
    String(port),
    '--bind',
    'lan',
  ]
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: stateDir,
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_GATEWAY_TOKEN: TOKEN,
    FAKE_OPENCLAW_START_MS: '0',
    ...compileCache,
    ...(options.version === undefined ? {} : { FAKE_OPENCLAW_VERSION: options.version }),
    ...options.env,
  }
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const signal = (name: NodeJS.Signals) => void child.kill(name)
  return { pid: child.pid ?? 0, port, stateDir, exit, signal, ...watchOutput(child) }
}

/** Starts one and waits until it says that it is up, in its version's words. */
export async function startReady(t: TestContext, options: StandInOptions = {}): Promise<StandIn> {
  const config = options.version === '2026.3.13' ? ORIGINS : undefined
  const one = await startStandIn(t, { ...(config === undefined ? {} : { config }), ...options })
  const old = options.version === '2026.1.29' || options.version === '2026.3.13'
  await one.until(old ? '[gateway] log file:' : '[heartbeat] started')
  return one
}

/** Runs the stand-in to its end. */
export async function runToEnd(t: TestContext, options: StandInOptions = {}) {
  const one = await startStandIn(t, options)
  return { ...(await one.exit), output: one.output() }
}
