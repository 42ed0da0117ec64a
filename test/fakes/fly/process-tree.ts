import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { constants } from 'node:os'
import type { ProcessStat } from './runtime.ts'

/** Every process of a machine carries this variable, so that even one that left its session is found again. */
export const markerName = 'FAKE_FLY_MACHINE'

/** The processes whose marker starts with `marker`; on systems without /proc none. */
export function markedProcesses(marker: string): readonly number[] {
  const wanted = `${markerName}=${marker}`
  return processIds().filter((pid) =>
    readProc(pid, 'environ')
      .split('\0')
      .some((entry) => entry.startsWith(wanted)),
  )
}

/** Kills what carries the marker, until nothing does. */
export function killMarked(marker: string): void {
  for (let round = 0; round < 20; round += 1) {
    const pids = markedProcesses(marker).filter((pid) => state(pid) !== 'Z')
    if (pids.length === 0) return
    for (const pid of pids) kill(pid, 'SIGKILL')
  }
}

export function kill(pid: number, signal: string): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended in the meantime.
  }
}

export function signalNumber(signal: string | null): number {
  const known = Object.entries(constants.signals).find(([name]) => name === signal)
  return known?.[1] ?? -1
}

/** A row of `ps`, with the memory the process really has. */
export function statOf(pid: number, listening: readonly number[]): ProcessStat | null {
  const fields = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  const command = readProc(pid, 'cmdline').split('\0').join(' ').trim()
  if (command === '' || fields[0] === 'Z') return null
  const ticks = (index: number): number => Math.round(Number(fields[index] ?? 0) / 100)
  return {
    pid,
    command,
    directory: directoryOf(pid),
    cpu: 0,
    rss: Number(readProc(pid, 'statm').split(' ')[1] ?? 0) * 4096,
    rtime: ticks(11) + ticks(12),
    stime: ticks(12),
    listen_sockets: listeningOf(pid, listening),
  }
}

function listeningOf(pid: number, ports: readonly number[]): ProcessStat['listen_sockets'] {
  const inodes = new Set(socketInodes(pid))
  return ['tcp', 'tcp6'].flatMap((proto) =>
    readProc(pid, `net/${proto}`)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => row[3] === '0A' && inodes.has(row[9] ?? ''))
      .map((row) => (row[1] ?? '').split(':'))
      .map(([host = '', port = '']) => ({ host, port: Number.parseInt(port, 16) }))
      .filter(({ port }) => ports.includes(port))
      .map(({ host, port }) => ({ proto: 'tcp', address: `${hostOf(host)}:${String(port)}` })),
  )
}

function hostOf(hex: string): string {
  if (/^0+$/.test(hex)) return hex.length > 8 ? '[::]' : '0.0.0.0'
  return hex === '0100007F' ? '127.0.0.1' : '[::1]'
}

function socketInodes(pid: number): readonly string[] {
  return listDirectory(`/proc/${String(pid)}/fd`)
    .map((fd) => readLink(`/proc/${String(pid)}/fd/${fd}`))
    .flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}

function processIds(): readonly number[] {
  return listDirectory('/proc').map(Number).filter(Number.isInteger)
}

function state(pid: number): string {
  return readProc(pid, 'stat').split(') ').at(-1)?.charAt(0) ?? 'Z'
}

function directoryOf(pid: number): string {
  return readLink(`/proc/${String(pid)}/cwd`)
}

function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
