import { type Guard, placeKey, type Scope } from '../core/access.ts'
import type { Clock, Store } from '../core/ports.ts'

const BUCKET = 'guard'
/** All of them in one record: there are few, and every decision of a worker reads them. */
const ALL = 'all'

interface Deps {
  readonly store: Store
  readonly clock: Clock
}
type Space = Pick<Scope, 'platform' | 'space'>

export const readGuards = async ({ store }: Pick<Deps, 'store'>): Promise<readonly Guard[]> =>
  ((await store.get(BUCKET, ALL)) as readonly Guard[] | undefined) ?? []

const change = async (
  { store }: Pick<Deps, 'store'>,
  work: (guards: readonly Guard[]) => readonly Guard[],
): Promise<void> => {
  await store.update(BUCKET, ALL, (current) =>
    work((current as readonly Guard[] | undefined) ?? []),
  )
}

/** One guard for each app and place; without anything to ask for there is none. */
export const putGuard = (deps: Deps, draft: Omit<Guard, 'at'>): Promise<void> =>
  change(deps, (guards) => {
    const others = guards.filter(({ on }) => on !== draft.on)
    const asks = draft.second !== null || draft.standsMs !== null
    return asks ? [...others, { ...draft, at: deps.clock.now() }] : others
  })

/** Those of a place go along with it to its new id. */
export const moveGuards = (deps: Deps, from: Space, to: string): Promise<void> =>
  change(deps, (guards) =>
    guards.map((guard) => {
      const [space = '', ...room] = guard.on.split('/')
      const on = [placeKey({ ...from, space: to }), ...room].join('/')
      return space === placeKey(from) ? { ...guard, on } : guard
    }),
  )
