/** The requests of a probe, by the name they have in the script's output. */
export type Route = 'startupz' | 'readyz' | 'healthz' | 'invoke'

/** One request as the client in the machine saw it. */
export interface Exchange {
  /** The exit code of the client; curl's meanings. */
  readonly exit: number
  /** Head and body as they came, at most 4 KiB. */
  readonly raw: Buffer
}
interface ProcessFacts {
  readonly pid: number
  /** Clock ticks between the machine's boot and the process's start. */
  readonly startTicks: number
  readonly ticksPerSecond: number
  readonly machineUptimeSeconds: number
  /** 0 when it could not be read. */
  readonly rssKb: number
}
/** What the script wrote, taken apart and checked. */
export interface Frame {
  readonly client: 'curl' | 'node' | 'none'
  readonly http: Readonly<Partial<Record<Route, Exchange>>>
  readonly process: ProcessFacts | null
  readonly boot: string | null
  readonly packageVersion: string | null
  /** What the program that asks about channels printed, or why it was not run; null when nobody asked. */
  readonly channels: Exchange | Unasked | null
}
/** Why the gateway was not asked about its channels. */
type Unasked = (typeof UNASKED)[number]
const UNASKED = ['owner', 'memory', 'node'] as const

const CLIENT = /^client (curl|node|none)$/
const HTTP = /^http (startupz|readyz|healthz|invoke) ((?:[0-9a-f]{2})*) (\d{1,3})$/
const PROCESS = /^process (\d{1,10}) (\d{1,18}) (\d{1,6}) (\d{1,12}(?:\.\d{1,3})?) (\d{1,12})$/
const BOOT = /^boot ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const CHANNELS = /^channels ((?:[0-9a-f]{2})*) (\d{1,3})$/
const CHANNELS_NOT = /^channels-not (\w+)$/
const PACKAGE = /^package (\d[0-9A-Za-z.+-]{0,39})$/

interface Found {
  client?: Frame['client']
  http: Partial<Record<Route, Exchange>>
  process?: ProcessFacts
  boot?: string
  packageVersion?: string
  channels?: Exchange | Unasked
}

/** Puts one line into what was found; false for a line the script does not write, or writes once and did twice. */
function take(found: Found, line: string): boolean {
  const client = CLIENT.exec(line)?.[1]
  if (client === 'curl' || client === 'node' || client === 'none') {
    if (found.client !== undefined) return false
    found.client = client
    return true
  }
  return (
    takeHttp(found, line) ||
    takeProcess(found, line) ||
    takeChannels(found, line) ||
    takeWord(found, line)
  )
}

function takeHttp(found: Found, line: string): boolean {
  const [, name, hex = '', exit] = HTTP.exec(line) ?? []
  const route = (['startupz', 'readyz', 'healthz', 'invoke'] as const).find((one) => one === name)
  if (route === undefined || found.http[route] !== undefined) return false
  found.http[route] = { exit: Number(exit), raw: Buffer.from(hex, 'hex') }
  return true
}

function takeProcess(found: Found, line: string): boolean {
  const match = PROCESS.exec(line)
  if (match === null || found.process !== undefined) return false
  const [pid = 0, startTicks = 0, ticksPerSecond = 0, machineUptimeSeconds = 0, rssKb = 0] = match
    .slice(1)
    .map(Number)
  found.process = { pid, startTicks, ticksPerSecond, machineUptimeSeconds, rssKb }
  return true
}

function takeChannels(found: Found, line: string): boolean {
  if (found.channels !== undefined) return false
  const why = UNASKED.find((one) => one === CHANNELS_NOT.exec(line)?.[1])
  const [, hex, exit] = CHANNELS.exec(line) ?? []
  if (why === undefined && hex === undefined) return false
  found.channels = why ?? { exit: Number(exit), raw: Buffer.from(hex ?? '', 'hex') }
  return true
}

function takeWord(found: Found, line: string): boolean {
  const boot = BOOT.exec(line)?.[1]
  if (boot !== undefined && found.boot === undefined) {
    found.boot = boot
    return true
  }
  const version = PACKAGE.exec(line)?.[1]
  if (version === undefined || found.packageVersion !== undefined) return false
  found.packageVersion = version
  return true
}

/** The lines between a script's first and last; `null` when the output is cut short or the nonce is another's. */
export function linesOf(stdout: string, script: string, nonce: string): readonly string[] | null {
  const lines = stdout.split('\n')
  if (lines.pop() !== '' || lines.shift() !== `${script} ${nonce}`) return null
  return lines.pop() === `end ${nonce} ${lines.length}` ? lines : null
}

/**
 * Takes the output of probe.sh apart. `null` for anything but the whole of what the script writes for this nonce: cut
 * short, lines added, lost or doubled. Never throws.
 */
export function parseFrame(stdout: string, nonce: string): Frame | null {
  const lines = linesOf(stdout, 'gateway-probe', nonce)
  if (lines === null) return null
  const found: Found = { http: {} }
  if (!lines.every((line) => take(found, line)) || found.client === undefined) return null
  return {
    client: found.client,
    http: found.http,
    process: found.process ?? null,
    boot: found.boot ?? null,
    packageVersion: found.packageVersion ?? null,
    channels: found.channels ?? null,
  }
}
