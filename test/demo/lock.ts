import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import { leaveLock, startDecoy, stateLock } from '../helpers/lock-files.ts'
import { APP } from './app.ts'
import type { Mend } from './faults.ts'
import { READY, request, untilNew } from './inside.ts'

const OWNED = /already owns this state directory/
const refusals = (fly: FakeFly): number =>
  fly.app(APP).logs.filter(({ message }) => OWNED.test(message)).length
const start = (fly: FakeFly, id: string) =>
  request(fly, `/machines/${id}/start`, { method: 'POST' })

/**
 * A lock of an earlier run stays on the volume, and its pid belongs to something that looks like a gateway now: the gateway gives up,
 * and Fly with it after eleven tries.
 */
export async function lock(fly: FakeFly, id: string): Promise<Mend> {
  const state = fly.pathOf(id, '/data')
  if (state === null) throw new Error('the machine is not running')
  const decoy = await startDecoy()
  leaveLock(stateLock(state), { pid: decoy.pid, stateDir: state })
  const before = refusals(fly)
  fly.crash(id)
  await fly.until(id, 'stopped')
  // One that has crashed ten times already is not started again by itself.
  if (refusals(fly) === before) await untilNew(fly, OWNED, () => start(fly, id))
  await fly.until(id, 'stopped')
  return async () => {
    await decoy.stop()
    if (fly.machine(id).state !== 'stopped') return
    await untilNew(fly, READY, () => start(fly, id))
    await fly.until(id, 'started')
  }
}
