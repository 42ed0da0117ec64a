import { checksOf, commandOf } from './config-view.ts'
import type { FlyClock } from './clock.ts'
import type {
  ExecHandler,
  ExecOutcome,
  ExecRequest,
  ProcessExit,
  ProcessStat,
  Runtime,
} from './runtime.ts'
import { setCheck } from './runtime.ts'
import type { FakeMachine } from './types.ts'
import type { Delays } from './world.ts'

export interface NoRuntimeHooks {
  readonly exec: () => ExecHandler | null
  readonly processes: () => ((machine: FakeMachine) => readonly ProcessStat[]) | null
  readonly unexpectedExec: (command: readonly string[]) => void
}

/** Machines without an inside: they start at once, stop after `delays.stop`, and exec answers what the test says. */
export function createNoRuntime(clock: FlyClock, delays: Delays, hooks: NoRuntimeHooks): Runtime {
  const runs = new Map<string, (exit: ProcessExit) => void>()
  const end = (machine: FakeMachine, exit: ProcessExit): void => {
    const onExit = runs.get(machine.id)
    runs.delete(machine.id)
    onExit?.(exit)
  }
  return {
    boot: (machine, onExit) => {
      runs.set(machine.id, onExit)
      for (const { name } of checksOf(machine.config)) {
        setCheck(machine, { name, status: 'passing', output: 'HTTP GET: 200 OK' }, clock.now())
      }
      return Promise.resolve()
    },
    stop: (machine, how) => {
      const exit = exitBy(how.signal)
      const run = runs.get(machine.id)
      clock.after(how.timeoutMs === 0 ? 0 : delays.stop, () => {
        if (runs.get(machine.id) === run) end(machine, exit)
      })
    },
    signal: (machine, signal) => {
      if (['SIGKILL', 'SIGTERM', 'SIGINT'].includes(signal)) end(machine, exitBy(signal))
    },
    crash: end,
    exec: (request) => answerExec(hooks, request),
    processes: (machine) => {
      const handler = hooks.processes()
      return Promise.resolve(handler === null ? [mainProcess(machine)] : handler(machine))
    },
    refreshChecks: () => Promise.resolve(),
    volumeBytes: () => null,
    address: () => null,
    path: () => null,
    close: () => Promise.resolve(),
  }
}

async function answerExec(
  hooks: NoRuntimeHooks,
  request: ExecRequest,
): Promise<ExecOutcome | null> {
  const handler = hooks.exec()
  if (handler === null) {
    hooks.unexpectedExec(request.command)
    return { exitCode: 127, stdout: '', stderr: 'no exec handler set\n' }
  }
  const outcome = await handler(request)
  return outcome === 'timeout' ? null : { exitCode: 0, stdout: '', stderr: '', ...outcome }
}

function exitBy(signal: string): ProcessExit {
  return signal === 'SIGKILL' ? { code: 137, signal: 9 } : { code: 0, signal: -1 }
}

function mainProcess(machine: FakeMachine): ProcessStat {
  const port = checksOf(machine.config)[0]?.port ?? 3000
  return {
    pid: 321,
    command: commandOf(machine.config).join(' '),
    directory: '/app',
    cpu: 3,
    rss: 680 * 1024 * 1024,
    rtime: 60,
    stime: 5,
    listen_sockets: [{ proto: 'tcp', address: `0.0.0.0:${String(port)}` }],
  }
}
