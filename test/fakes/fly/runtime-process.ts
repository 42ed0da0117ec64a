import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { compileCache } from '../compile-cache.ts'
import type { FlyClock } from './clock.ts'
import { checksOf, commandOf, mountsOf } from './config-view.ts'
import type { InsideMap, InsideTable } from './inside-map.ts'
import { createInsideMap, mapCommand } from './inside-map.ts'
import { tryCheck } from './live-checks.ts'
import type { MachineDisk } from './machine-disk.ts'
import { bytesIn, createMachineDisk } from './machine-disk.ts'
import { machineEnv } from './machine-env.ts'
import { kill, killMarked, markedProcesses, statOf } from './process-tree.ts'
import type { Command } from './run-process.ts'
import { collect, run } from './run-process.ts'
import type { ExecRequest, ExecOutcome, ProcessExit, ProcessStat, Runtime } from './runtime.ts'
import { setCheck } from './runtime.ts'
import type { FakeMachine } from './types.ts'

export interface ProcessRuntimeParts {
  readonly clock: FlyClock
  /** The stand-in gateway: what `node dist/index.js` runs. */
  readonly program: string
  readonly log: (machine: FakeMachine, line: { message: string; provider: string }) => void
  /** Of a volume, in GB. */
  readonly sizeOf: (volume: string) => number | undefined
}

interface Inside {
  readonly table: InsideTable
  readonly map: InsideMap
  readonly child: ChildProcess
  cancelKill: () => void
}
interface House extends ProcessRuntimeParts {
  readonly disk: MachineDisk
  readonly insides: Map<string, Inside>
  /** Everything spawned here that has not ended. */
  readonly children: Set<ChildProcess>
  closed: boolean
}

/** Machines whose main process, and whatever exec starts, are real processes of this computer. */
export function createProcessRuntime(parts: ProcessRuntimeParts): Runtime {
  const disk = createMachineDisk(parts.program)
  const house: House = {
    ...parts,
    disk,
    insides: new Map(),
    children: new Set(),
    closed: false,
  }
  const sweep = (): void => {
    killMarked(`${disk.root}/`)
    disk.close()
  }
  process.once('exit', sweep)
  const insideOf = (machine: FakeMachine): Inside | undefined => house.insides.get(machine.id)
  return {
    boot: (machine, onExit) => boot(house, machine, onExit),
    stop: (machine, how) => {
      const inside = insideOf(machine)
      if (inside === undefined) return
      inside.cancelKill()
      signal(house, machine, how.signal)
      const force = (): void => signal(house, machine, 'SIGKILL')
      inside.cancelKill = house.clock.after(how.timeoutMs, force)
    },
    signal: (machine, name) => signal(house, machine, name),
    crash: (machine, exit) => signal(house, machine, exit.signal === 6 ? 'SIGABRT' : 'SIGKILL'),
    exec: (request) => exec(house, request),
    processes: (machine) => Promise.resolve(processesOf(house, machine)),
    refreshChecks: (machine) => refreshChecks(house, machine),
    volumeBytes: (volume) => bytesIn(disk.volume(volume.id)),
    address: (machine, port) => {
      const real = insideOf(machine)?.table.ports.get(port)
      return real === undefined ? null : `127.0.0.1:${String(real)}`
    },
    path: (machine, inside) => insideOf(machine)?.map.word(inside) ?? null,
    close: async () => {
      await close(house)
      process.off('exit', sweep)
    },
  }
}

async function boot(
  house: House,
  machine: FakeMachine,
  onExit: (exit: ProcessExit) => void,
): Promise<void> {
  const { disk, insides } = house
  disk.wipe(machine)
  for (const { volume } of mountsOf(machine.config)) disk.grow(volume, house.sizeOf(volume) ?? 1)
  const table = await disk.table(machine)
  if (house.closed) return
  const map = createInsideMap(table)
  const child = await run({
    ...commandIn(house, machine, map),
    // The image works in the program's own directory; the stand-in goes to its own by itself.
    ...(house.program.endsWith('.mjs') && { directory: dirname(house.program) }),
    command: mainCommand(machine, map, house.program),
    onLine: (line) => house.log(machine, { message: map.text(line), provider: 'app' }),
    onExit: (exit) => {
      insides.get(machine.id)?.cancelKill()
      insides.delete(machine.id)
      if (!house.closed) onExit(exit)
    },
    sweep: () => killMarked(disk.marker(machine)),
  })
  insides.set(machine.id, { table, map, child, cancelKill: () => {} })
}

