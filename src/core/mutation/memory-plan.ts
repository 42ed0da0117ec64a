import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import type { Guest, Machine } from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'
import { commandOf, mountsOf } from '../machine-config.ts'
import { heapCapMb } from '../node-options.ts'
import { type Override, overrideOf } from '../overrides.ts'
import { ownWarning } from '../own-machine.ts'
import { isLegal } from '../sizes.ts'
import { type Text, tr } from '../text.ts'
import { attempt } from './attempt.ts'
import { isUp, settledNow } from './kept.ts'
import { leaseWarning } from './lease.ts'
import {
  goalOf,
  isSame,
  type MemoryChange,
  type MemoryOptions,
  nothingToChange,
  optionsOf,
  type Sized,
  sizedOf,
  targetOf,
} from './memory.ts'
import { changeBlocks, changeTitle } from './memory-words.ts'

/** What will change, from a few looks; what only the question shows is not looked for again before it is done. */
export async function planMemory(context: WorkContext, options: MemoryOptions): Promise<Plan> {
  const { app, fly, gateway, phase } = context
  const machines = await fly.machines(app)
  const machine = settledNow(targetOf(machines, options.machine))
  const { id, region, version, lease, state } = machine
  const was = sizedOf(machine)
  const set = await overrideOf(context.store, { app, machine: id })
  const asked = goalOf(machine, was, options)
  const kept = isSame(was, asked)
  if (kept && !isElse(set, machine)) throw nothingToChange(id, asked)
  const goal = withOldCpus(asked, was, set)
  const started = isUp(machine)
  const [report, room] = await Promise.all([
    started && !kept ? gateway.probe(app, machine) : null,
    phase === 'plan' ? roomFor(context, machine, { was, goal }) : null,
  ])
  const change: MemoryChange = {
    id,
    region,
    version,
    started,
    was,
    goal,
    ...(kept && { kept }),
    lease,
    bootId: report?.bootId ?? null,
    wasReady: report?.ready === true,
  }
  const warnings = [
    ...ownWarning(context, [id]),
    ...othersText(machines, id),
    ...used(change, report),
    ...ownCap(machine),
    ...(room === null ? [] : [room]),
    ...leaseWarning(machine),
  ]
  return {
    title: changeTitle(app, change),
    blocks: changeBlocks(change, warnings),
    fingerprint: JSON.stringify([id, version, state, lease?.owner, lease?.description, goal]),
    data: change,
    ...(kept && { nothing: true }),
  }
}

/** Something else than what there is was set here: a deploy made elsewhere has put this in its place. */
function isElse(set: Override | undefined, { guest, config }: ReturnType<typeof targetOf>) {
  if (set?.memoryMb === undefined) return false
  const { nodeOptions, memoryMb } = set
  const now = optionsOf(config) || null
  return guest?.memoryMb !== memoryMb || (nodeOptions !== undefined && nodeOptions !== now)
}

/** CPUs that only came for the sake of more memory go with it again, so that Undo is the way back it says it is. */
function withOldCpus(goal: Sized, was: Sized, set: Override | undefined): Sized {
  const cpus = set?.cpusBefore ?? goal.guest.cpus
  const guest = { ...goal.guest, cpus }
  const less = guest.memoryMb < was.guest.memoryMb && cpus < goal.guest.cpus
  return less && isLegal(guest) ? { ...goal, guest } : goal
}

const othersText = (machines: readonly Machine[], id: string): readonly Text[] => {
  const others = machines.filter((other) => other.id !== id).map((other) => other.id)
  if (others.length === 0) return []
  const list = others.join(', ')
  return [
    tr(
      `Only ${id} changes. Name another one with machine=: ${list}.`,
      `只會變更 ${id}。要變更其他機器請用 machine=：${list}。`,
    ),
  ]
}

/** Less than the gateway uses now would have it killed at once. */
function used(
  { id, started, was, goal }: MemoryChange,
  report: GatewayReport | null,
): readonly Text[] {
  const { memoryMb } = goal.guest
  if (!started || memoryMb >= was.guest.memoryMb) return []
  if (report === null || report.rssBytes === null)
    return [
      tr(
        `⚠️ What the gateway of ${id} uses now could not be read, so nobody knows whether ${memoryMb} MB is enough.`,
        `⚠️ 無法讀取 ${id} 的閘道目前用量，因此無法得知 ${memoryMb} MB 是否足夠。`,
      ),
    ]
  const mb = Math.ceil(report.rssBytes / 1_048_576)
  if (mb < memoryMb) return []
  return [
    tr(
      `⚠️ The gateway uses ${mb} MB now, more than ${memoryMb} MB: expect it to run out of memory.`,
      `⚠️ 閘道目前使用 ${mb} MB，超過 ${memoryMb} MB：預期會記憶體不足。`,
    ),
  ]
}

/** A cap on the command line beats the one in NODE_OPTIONS. */
function ownCap({ id, config, guest }: Machine): readonly Text[] {
  const words = config === null ? [] : commandOf(config)
  const mb = words.map((word) => heapCapMb(word, guest?.memoryMb ?? 0)).find((cap) => cap !== null)
  if (mb === undefined || mb === null) return []
  return [
    tr(
      `⚠️ The command of ${id} sets a heap cap of ${mb} MB itself, which wins over NODE_OPTIONS.`,
      `⚠️ ${id} 的指令自行設定堆積上限 ${mb} MB，優先於 NODE_OPTIONS。`,
    ),
  ]
}

/** Fly's own reckoning whether such a machine fits where the volume is; no more than a reckoning. */
async function roomFor(
  context: WorkContext,
  machine: Machine,
  { was, goal }: { readonly was: Sized; readonly goal: Sized },
): Promise<Text | null> {
  const { guest } = goal
  if (guest.memoryMb <= was.guest.memoryMb && guest.cpus <= was.guest.cpus) return null
  const found = await attempt(placesFor(context, machine, guest), context.signal)
  if (!found.known || found.value.fits === null)
    return tr(
      'Whether Fly has room for it could not be looked up; if it has none, the old size comes back.',
      '無法查詢 Fly 是否有足夠容量；若沒有，將恢復原本的規格。',
    )
  const { region, fits } = found.value
  if (fits) return null
  return tr(
    `⚠️ By Fly's simulation there is no room for it in ${region} now, where the volume is. It may be refused; then the old size comes back.`,
    `⚠️ 依 Fly 的模擬，磁碟區所在的 ${region} 目前沒有容量。可能會被拒絕；屆時會恢復原本的規格。`,
  )
}

async function placesFor({ app, fly }: WorkContext, machine: Machine, guest: Guest) {
  const mount = mountsOf(machine.config ?? {})[0]
  const [{ org }, volumes] = await Promise.all([fly.app(app), fly.volumes(app)])
  const region = volumes.find(({ id }) => id === mount?.volume)?.region ?? machine.region
  if (org === null) return { region, fits: null }
  const named = mount?.name == null ? {} : { volumeName: mount.name }
  const rooms = await fly.placements({ org, region, guest, count: 1, ...named })
  return { region, fits: rooms.some((room) => room.region === region && room.count > 0) }
}
