import { isPublic } from '../deployment.ts'
import type { IpAddress, Machine } from '../fly.ts'
import { DAY } from './moments.ts'
import {
  type Remembering,
  rememberLines,
  rememberSecrets,
  rememberTokens,
} from './remember-lines.ts'
import type { AddressTurn, Deed, GatewaySeen, Memory, Sight } from './sight.ts'

const NOTHING: Memory = {
  since: {},
  settled: {},
  lines: [],
  wrongTokens: [],
  secrets: null,
  list: null,
  addresses: null,
}

/** What the looks so far tell beyond the newest one. */
export function remember(all: Remembering): Memory {
  const last = all.before?.memory ?? NOTHING
  const settled = settledOf(all, last)
  return {
    since: sinceOf(all, last),
    settled,
    lines: rememberLines(last, { ...all, settled }),
    wrongTokens: rememberTokens(last, all),
    secrets: rememberSecrets(last, all),
    ...rememberAddresses(last, all),
  }
}

export const newestStart = ({ events }: Machine): number =>
  Math.max(0, ...events.filter(({ type }) => type === 'start').map(({ at }) => at))

/** A run counts once its gateway was seen ready; until then what the run before printed may be why it is not. */
function settledOf({ before, parts }: Remembering, last: Memory): Memory['settled'] {
  const { machines, gateway } = parts
  if (!machines.known) return last.settled
  const ready =
    gateway.known && gateway.value?.report.ready === true
      ? { machine: gateway.value.machine, at: gateway.at }
      : undefined
  const pairs = machines.value.map((machine) => {
    const start = newestStart(machine)
    const known = last.settled[machine.id]
    const proven = ready?.machine === machine.id && ready.at > start
    return [machine.id, before === undefined || known === undefined || proven ? start : known]
  })
  return Object.fromEntries(pairs)
}

/** Marks what lasts; where nothing could be seen, a mark stays as it was. */
function sinceOf({ before, parts }: Remembering, last: Memory): Memory['since'] {
  const marks = new Map<string, number>()
  const keep = (kind: string) => {
    for (const [key, at] of Object.entries(last.since)) if (key.startsWith(kind)) marks.set(key, at)
  }
  const mark = (key: string, at: number) => marks.set(key, last.since[key] ?? at)
  const { machines, gateway } = parts
  if (!machines.known) for (const kind of ['check ', 'host ', 'down ']) keep(kind)
  else
    for (const machine of machines.value) {
      const { id, hostStatus } = machine
      if (hostStatus === 'ok')
        for (const key of marksOf(machine, { before, last })) mark(key, machines.at)
      else {
        keep(`check ${id} `)
        keep(`down ${id}`)
        mark(`host ${id}`, machines.at)
      }
    }
  const key = gateway.known ? gatewayMark(gateway.value) : undefined
  if (key === undefined) for (const kind of ['unready ', 'channels ']) keep(kind)
  else if (key !== null) mark(key, gateway.at)
  for (const [name, part] of Object.entries(parts))
    if (!part.known && part.at > 0) mark(`blind ${name}`, part.at)
  return Object.fromEntries(marks)
}

/** What lasts of a gateway; null for nothing, undefined where it could not be told. */
function gatewayMark(value: GatewaySeen | null): string | null | undefined {
  if (value === null) return null
  const { machine, report } = value
  if (report.ready === null) return undefined
  if (!report.ready) return `unready ${machine}`
  const mute = (report.channelsDown ?? []).some(({ state }) => state !== 'starting')
  return mute || (report.failing ?? []).length > 0 ? `channels ${machine}` : null
}

const DOWN = new Set(['stopped', 'failed'])

/** What lasts of a machine that Fly can ask. */
function marksOf(
  { id, state, checks }: Machine,
  { before, last }: { readonly before: Sight | undefined; readonly last: Memory },
): readonly string[] {
  const failing = checks.filter(({ status }) => state === 'started' && status === 'critical')
  const found = failing.map(({ name }) => `check ${id} ${name}`)
  const machines = before?.machines.known ? before.machines.value : []
  const ran = machines.some((one) => one.id === id && !DOWN.has(one.state))
  const fell = DOWN.has(state) && (ran || last.since[`down ${id}`] !== undefined)
  return fell ? [...found, `down ${id}`] : found
}

/** Whether a command of ours explains a change that came between two moments. */
const ours = (
  jobs: readonly Deed[],
  { from, commands }: { readonly from: number; readonly commands: RegExp },
): boolean =>
  jobs.some(({ command, endedAt }) => commands.test(command) && (endedAt ?? from) >= from)

function rememberAddresses(
  last: Memory,
  { parts: { addresses }, glance, before }: Remembering,
): Pick<Memory, 'list' | 'addresses'> {
  if (!addresses.known || glance.addresses === undefined)
    return { list: last.list, addresses: last.addresses }
  const list = addresses.value
  if (last.list === null) return { list, addresses: null }
  const turn = turnOf(last.list, list, addresses.at)
  if (turn === null) return { list, addresses: last.addresses }
  const from = before?.addresses.at ?? 0
  if (ours(glance.jobs, { from, commands: /network|deploy/ })) return { list, addresses: null }
  return { list, addresses: sinceBoth(last, turn, list) }
}

/** Two changes within a day are one: what the second takes back was never there. */
function sinceBoth({ addresses, list }: Memory, turn: AddressTurn, after: readonly IpAddress[]) {
  if (addresses === null || list === null || turn.at - addresses.at > DAY) return turn
  const { added, removed } = addresses
  const first = [...without(list, added), ...removed]
  return turnOf(first, after, turn.at)
}

const without = (list: readonly IpAddress[], other: readonly IpAddress[]): readonly IpAddress[] =>
  list.filter(({ address }) => !other.some((one) => one.address === address))

function turnOf(
  before: readonly IpAddress[],
  after: readonly IpAddress[],
  at: number,
): AddressTurn | null {
  const [added, removed] = [without(after, before), without(before, after)]
  if (added.length === 0 && removed.length === 0) return null
  return { at, added, removed, wasPublic: before.some(isPublic) }
}
