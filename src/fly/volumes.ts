import type { z } from 'zod'
import type { Fly, Guest, Snapshot, Volume } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { anything, field, flag, listOf, number, object, text, timeMs } from './schema.ts'

type Volumes = Pick<
  Fly,
  'volumes' | 'createVolume' | 'extendVolume' | 'deleteVolume' | 'snapshots' | 'createSnapshot'
>

/** Volumes and their snapshots. */
export function createVolumes(call: Caller): Volumes {
  return {
    volumes: async (app) => {
      const all = await call({
        endpoint: 'GET /v1/apps/{app}/volumes',
        at: { app },
        read: ({ json }) => listOf(json, readVolume),
      })
      return all.filter(({ state }) => !GONE.has(state))
    },
    createVolume: (app, { name, region, sizeGb, compute, snapshotId }) =>
      call({
        endpoint: 'POST /v1/apps/{app}/volumes',
        at: { app },
        body: {
          name,
          region,
          size_gb: sizeGb,
          compute: compute && guestBody(compute),
          snapshot_id: snapshotId,
        },
        read: ({ json }) => readVolume(json),
      }),
    extendVolume: (app, id, sizeGb) =>
      call({
        endpoint: 'PUT /v1/apps/{app}/volumes/{id}/extend',
        at: { app, id },
        body: { size_gb: sizeGb },
        read: readExtended,
      }),
    deleteVolume: async (app, id) => {
      await call({ endpoint: 'DELETE /v1/apps/{app}/volumes/{id}', at: { app, id }, read: anyJson })
    },
    snapshots: (app, id) =>
      call({
        endpoint: 'GET /v1/apps/{app}/volumes/{id}/snapshots',
        at: { app, id },
        read: ({ json }) => listOf(json, readSnapshot),
      }),
    createSnapshot: async (app, id) => {
      const endpoint = 'POST /v1/apps/{app}/volumes/{id}/snapshots'
      await call({ endpoint, at: { app, id }, read: anyJson })
    },
  }
}

/** A guest in Fly's words. */
export const guestBody = ({ cpuKind, cpus, memoryMb }: Guest) => ({
  cpu_kind: cpuKind,
  cpus,
  memory_mb: memoryMb,
})

// These answer a volume, something undocumented, or nothing.
const anyJson = ({ text: body, json }: Answer): true | undefined =>
  body.trim() === '' || json !== undefined ? true : undefined

const GONE: ReadonlySet<string> = new Set([
  'scheduling_destroy',
  'fork_cleanup',
  'waiting_for_detach',
  'pending_destroy',
  'destroying',
  'destroyed',
])

const Body = object({
  id: text,
  name: text,
  state: text,
  region: text,
  size_gb: number,
  bytes_used: number,
  bytes_total: number,
  blocks: number,
  blocks_free: number,
  block_size: number,
  attached_machine_id: text,
  host_status: text,
  snapshot_retention: number,
  auto_backup_enabled: flag,
  encrypted: flag,
  zone: text,
  created_at: anything,
})

function readVolume(value: unknown): Volume | undefined {
  const body = Body.parse(value)
  if (!body.id) return undefined
  return {
    id: body.id,
    name: body.name ?? '',
    state: body.state ?? 'unknown',
    region: body.region ?? '',
    sizeGb: body.size_gb ?? 0,
    ...usageOf(body),
    attachedMachine: body.attached_machine_id || null,
    hostStatus: body.host_status ?? 'unknown',
    snapshotRetentionDays: body.snapshot_retention ?? null,
    autoBackup: body.auto_backup_enabled ?? null,
    encrypted: body.encrypted ?? null,
    zone: body.zone || null,
    createdAt: timeMs(body.created_at),
  }
}

/** Bytes as said, or from the older block counts; a fresh volume has zeros in all of them, which means unknown. */
function usageOf(body: z.infer<typeof Body>): Pick<Volume, 'usedBytes' | 'totalBytes'> {
  if (body.bytes_total) return { usedBytes: body.bytes_used ?? 0, totalBytes: body.bytes_total }
  const { blocks, block_size: size, blocks_free: free } = body
  if (!blocks || !size) return { usedBytes: null, totalBytes: null }
  return { usedBytes: (blocks - (free ?? 0)) * size, totalBytes: blocks * size }
}

function readExtended({ json }: Answer): { needsRestart: boolean } | undefined {
  if (readVolume(field(json, 'volume') ?? json) === undefined) return undefined
  return { needsRestart: flag.parse(field(json, 'needs_restart')) ?? false }
}

const SnapshotBody = object({ id: text, status: text, size: number, created_at: anything })

function readSnapshot(value: unknown): Snapshot | undefined {
  const { id, status, size, created_at: createdAt } = SnapshotBody.parse(value)
  if (!id) return undefined
  return {
    id,
    status: status ?? 'unknown',
    sizeBytes: size ?? null,
    createdAt: timeMs(createdAt),
  }
}
