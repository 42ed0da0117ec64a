import type { Machine, MachineExit } from '../fly.ts'
import { envOf } from '../machine-config.ts'
import { tr, utc } from '../text.ts'
import { type Finding, finding } from './finding.ts'
import { settings } from './settings.ts'

/** Below this the gateway does not run well (OPENCLAW.md §1: 512 MB too small, 1 GB risky). */
const MEMORY_MB = 2048
const RECENT_MS = 86_400_000
/** As long as the old run may take to drain its work (OPENCLAW.md §3), and a little more. */
const UPDATE_MS = 360_000
/** Three unclean ends in five minutes, and the gateway answers but keeps its channels off (OPENCLAW.md §3). */
const LOOP_ENDS = 3
const LOOP_MS = 300_000

/** What one machine's size, exits, settings and checks tell. */
export function machineChecks(machine: Machine, now: number): readonly Finding[] {
  const { id, hostStatus, config } = machine
  if (hostStatus !== 'ok')
    return [
      finding(
        'host',
        'critical',
        tr(
          `The host of ${id} is ${hostStatus}; its state here is the last one known.`,
          `${id} 的主機狀態為 ${hostStatus}；此處顯示的是最後已知的狀態。`,
        ),
      ),
    ]
  if (config === null) return []
  return [
    ...memory(machine),
    ...exits(machine, now),
    ...loop(machine, now),
    ...leased(machine, now),
    ...settings(machine),
    ...health(machine),
  ]
}

function memory({ id, guest, config }: Machine): readonly Finding[] {
  if (guest === null || config === null) return []
  const heap = /--max[-_]old[-_]space[-_]size=(\d+)/.exec(envOf(config)['NODE_OPTIONS'] ?? '')?.[1]
  const found: Finding[] = []
  if (guest.memoryMb < MEMORY_MB)
    found.push(
      finding(
        'memory.small',
        guest.memoryMb < 1024 ? 'critical' : 'warning',
        tr(
          `${id} has ${guest.memoryMb} MB; the gateway wants ${MEMORY_MB} MB.`,
          `${id} 只有 ${guest.memoryMb} MB；閘道建議 ${MEMORY_MB} MB。`,
        ),
        'memory size=2gb',
      ),
    )
  if (heap !== undefined && Number(heap) > guest.memoryMb * 0.9)
    found.push(
      finding(
        'memory.heap_cap',
        'warning',
        tr(
          `The heap cap of ${heap} MB leaves the ${guest.memoryMb} MB of ${id} no room for anything else.`,
          `堆積上限 ${heap} MB 幾乎用盡 ${id} 的 ${guest.memoryMb} MB，沒有空間留給其他部分。`,
        ),
        'memory heap=auto',
      ),
    )
  return found
}

function exits(machine: Machine, now: number): readonly Finding[] {
  const exit = lastExit(machine)
  if (exit === null || now - exit.at > RECENT_MS) return []
  if (exit.oom) return [outOfMemory(machine, exit)]
  if (exit.requested || (exit.code === 0 && exit.signal <= 0)) return []
  const gone = machine.state === 'stopped'
  return [
    finding(
      gone ? 'exit.gave_up' : 'exit.crash',
      gone ? 'critical' : 'warning',
      tr(
        `${machine.id} exited with code ${exit.code} at ${utc(exit.at)}${gone ? ' and stays stopped' : ''}.`,
        `${machine.id} 於 ${utc(exit.at)} 以代碼 ${exit.code} 結束${gone ? '，目前保持停止' : ''}。`,
      ),
      gone ? 'machine start' : 'logs',
    ),
  ]
}

/** Raising the memory is an update: what happened before it is told, but cries no more. */
function outOfMemory({ id, events }: Machine, { at }: MachineExit): Finding {
  const changed = events.some((event) => event.type === 'update' && event.at > at)
  if (changed)
    return finding(
      'exit.oom',
      'info',
      tr(
        `${id} ran out of memory at ${utc(at)} and was killed; its config was changed since, and it has not happened again.`,
        `${id} 於 ${utc(at)} 記憶體不足而被終止；之後設定已變更，且未再發生。`,
      ),
    )
  return finding(
    'exit.oom',
    'critical',
    tr(
      `${id} ran out of memory at ${utc(at)} and was killed.`,
      `${id} 於 ${utc(at)} 記憶體不足而被終止。`,
    ),
    'memory size=next',
  )
}

/** What the health pages do not show: whether it is so only the channels themselves tell. */
function loop(machine: Machine, now: number): readonly Finding[] {
  const { id, state } = machine
  if (state !== 'started') return []
  const ends = uncleanEnds(machine, now - LOOP_MS)
  if (ends.length < LOOP_ENDS) return []
  return [
    finding(
      'crashloop',
      'critical',
      tr(
        `${id} ended uncleanly ${ends.length} times in the last five minutes. The gateway may keep its channels off until five minutes have passed quietly, even when it says it is ready: do not restart it again now.`,
        `${id} 在過去五分鐘內異常結束 ${ends.length} 次。即使閘道顯示就緒，也可能暫停所有頻道，直到平穩運行五分鐘：現在請勿再次重新啟動。`,
      ),
      'logs',
    ),
  ]
}

/** Hard ends that nobody asked for, since a moment; newest first as Fly has them. */
export const uncleanEnds = (machine: Machine, since: number): readonly MachineExit[] =>
  exitsOf(machine).filter(
    ({ at, requested, code, signal }) => !requested && (code !== 0 || signal > 0) && at >= since,
  )

/** A lease makes every change wait; our own jobs name themselves in it. */
function leased({ id, lease }: Machine, now: number): readonly Finding[] {
  if (lease === null || (lease.expiresAt !== null && lease.expiresAt <= now)) return []
  const owner = lease.owner ?? '?'
  const what =
    lease.description === null || lease.description === '' ? '' : ` (${lease.description})`
  const until = lease.expiresAt === null ? '?' : utc(lease.expiresAt)
  return [
    finding(
      'lease',
      'info',
      tr(
        `${id} is leased by ${owner}${what} until ${until}: it is being changed, and other changes have to wait.`,
        `${id} 目前由 ${owner}${what} 租用至 ${until}：正在進行變更，其他變更須等候。`,
      ),
    ),
  ]
}

/** The exits that are no part of an update: there the old run's exit is expected (FLY.md §3.2). */
function exitsOf({ events }: Machine): readonly MachineExit[] {
  const of = (wanted: string) => events.filter(({ type }) => type === wanted).map(({ at }) => at)
  const [updates, starts] = [of('update'), of('start')]
  const isOldRun = (at: number) =>
    updates.some(
      (update) =>
        update <= at &&
        at - update < UPDATE_MS &&
        !starts.some((start) => update < start && start < at),
    )
  return events.flatMap(({ exit }) => (exit === null || isOldRun(exit.at) ? [] : [exit]))
}

/** The newest of those. */
export const lastExit = (machine: Machine): MachineExit | null =>
  exitsOf(machine).toSorted((a, b) => b.at - a.at)[0] ?? null

function health({ id, checks }: Machine): readonly Finding[] {
  return checks
    .filter(({ status }) => status === 'critical')
    .map(({ name }) =>
      finding(
        'check',
        'critical',
        tr(`The check ${name} of ${id} fails.`, `${id} 的檢查 ${name} 失敗。`),
        'logs',
      ),
    )
}
