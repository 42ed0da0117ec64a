import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import type { Mend } from './faults.ts'
import { READY, request, untilNew } from './inside.ts'
import { NEXT } from './registry.ts'

/** That release fails at each start; it also changes the state so that older ones can't read it when it `migrates`. */
export const release =
  (...how: ReadonlyArray<'fails' | 'migrates'>) =>
  async (fly: FakeFly, machine: string): Promise<Mend> => {
    const state = fly.pathOf(machine, '/data')
    if (state === null) throw new Error('the machine is not running')
    const paths = how.map((one) => join(state, '.fake', `${one}-${NEXT}`))
    await mkdir(join(state, '.fake'), { recursive: true })
    for (const path of paths) await writeFile(path, '')
    return async () => {
      for (const path of [...paths, join(state, 'state', 'schema')]) await rm(path, { force: true })
      if (fly.machine(machine).state !== 'stopped') return
      await untilNew(fly, READY, () =>
        request(fly, `/machines/${machine}/start`, { method: 'POST' }),
      )
    }
  }
