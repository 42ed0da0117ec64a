import type { Machine } from '../core/fly.ts'
import type { Gateway } from '../core/gateway.ts'
import type { ConfigFile, Disk, InsideReport } from '../core/inside.ts'
import { locate } from '../core/locate.ts'
import { envOf } from '../core/machine-config.ts'
import { tr } from '../core/text.ts'
import type { Text } from '../core/text.ts'
import { linesOf } from './frame.ts'
import { createScript, excuse } from './script.ts'
import type { GatewayDeps } from './script.ts'

/** It takes a fraction of a second; a sick disk may hold it up. */
const SECONDS = 8

const unknown = (why: Text): InsideReport => ({ known: false, why })

const NOT_RUNNING = tr(
  'The machine does not run, so nothing inside it can be measured.',
  '機器並未執行，無法測量其內部。',
)
const UNREACHABLE = tr('The host of the machine does not answer.', '機器的主機沒有回應。')
const GARBLED = tr(
  'The figures from inside the machine could not be read. Try again.',
  '無法讀取機器內部的數值，請再試一次。',
)

type Report = Extract<InsideReport, { known: true }>
type Found = {
  -readonly [K in keyof Omit<Report, 'known' | 'configPath' | 'disks' | 'listens'>]: Report[K]
} & { readonly disks: Disk[]; readonly listens: Array<Report['listens'][number]>; user?: User }
type User = readonly [uid: number, gid: number]

const LINES: Readonly<Record<string, RegExp>> = {
  disk: /^disk (\d{1,2}) (\d{1,15}) (\d{1,15}) (\d{1,15}) ([01])$/,
  memory: /^memory (\d{1,12}) (\d{1,12})$/,
  listen: /^listen ([0-9A-F]{8}|[0-9A-F]{32})$/,
  config: /^config (?:missing|file (\d{1,10}) (\d{1,10}) ([0-7]{1,4}) (\d{1,15}) (\d{1,12}))$/,
  clobbered: /^clobbered (\d{1,6}) (\d{1,12})$/,
  user: /^user (\d{1,10}) (\d{1,10})$/,
  home: /^home (\/[\w./-]{0,199})$/,
}

/** Reads the output of inspect.sh; `null` for anything but the whole of what it writes for this nonce. */
export function readInspect(
  stdout: string,
  { nonce, directories }: { readonly nonce: string; readonly directories: readonly string[] },
): Omit<Report, 'configPath'> | null {
  const lines = linesOf(stdout, 'gateway-inspect', nonce)
  const found: Found = { disks: [], listens: [], memory: null, config: null, clobbered: null }
  if (lines === null || !lines.every((line) => take(found, line, directories))) return null
  const { user, config, ...rest } = found
  return { known: true, ...rest, config: config && judged(config, user) }
}

function take(found: Found, line: string, directories: readonly string[]): boolean {
  const kind = line.split(' ')[0] ?? ''
  const match = Object.hasOwn(LINES, kind) ? LINES[kind]?.exec(line) : undefined
  if (!match) return false
  const words = match.slice(1)
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = words.map(Number)
  if (kind === 'disk') {
    const path = directories[a]
    if (path === undefined) return false
    const [totalBytes, usedBytes, freeBytes] = [b * 1024, c * 1024, d * 1024]
    found.disks.push({ path, totalBytes, usedBytes, freeBytes, mounted: e === 1 })
  } else if (kind === 'memory') found.memory = { totalBytes: a * 1024, freeBytes: b * 1024 }
  else if (kind === 'listen') found.listens.push(addressOf(words[0] ?? ''))
  else if (kind === 'clobbered') found.clobbered = { count: a, newestAt: a === 0 ? null : b * 1000 }
  else if (kind === 'user') found.user = [a, b]
  else if (kind === 'home') found.stateDir = words[0] ?? ''
  else found.config = fileOf(words)
  return true
}

/** The group rides along in `mode` until the reader is known. */
interface Raw {
  readonly gid: number
}

function fileOf(words: readonly (string | undefined)[]): (ConfigFile & Partial<Raw>) | null {
  const [uid, gid, mode = '', bytes, changed] = words
  if (uid === undefined) return { state: 'missing' }
  return {
    state: 'there',
    uid: Number(uid),
    gid: Number(gid),
    mode,
    bytes: Number(bytes),
    changedAt: Number(changed) * 1000,
    readable: null,
  }
}

/** Whether the gateway's user may read it, by owner, group and the rest, as the kernel decides. */
function judged(config: ConfigFile & Partial<Raw>, user: User | undefined): ConfigFile {
  if (config.state === 'missing') return config
  const { gid, ...file } = config
  if (user === undefined) return file
  const [own, group] = user
  const [owners, groups, others] = config.mode.padStart(3, '0').slice(-3).split('').map(Number)
  const bits = own === config.uid ? owners : group === gid ? groups : others
  return { ...file, readable: own === 0 || ((bits ?? 0) & 4) !== 0 }
}

/** Addresses as the kernel writes them: hex, each word of four bytes turned around. */
function addressOf(hex: string): Report['listens'][number] {
  if (/^0+$/.test(hex)) return 'all'
  return /^(?:0{16}FFFF0000|0{24})?(?:[0-9A-F]{6}7F|01000000)$/.test(hex) ? 'loopback' : 'other'
}

/** Measures disks, memory and config file with one `exec`. */
export function createInspect(deps: GatewayDeps): Gateway['inspect'] {
  const script = createScript(deps, 'inspect.sh')
  return async (app: string, machine: Machine, more: readonly string[] = []) => {
    const { config, state } = machine
    if (config === null) return unknown(UNREACHABLE)
    if (state !== 'started') return unknown(NOT_RUNNING)
    const location = locate(config, deps.overrides)
    const directories = [...new Set([location.stateDir, ...more])]
    const own = envOf(config)['OPENCLAW_CONFIG_PATH']?.trim()
    const configPath = own || `${location.stateDir}/openclaw.json`
    const words = [configPath, String(directories.length), ...directories]
    try {
      const { stdout, nonce } = await script({ app, machine, location, words, seconds: SECONDS })
      const found = readInspect(stdout, { nonce, directories })
      return found === null ? unknown(GARBLED) : { ...found, configPath }
    } catch (error) {
      return unknown(excuse(error))
    }
  }
}
