import type { MachineEvent, MachineExit } from '../core/fly.ts'
import { anything, field, flag, listOf, number, object, text, timeMs } from './schema.ts'

const Exit = object({
  exit_code: number,
  guest_exit_code: number,
  signal: number,
  guest_signal: number,
  oom_killed: flag,
  requested_stop: flag,
  restarting: flag,
  exited_at: anything,
})
const Event = object({ id: text, type: text, status: text, source: text, timestamp: anything })

/** Events, newest first; `undefined` when it is no list of objects. */
export function readEvents(value: unknown): readonly MachineEvent[] | undefined {
  return listOf(value, readEvent)?.toSorted((a, b) => b.at - a.at)
}

function readEvent(value: unknown): MachineEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const event = Event.parse(value)
  const at = timeMs(event.timestamp) ?? 0
  return {
    id: event.id ?? '',
    type: event.type ?? '',
    status: event.status ?? '',
    source: event.source ?? '',
    at,
    exit: readExit(field(value, 'request'), at),
  }
}

/** Both places an exit may be in; the monitor's wins. Go leaves zero values out, so what is missing is 0 or false. */
function readExit(request: unknown, at: number): MachineExit | null {
  const monitor = field(request, 'MonitorEvent')
  const found = [field(monitor, 'exit_event'), field(request, 'exit_event')].find(
    (value) => typeof value === 'object' && value !== null,
  )
  if (found === undefined) return null
  const exit = Exit.parse(found)
  const count = number.parse(field(request, 'restart_count') ?? field(monitor, 'restart_count'))
  return {
    at: timeMs(exit.exited_at) ?? at,
    code: exit.exit_code || exit.guest_exit_code || 0,
    signal: [exit.guest_signal, exit.signal].find((one) => (one ?? 0) > 0) ?? 0,
    oom: exit.oom_killed ?? false,
    requested: exit.requested_stop ?? false,
    restarting: exit.restarting ?? false,
    restartCount: count ?? 0,
  }
}