async function exec(house: House, request: ExecRequest): Promise<ExecOutcome | null> {
  const { machine, command, timeoutMs } = request
  const map = house.insides.get(machine.id)?.map ?? createInsideMap(await house.disk.table(machine))
  return collect({
    ...commandIn(house, machine, map),
    command: mapCommand(map, command),
    text: map.text,
    timeout: (expire) => house.clock.after(timeoutMs, expire),
  })
}

function commandIn(house: House, machine: FakeMachine, map: InsideMap): Omit<Command, 'command'> {
  const { disk, children } = house
  const directory = disk.home(machine)
  const marker = disk.marker(machine)
  return {
    env: { ...machineEnv(machine, { map, bin: disk.bin, marker }), ...compileCache },
    directory,
    onSpawn: (child) => {
      children.add(child)
      child.once('exit', () => children.delete(child))
      child.once('error', () => children.delete(child))
      if (house.closed) child.kill('SIGKILL')
    },
  }
}

function signal(house: House, machine: FakeMachine, name: string): void {
  const pid = house.insides.get(machine.id)?.child.pid
  if (pid !== undefined) kill(pid, name)
}

/** `node dist/index.js …` and the image's own `node openclaw.mjs …` are the stand-in; anything else is itself. */
function mainCommand(machine: FakeMachine, map: InsideMap, program: string): readonly string[] {
  const command = commandOf(machine.config)
  const [first = '', second = ''] = command
  const gateway = first === 'node' && /(^|\/)(dist\/index\.js|openclaw\.mjs)$/.test(second)
  if (!gateway) return command.map((word) => map.word(word))
  return [process.execPath, program, ...command.slice(2).map((word) => map.word(word))]
}

function processesOf({ disk, insides }: House, machine: FakeMachine): readonly ProcessStat[] {
  const inside = insides.get(machine.id)
  if (inside === undefined) return []
  const { map, table } = inside
  const ports = [...table.ports.values()]
  return markedProcesses(disk.marker(machine)).flatMap((pid) => {
    const stat = statOf(pid, ports)
    if (stat === null) return []
    const sockets = stat.listen_sockets.map(({ proto, address }) => ({
      proto,
      address: map.text(address),
    }))
    const command = map.text(stat.command.replace(process.execPath, 'node'))
    return [{ ...stat, command, directory: map.text(stat.directory), listen_sockets: sockets }]
  })
}

async function refreshChecks(house: House, machine: FakeMachine): Promise<void> {
  const ports = house.insides.get(machine.id)?.table.ports
  const refused = { status: 'critical', output: 'connect: connection refused' } as const
  const tries = checksOf(machine.config).map(async (check) => {
    const port = ports?.get(check.port)
    const result = port === undefined ? refused : await tryCheck(check, port)
    const changed = setCheck(machine, { name: check.name, ...result }, house.clock.now())
    if (!changed) return
    const message =
      result.status === 'passing'
        ? `Health check on port ${String(check.port)} is now passing.`
        : `Health check on port ${String(check.port)} has failed. Your app is not responding properly.`
    house.log(machine, { message, provider: 'health' })
  })
  await Promise.all(tries)
}

/** After this nothing boots any more, and whatever ends is not noticed. */
async function close(house: House): Promise<void> {
  house.closed = true
  while (house.children.size > 0) {
    const ended = [...house.children].map((child) => once(child, 'exit'))
    for (const child of house.children) child.kill('SIGKILL')
    await Promise.allSettled(ended)
  }
  killMarked(`${house.disk.root}/`)
  house.disk.close()
}
