import { deployments } from './deploy/record.ts'
import { gatewayMachines } from './mutation/targets.ts'
import { sizesNear, sizeWord } from './memory-size.ts'
import type { Store } from './ports.ts'
import { KNOWN } from './secrets/shapes.ts'
import { SIGHTS, type SightSeen } from './watch/seen-at.ts'
import type { Looked, Sight } from './watch/sight.ts'

/** What an option of an app's things takes: `name` of a secret there is, `key` also of one there may be, `disk` the size of a volume. */
export type Thing =
  'machine' | 'volume' | 'name' | 'key' | 'size' | 'disk' | 'version' | 'deployment'

/** What commands last saw of an app. */
export const HINTS = 'hint'

interface Known {
  readonly sight: Sight | undefined
  readonly hint: readonly string[]
}
type Get = Pick<Store, 'get'>

/** Values to offer, without asking Fly: as the watcher saw them last, else as a command did, else what is usual. */
export async function thingsOf(store: Get, thing: Thing, app: string): Promise<readonly string[]> {
  if (thing === 'deployment') return numbersOf(store, app)
  const [seen, hint] = await Promise.all([
    store.get(SIGHTS, app),
    store.get(HINTS, `${thing}.${app}`),
  ])
  const { sight } = (seen ?? {}) as Partial<SightSeen>
  return OFFERS[thing]({ sight, hint: (hint ?? []) as readonly string[] })
}

const OFFERS: Readonly<Record<Exclude<Thing, 'deployment'>, (known: Known) => readonly string[]>> =
  {
    machine: ({ sight, hint }) => valueOf(sight?.machines)?.map(({ id }) => id) ?? hint,
    volume: ({ sight }) => valueOf(sight?.volumes)?.map(({ id }) => id) ?? [],
    name: ({ sight, hint }) => namesOf(sight) ?? hint,
    key: ({ sight, hint }) => [...new Set([...(namesOf(sight) ?? hint), ...Object.keys(KNOWN)])],
    size: ({ sight, hint }) => sizesOf(sight) ?? (hint.length > 0 ? hint : USUAL),
    disk: ({ sight }) => {
      const sizes = valueOf(sight?.volumes)?.map(({ sizeGb }) => sizeGb) ?? []
      const least = sizes.length === 0 ? 0 : Math.min(...sizes)
      return DISKS.filter((gb) => gb > least).map((gb) => `${gb}gb`)
    },
    version: ({ hint }) => [...hint, 'last-good', 'bak'],
  }

const USUAL = ['512mb', '1gb', '2gb', '4gb', '8gb', 'next']
const DISKS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500]

const valueOf = <T>(part: Looked<T> | undefined): T | undefined =>
  part?.known === true ? part.value : undefined

const namesOf = (sight: Sight | undefined): readonly string[] | undefined =>
  valueOf(sight?.secrets)?.map(({ name }) => name)

function sizesOf(sight: Sight | undefined): readonly string[] | undefined {
  const guest = gatewayMachines(valueOf(sight?.machines) ?? [])[0]?.guest ?? undefined
  return guest && [...sizesNear(guest).map(({ memoryMb }) => sizeWord(memoryMb)), 'next']
}

async function numbersOf(store: Get, app: string): Promise<readonly string[]> {
  return (await deployments({ store, app })).map(({ number }) => String(number))
}
