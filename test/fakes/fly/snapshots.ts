import { flyErrors } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { json, volumeOf } from './router.ts'
import type { FakeApp, FakeSnapshot, FakeVolume } from './types.ts'
import type { World } from './world.ts'
import { rfc3339 } from './values.ts'

const path = '/v1/apps/:app/volumes/:volume/snapshots'

export const snapshotRoutes: readonly Route[] = [
  {
    method: 'GET',
    path,
    action: 'snapshots.list',
    handle: (context) => {
      const volume = volumeOf(context)
      return json(
        volume.snapshots.map((snapshot) => ({
          id: snapshot.id,
          size: snapshot.size,
          volume_size: snapshot.volumeSize,
          digest: snapshot.id.slice(3),
          created_at: rfc3339(snapshot.createdAt),
          status: snapshot.status,
          retention_days: volume.snapshotRetention,
        })),
      )
    },
  },
  { method: 'POST', path, action: 'snapshots.create', writes: true, handle: create },
]

/** The answer names nothing dependable, as on live Fly: the new one has to be found in the list. */
function create(context: Context): Answer {
  const volume = volumeOf(context)
  const pending = volume.snapshots.find(({ status }) => status !== 'created' && status !== 'failed')
  if (pending !== undefined) {
    throw flyErrors.snapshotPending(new Date(pending.createdAt).toISOString())
  }
  const snapshot = takeSnapshot(context.world, volume)
  const backup = { id: 'internal-backup', graph_id: snapshot.id, state: 'prepare' }
  return json({ Msg: { backup } })
}

export function takeSnapshot(world: World, volume: FakeVolume): FakeSnapshot {
  const half = world.settings.delays.snapshot / 2
  const snapshot: FakeSnapshot = {
    id: world.ids.snapshot(),
    createdAt: world.clock.now(),
    size: world.runtime.volumeBytes(volume) ?? volume.bytesUsed,
    volumeSize: volume.sizeGb * 1024 ** 3,
    status: 'pending',
  }
  volume.snapshots.unshift(snapshot)
  world.clock.after(half, () => {
    snapshot.status = 'running'
    world.clock.after(half, () => {
      snapshot.status = 'created'
    })
  })
  return snapshot
}

export function findSnapshot(app: FakeApp, id: string): FakeSnapshot | null {
  const all = [...app.volumes.values()].flatMap(({ snapshots }) => snapshots)
  return all.find((snapshot) => snapshot.id === id && snapshot.status === 'created') ?? null
}
