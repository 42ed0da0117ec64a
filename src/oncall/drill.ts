import {
  DRILL_MACHINE,
  DRILL_MB,
  foundIn,
  recordingOf,
  type Scenario,
} from '../core/oncall/drill-recordings.ts'
import type { Found } from '../core/oncall/found.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { MemoryGraph } from '../core/oncall/memory.ts'
import { type MemoryDeps, shown } from './memory.ts'

const MB = 1024 * 1024
const MINUTE_MS = 60_000

/** What a look at the simulated deployment finds: all of it recorded, nothing asked of anybody. */
export async function rehearsed(
  deps: Pick<MemoryDeps, 'store' | 'draw' | 'log'>,
  incident: Incident,
  scenario: Scenario,
): Promise<Omit<Found, 'similar'>> {
  const recording = recordingOf(scenario)
  const since = incident.openedAt
  const { memoryMb } = recording
  const used = memoryMb.map(
    (mb, n) => [since - (memoryMb.length - 1 - n) * MINUTE_MS, mb * MB] as const,
  )
  const graph: MemoryGraph = {
    machine: `DRILL ${DRILL_MACHINE}`,
    used,
    total: DRILL_MB * MB,
    since,
  }
  return { ...foundIn(recording, since), memory: await shown(deps, incident, graph) }
}
