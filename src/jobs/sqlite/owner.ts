import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

interface Owner {
  readonly host: string
  /** Id of this boot of the machine; empty where the system tells none. */
  readonly boot: string
  /** Where its id counts: two containers may share a host's name, and each has a process 1. */
  readonly space: string
  readonly pid: number
  /** When the process began, in the kernel's own count: a process id is used again. */
  readonly start: string
  readonly nonce: string
}

/** Names this process as a holder of leases. */
export function createOwner(): string {
  const { pid } = process
  const owner: Owner = {
    host: hostname(),
    boot: boot(),
    space: space(),
    pid,
    start: startOf(pid),
    nonce: randomUUID(),
  }
  return JSON.stringify(owner)
}

/** Whether the process that wrote this name is certainly gone. Of another host or container nothing is certain. */
export function isDead(text: string): boolean {
  const owner = parse(text)
  if (owner?.host !== hostname()) return false
  if (owner.boot !== boot()) return true
  if (owner.space !== space()) return false
  return !isAlive(owner.pid) || startOf(owner.pid) !== owner.start
}

function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const boot = (): string => read('/proc/sys/kernel/random/boot_id').trim()

function space(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** Field 22 of `stat`; the name before it may itself hold spaces and brackets. A process that has ended and is not yet buried counts as gone. */
function startOf(pid: number): string {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  return fields[0] === 'Z' ? '' : (fields[19] ?? '')
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
