import { guestOf, mountsOf } from './config-view.ts'
import { flyErrors } from './errors.ts'
import type { FakeApp, FakeMachine, FakeVolume, Json } from './types.ts'
import type { World } from './world.ts'

const gone = new Set(['destroyed', 'destroying'])
const goneVolume = new Set(['scheduling_destroy', 'pending_destroy', 'destroying', 'destroyed'])

/** Deleted volumes stay visible for a day, but nothing can be done with them. */
export function isGone(volume: FakeVolume): boolean {
  return goneVolume.has(volume.state)
}

function alive(world: World): readonly FakeMachine[] {
  return [...world.apps.values()]
    .flatMap((app) => [...app.machines.values()])
    .filter((machine) => !gone.has(machine.state))
}

export function refuseForQuota(
  world: World,
  app: FakeApp,
  more: { readonly region: string; readonly memoryMb: number },
): void {
  const { memoryQuotaMb, orgSlug, paymentMethod } = world.settings
  const used = alive(world).reduce((sum, machine) => sum + guestOf(machine.config).memoryMb, 0)
  if (used + more.memoryMb > memoryQuotaMb) throw flyErrors.quota(orgSlug, used, more.region)
  const machines = [...app.machines.values()].filter((machine) => !gone.has(machine.state))
  if (!paymentMethod && machines.length > 0) throw flyErrors.payment()
}

/** Memory that is free in a region, in MB. */
export function roomIn(world: World, region: string): number {
  return world.capacity.get(region)?.memoryMb ?? Infinity
}

export function refuseForRoom(
  world: World,
  { region, config, before }: { region: string; config: Json; before: Json | null },
): void {
  const had = before === null ? 0 : guestOf(before).memoryMb
  const more = guestOf(config).memoryMb - had
  const full =
    before === null ? roomIn(world, region) < more : more > 0 && roomIn(world, region) < more
  if (!full) return
  if (before !== null) throw flyErrors.insufficientMemory()
  const volume = mountsOf(config)[0]?.volume
  throw volume === undefined ? flyErrors.outOfCapacity() : flyErrors.noRoomWithVolume(volume)
}

export function refuseMounts(app: FakeApp, config: Json, region: string): void {
  for (const mount of mountsOf(config)) {
    const volume = app.volumes.get(mount.volume)
    if (volume === undefined || isGone(volume)) throw flyErrors.volumeMissing()
    if (volume.region !== region) throw flyErrors.invalid(`volume is not in region ${region}`)
    if (volume.machine !== null) throw flyErrors.volumeClaimed(holder(app, volume.machine))
  }
}

/** A holder that is destroyed already shows as 14 NUL characters. */
function holder(app: FakeApp, id: string): string {
  const machine = app.machines.get(id)
  return machine === undefined || gone.has(machine.state) ? '\0'.repeat(14) : id
}
