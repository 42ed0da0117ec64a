import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import { leaveLock, startDecoy, stateLock } from '../helpers/lock-files.ts'
import type { Mend } from './faults.ts'
import { READY, request, untilNew } from './inside.ts'

/**
 * A lock of an earlier run stays on the volume, and its pid belongs to something that looks like a gateway now: the gateway gives up,
 * and Fly with it after eleven tries.
 */
export async function lock(fly: FakeFly, id: string): Promise<Mend> {
  const state = fly.pathOf(id, '/data')
  if (state === null) throw new Error('the machine is not running')
  const decoy = await startDecoy()
  leaveLock(stateLock(state), { pid: decoy.pid, stateDir: state })
  await untilNew(fly, /already owns this state directory/, () => fly.crash(id))
  await fly.until(id, 'stopped')
  return async () => {
    await decoy.stop()
    if (fly.machine(id).state !== 'stopped') return
    await untilNew(fly, READY, () => request(fly, `/machines/${id}/start`, { method: 'POST' }))
    await fly.until(id, 'started')
  }
}
