import type { ChildProcess } from 'node:child_process'
import { checksOf, commandOf } from './config-view.ts'
import type { FlyClock } from './clock.ts'
import type { InsideMap, InsideTable } from './inside-map.ts'
import { createInsideMap, mapCommand } from './inside-map.ts'
import { tryCheck } from './live-checks.ts'
import { bytesIn, createMachineDisk } from './machine-disk.ts'
import { machineEnv } from './machine-env.ts'
import { kill, killMarked, markedProcesses, statOf } from './process-tree.ts'
import type { ProcessStat, Runtime } from './runtime.ts'
import { setCheck } from './runtime.ts'
import { collect, run } from './run-process.ts'
import type { FakeMachine } from './types.ts'

export interface ProcessRuntimeParts {
  readonly clock: FlyClock
  /** The stand-in gateway: what `node dist/index.js` runs. */
  readonly program: string
  readonly log: (machine: FakeMachine, line: { message: string; provider: string }) => void
}

interface Inside {
  readonly table: InsideTable
  readonly map: InsideMap
  readonly child: ChildProcess
  cancelKill: () => void
}

/** Machines whose main process, and whatever exec starts, are real processes of this computer. */
export function createProcessRuntime(parts: ProcessRuntimeParts): Runtime {
  const { clock, program, log } = parts
  const disk = createMachineDisk(program)
  const insides = new Map<string, Inside>()
  const envOf = (machine: FakeMachine, map: InsideMap): NodeJS.ProcessEnv =>
    machineEnv(machine, {
      map,
      bin: disk.bin,
      marker: disk.marker(machine),
      home: disk.home(machine),
    })
  const signal = (machine: FakeMachine, name: string): void => {
    const pid = insides.get(machine.id)?.child.pid
    if (pid !== undefined) kill(pid, name)
  }
  return {
    boot: async (machine, onExit) => {
      disk.wipe(machine)
      const table = await disk.table(machine)
      const map = createInsideMap(table)
      const child = await run({
        command: realCommand(machine, map, program),
        env: envOf(machine, map),
        directory: disk.home(machine),
        onLine: (line) => log(machine, { message: map.text(line), provider: 'app' }),
        onExit: (exit) => {
          insides.get(machine.id)?.cancelKill()
          insides.delete(machine.id)
          onExit(exit)
        },
        sweep: () => killMarked(disk.marker(machine)),
      })
      insides.set(machine.id, { table, map, child, cancelKill: () => {} })
    },
    stop: (machine, how) => {
      const inside = insides.get(machine.id)
      if (inside === undefined) return
      inside.cancelKill()
      signal(machine, how.signal)
      inside.cancelKill = clock.after(how.timeoutMs, () => signal(machine, 'SIGKILL'))
    },
    signal,
    crash: (machine, exit) => signal(machine, exit.signal === 6 ? 'SIGABRT' : 'SIGKILL'),
    exec: async ({ machine, command, timeoutMs }) => {
      const map = insides.get(machine.id)?.map ?? createInsideMap(await disk.table(machine))
      return collect({
        command: mapCommand(map, command),
        env: envOf(machine, map),
        directory: disk.home(machine),
        text: map.text,
        timeout: (expire) => clock.after(timeoutMs, expire),
      })
    },
    processes: (machine) => {
      const inside = insides.get(machine.id)
      if (inside === undefined) return Promise.resolve([])
      return Promise.resolve(processesOf(disk.marker(machine), inside))
    },
    refreshChecks: async (machine) => {
      const table = insides.get(machine.id)?.table
      await Promise.all(
        checksOf(machine.config).map(async (check) => {
          const port = table?.ports.get(check.port)
          const result =
            port === undefined
              ? { status: 'critical' as const, output: 'connect: connection refused' }
              : await tryCheck(check, port)
          const changed = setCheck(machine, { name: check.name, ...result }, clock.now())
          if (changed)
            log(machine, { message: checkLine(check.port, result.status), provider: 'health' })
        }),
      )
    },
    volumeBytes: (volume) => bytesIn(disk.volume(volume.id)),
    address: (machine, port) => {
      const real = insides.get(machine.id)?.table.ports.get(port)
      return real === undefined ? null : `127.0.0.1:${String(real)}`
    },
    path: (machine, inside) => insides.get(machine.id)?.map.word(inside) ?? null,
    close: async () => {
      const closed = [...insides.values()].map(({ child }) => closing(child))
      killMarked(`${disk.root}/`)
      for (const { child } of insides.values()) child.kill('SIGKILL')
      await Promise.all(closed)
      disk.close()
    },
  }
}

/** `node dist/index.js …` and the image's own `node openclaw.mjs …` are the stand-in; anything else is itself. */
function realCommand(machine: FakeMachine, map: InsideMap, program: string): readonly string[] {
  const command = commandOf(machine.config)
  const [first = '', second = ''] = command
  const gateway = first === 'node' && /(^|\/)(dist\/index\.js|openclaw\.mjs)$/.test(second)
  if (!gateway) return command.map((word) => map.word(word))
  return [process.execPath, program, ...command.slice(2).map((word) => map.word(word))]
}

function processesOf(marker: string, { map, table }: Inside): readonly ProcessStat[] {
  const ports = [...table.ports.values()]
  return markedProcesses(marker).flatMap((pid) => {
    const stat = statOf(pid, ports)
    if (stat === null) return []
    const sockets = stat.listen_sockets.map((socket) => ({
      ...socket,
      address: map.text(socket.address),
    }))
    const command = map.text(stat.command.replace(process.execPath, 'node'))
    return [{ ...stat, command, directory: map.text(stat.directory), listen_sockets: sockets }]
  })
}

function checkLine(port: number, status: string): string {
  return status === 'passing'
    ? `Health check on port ${String(port)} is now passing.`
    : `Health check on port ${String(port)} has failed. Your app is not responding properly.`
}

function closing(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  child.once('close', () => resolve())
  return promise
}
