import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../free-port.ts'
import { mountsOf, portsOf } from './config-view.ts'
import type { InsideTable } from './inside-map.ts'
import type { FakeMachine } from './types.ts'
import { record, text } from './values.ts'

/** The directories and ports behind the machines, all in one temporary directory. */
export interface MachineDisk {
  readonly root: string
  /** What a machine carries in its marker. */
  readonly marker: (machine: FakeMachine) => string
  readonly home: (machine: FakeMachine) => string
  /** Goes in front of the PATH: `node` and `openclaw` as the image has them. */
  readonly bin: string
  readonly volume: (id: string) => string
  /** Gives a volume's file system its size, as a boot does; `df` tells it inside. */
  readonly grow: (id: string, sizeGb: number) => void
  /** Empties what does not lie on a volume, as a boot does. */
  readonly wipe: (machine: FakeMachine) => void
  /** The table of a machine with its present config; gives each port a free one, once. */
  readonly table: (machine: FakeMachine) => Promise<InsideTable>
  readonly close: () => void
}

const ROOT = resolve(import.meta.dirname, '../../..')
/** Lies where it lies, also in a clone below /tmp, which is a place inside, too. */
const REPOSITORY = [ROOT, ROOT] as const

export function createMachineDisk(program: string): MachineDisk {
  const root = mkdtempSync(join(tmpdir(), 'fake-fly-'))
  const bin = join(root, 'bin')
  const ports = new Map<string, number>()
  makeBin(bin, program)
  const home = (machine: FakeMachine): string => join(root, machine.id)
  const volume = (id: string): string => made(join(root, id))
  const portOf = async (machine: FakeMachine, port: number): Promise<number> => {
    const key = `${machine.id}:${String(port)}`
    const real = ports.get(key) ?? (await freePort())
    ports.set(key, real)
    return real
  }
  return {
    root,
    bin,
    home,
    volume,
    marker: (machine) => `${root}/${machine.id}/`,
    grow: (id, sizeGb) => writeFileSync(`${volume(id)}.kb`, String(sizeGb * 1_048_576)),
    wipe: (machine) => rmSync(home(machine), { recursive: true, force: true }),
    table: async (machine) => {
      const own = ownPaths(machine).map(
        (inside) => [inside, made(join(home(machine), inside))] as const,
      )
      const mounted = mountsOf(machine.config).map(
        (mount) => [mount.path, volume(mount.volume)] as const,
      )
      const programs = ['/app/dist/index.js', '/app/openclaw.mjs'].map(
        (path) => [path, program] as const,
      )
      const table = new Map<number, number>()
      for (const port of portsOf(machine.config)) table.set(port, await portOf(machine, port))
      return { paths: new Map([...own, ...mounted, ...programs, REPOSITORY]), ports: table }
    },
    close: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Directories of the machine's own disk; the state directory is one of them when nothing is mounted there. */
function ownPaths(machine: FakeMachine): readonly string[] {
  const state = text(record(machine.config['env'])['OPENCLAW_STATE_DIR']) ?? '/data'
  const mounts = mountsOf(machine.config).map(({ path }) => path)
  const mounted = mounts.some((path) => state === path || state.startsWith(`${path}/`))
  return ['/tmp', '/home/node', ...(mounted ? [] : [state])]
}

function made(path: string): string {
  mkdirSync(path, { recursive: true })
  return path
}

/** For `df -kP DIR` on a volume; what is used counts by length, so that a file with holes can fill it. */
const DF = `#!/bin/sh
size=$(cat "$2.kb" 2>/dev/null) || exec /bin/df "$@"
used=$(du -sk --apparent-size "$2" 2>/dev/null | cut -f1)
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
echo "/dev/vdc $size $used $((size - used)) $((used * 100 / size))% $2"
`

function makeBin(bin: string, program: string): void {
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  writeFileSync(join(bin, 'df'), DF)
  chmodSync(join(bin, 'df'), 0o755)
  const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`
  writeFileSync(join(bin, 'openclaw'), script)
  chmodSync(join(bin, 'openclaw'), 0o755)
}

/** Bytes of all files below a directory. */
export function bytesIn(directory: string): number {
  let total = 0
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) total += sizeOf(join(entry.parentPath, entry.name))
  }
  return total
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
