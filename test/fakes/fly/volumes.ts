import { flyErrors } from './errors.ts'
import { newVolume } from './make.ts'
import { isGone, roomIn } from './placement.ts'
import type { Answer, Context, Route } from './router.ts'
import { appOf, json, page, refuseUnreachable, volumeOf } from './router.ts'
import { findSnapshot } from './snapshots.ts'
import type { FakeVolume, Json } from './types.ts'
import type { World } from './world.ts'
import { number, record, rfc3339, text } from './values.ts'

const all = '/v1/apps/:app/volumes'
const one = `${all}/:volume`
const gigabyte = 1024 ** 3
const blockSize = 4096

export const volumeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: all,
    action: 'volumes.list',
    query: ['summary', 'cursor', 'limit'],
    handle: (context) => {
      const [volumes, next] = page([...appOf(context).volumes.values()], context.query, 1000)
      const headers = next === '' ? {} : { 'fly-next-cursor': next }
      return { status: 200, body: volumes.map((volume) => view(context.world, volume)), headers }
    },
  },
  {
    method: 'POST',
    path: all,
    action: 'volumes.create',
    schema: 'CreateVolumeRequest',
    writes: true,
    handle: create,
  },
  {
    method: 'GET',
    path: one,
    action: 'volume.get',
    handle: (context) => json(view(context.world, volumeOf(context))),
  },
  {
    method: 'PUT',
    path: one,
    action: 'volume.update',
    schema: 'UpdateVolumeRequest',
    writes: true,
    handle: update,
  },
  { method: 'DELETE', path: one, action: 'volume.delete', writes: true, handle: remove },
  {
    method: 'PUT',
    path: `${one}/extend`,
    action: 'volume.extend',
    schema: 'ExtendVolumeRequest',
    writes: true,
    handle: extend,
  },
]

function create(context: Context): Answer {
  const { world, body } = context
  const app = appOf(context)
  const name = text(body['name'])
  const region = text(body['region'])
  if (name === undefined || !/^[a-z0-9_]{1,30}$/.test(name)) throw flyErrors.invalid('volume name')
  if (region === undefined || !/^[a-z]{3}$/.test(region)) throw flyErrors.invalid('region')
  const compute = record(body['compute'])
  if (roomIn(world, region) < (number(compute['memory_mb']) ?? 1))
    throw flyErrors.noVolumeCapacity()
  const source = text(body['snapshot_id'])
  const snapshot = source === undefined ? null : findSnapshot(app, source)
  if (source !== undefined && snapshot === null) throw flyErrors.volumeNotFound()
  const restoring = snapshot !== null || text(body['source_volume_id']) !== undefined
  const volume = newVolume(world, app, {
    name,
    region,
    sizeGb: number(body['size_gb']) ?? 3,
    state: restoring ? 'restoring' : 'creating',
    encrypted: body['encrypted'] !== false,
    snapshotRetention: number(body['snapshot_retention']) ?? 5,
    autoBackup: body['auto_backup_enabled'] !== false,
    bytesUsed: snapshot?.size ?? 0,
  })
  const { delays } = world.settings
  world.clock.after(restoring ? delays.restore : delays.volume, () => {
    if (!isGone(volume)) volume.state = 'created'
  })
  return json(view(world, volume))
}

function update(context: Context): Answer {
  const volume = volumeOf(context)
  const { body, world } = context
  const retention = number(body['snapshot_retention'])
  if (retention !== undefined && (retention < 1 || retention > 60)) {
    throw flyErrors.invalid('snapshot_retention must be between 1 and 60')
  }
  volume.snapshotRetention = retention ?? volume.snapshotRetention
  volume.autoBackup = body['auto_backup_enabled'] !== false
  return json(view(world, volume))
}

/** Volumes only grow; the file system of a running machine sees it after a restart. */
function extend(context: Context): Answer {
  const { world, body } = context
  const volume = volumeOf(context)
  if (volume.hostStatus !== 'ok') throw flyErrors.hostUnreachable()
  const size = number(body['size_gb']) ?? 0
  if (size <= volume.sizeGb) throw flyErrors.invalid('size_gb must be larger than the current size')
  volume.sizeGb = size
  const machine = appOf(context).machines.get(volume.machine ?? '')
  if (machine !== undefined) refuseUnreachable(machine)
  const needs_restart = machine?.state === 'started' && volume.growsAlone !== true
  return json({ volume: view(world, volume), needs_restart })
}

function remove(context: Context): Answer {
  const { world } = context
  const volume = volumeOf(context)
  if (volume.machine !== null) throw flyErrors.volumeBound(volume.machine)
  volume.state = 'scheduling_destroy'
  world.clock.after(world.settings.delays.volume, () => {
    volume.state = 'pending_destroy'
  })
  return json(view(world, volume))
}

function view(world: World, volume: FakeVolume): Json {
  const used = world.runtime.volumeBytes(volume) ?? volume.bytesUsed
  const total = volume.sizeGb * gigabyte
  const blocks = Math.floor(total / blockSize)
  const free = Math.max(0, blocks - Math.ceil(used / blockSize))
  return {
    id: volume.id,
    name: volume.name,
    state: volume.state,
    size_gb: volume.sizeGb,
    region: volume.region,
    zone: volume.zone,
    encrypted: volume.encrypted,
    attached_machine_id: volume.machine,
    attached_alloc_id: null,
    created_at: rfc3339(volume.createdAt),
    blocks,
    block_size: blockSize,
    blocks_free: free,
    blocks_avail: free,
    bytes_used: used,
    bytes_total: total,
    fstype: 'ext4',
    snapshot_retention: volume.snapshotRetention,
    auto_backup_enabled: volume.autoBackup,
    host_status: volume.hostStatus,
  }
}
