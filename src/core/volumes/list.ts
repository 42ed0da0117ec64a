import type { WorkContext } from '../context.ts'
import type { Snapshot, Volume } from '../fly.ts'
import { look, type Look } from '../in-time.ts'
import { costUsdMonth } from '../prices.ts'
import type { Text } from '../text.ts'
import { diskOf, pathOf } from './choose.ts'

/** The newest copies are enough to read; all are counted. */
const SHOWN = 5
const PART_MS = 9000

/** One volume as scripts get it; field names are public. */
export interface VolumeRow {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly region: string
  readonly zone: string | null
  readonly hostStatus: string
  readonly encrypted: boolean | null
  readonly sizeGb: number
  readonly usedBytes: number | null
  readonly totalBytes: number | null
  /** `inside`: by df in the machine, now; `fly`: what Fly says, which may be old. */
  readonly usedFrom: 'inside' | 'fly' | null
  /** Why the use was not measured inside. */
  readonly usedWhy: Text | null
  readonly attachedMachine: string | null
  readonly machineState: string | null
  readonly path: string | null
  /** Whether Fly makes a copy each day by itself. */
  readonly scheduled: boolean | null
  readonly retentionDays: number | null
  readonly usdMonth: number
  readonly snapshots:
    | { readonly known: true; readonly count: number; readonly newest: readonly SnapshotRow[] }
    | { readonly known: false; readonly why: Text }
}
export interface SnapshotRow {
  readonly id: string
  readonly status: string
  readonly sizeBytes: number | null
  readonly createdAt: number | null
}
export interface VolumeList {
  readonly app: string
  readonly now: number
  /** False when the machines could not be read: then nothing was measured inside. */
  readonly machinesRead: boolean
  readonly volumes: readonly VolumeRow[]
}

/** Lists the app's volumes with what is in them and what copies there are; a part that can't be had is named. */
export async function listVolumes(context: WorkContext): Promise<VolumeList> {
  const { app, fly, clock } = context
  const [volumes, machines] = await Promise.all([
    fly.volumes(app),
    look(context, PART_MS, (signal) => fly.with(signal).machines(app)),
  ])
  const found = machines.known ? machines.value : []
  const rows = await Promise.all(
    volumes.map(async (volume) => {
      const machine = found.find(({ id }) => id === volume.attachedMachine)
      const [disk, snapshots] = await Promise.all([
        look(context, PART_MS, () => diskOf(context, { volume, machine })),
        look(context, PART_MS, (signal) => fly.with(signal).snapshots(app, volume.id)),
      ])
      const inside = disk.known ? disk.value : disk
      return {
        ...rowOf(volume, inside),
        machineState: machine?.state ?? null,
        path: pathOf(volume.id, machine) ?? null,
        snapshots: snapshotsOf(snapshots),
      }
    }),
  )
  return { app, now: clock.now(), machinesRead: machines.known, volumes: rows }
}

type Inside = Awaited<ReturnType<typeof diskOf>>

function rowOf(volume: Volume, inside: Inside) {
  const { id, name, state, region, hostStatus, sizeGb, attachedMachine } = volume
  const { usd } = costUsdMonth({ machines: [], volumes: [volume], addresses: [] })
  return {
    id,
    name,
    state,
    region,
    zone: volume.zone ?? null,
    hostStatus,
    encrypted: volume.encrypted ?? null,
    sizeGb,
    ...useOf(volume, inside),
    attachedMachine,
    scheduled: volume.autoBackup,
    retentionDays: volume.snapshotRetentionDays,
    usdMonth: Math.round(usd * 100) / 100,
  }
}

function useOf(
  { usedBytes, totalBytes }: Volume,
  inside: Inside,
): Pick<VolumeRow, 'usedBytes' | 'totalBytes' | 'usedFrom' | 'usedWhy'> {
  if (inside.known) {
    const { disk } = inside
    return {
      usedBytes: disk.usedBytes,
      totalBytes: disk.totalBytes,
      usedFrom: 'inside',
      usedWhy: null,
    }
  }
  const usedFrom = usedBytes === null ? null : 'fly'
  return { usedBytes, totalBytes, usedFrom, usedWhy: inside.why }
}

function snapshotsOf(found: Look<readonly Snapshot[]>): VolumeRow['snapshots'] {
  if (!found.known) return { known: false, why: found.why }
  const newest = found.value.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
  return { known: true, count: newest.length, newest: newest.slice(0, SHOWN) }
}
