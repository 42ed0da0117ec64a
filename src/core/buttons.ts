import { actorKey } from './access.ts'
import type { Actor, Place } from './invocation.ts'
import type { Change, Clock, Sealer, Store } from './ports.ts'
import type { Action, Intent, Reply } from './reply.ts'

/** What the buttons of one reply stand for. The platform carries only `<set>.<index>`. */
export interface ButtonSet {
  readonly actions: ReadonlyArray<{
    readonly intent: Intent
    readonly into?: string
    readonly ask?: Action['ask']
    readonly label: Action['label']
  }>
  readonly platform: Place['platform']
  readonly space: string
  readonly room?: string
  /** The channel that the room, a thread, hangs in. */
  readonly parent?: string
  /** What the reply answers: all that is ever shown in its message is of the same. */
  readonly of: string
  readonly asker: string
}

export interface Buttons {
  /** Gives every action with an intent its opaque token, and remembers for 8 hours what it stands for. */
  readonly equip: (reply: Reply, origin: Origin) => Promise<Reply>
  /** The same, with what is remembered given back: it has to be written along with the words. */
  readonly dress: (reply: Reply, origin: Origin) => Dressed
  readonly find: (token: string) => Promise<{ set: ButtonSet; index: number } | undefined>
}
interface Dressed {
  readonly reply: Reply
  readonly along: readonly Change[]
}
export interface Origin {
  /** Makes the tokens of two replies differ even when their buttons do the same. */
  readonly id: string
  readonly place: Place
  readonly asker: Actor
}

const BUCKET = 'button'
const LIVE_MS = 8 * 3_600_000
const TOKEN = /^([\w-]{22})\.(\d{1,2})$/

export function createButtons(deps: {
  readonly store: Store
  readonly sealer: Sealer
  readonly clock: Clock
  /** Whether the one who is shown a button could use it; buttons they could not are left out. */
  readonly may: (intent: Intent, origin: Origin) => boolean
}): Buttons {
  const { store, sealer, clock, may } = deps
  const dress = (reply: Reply, origin: Origin): Dressed => {
    const actions = (reply.actions ?? []).filter(
      ({ intent }) => intent === undefined || may(intent, origin),
    )
    const bound = actions.filter(({ intent }) => intent !== undefined)
    if (bound.length === 0) return { reply: { ...reply, actions }, along: [] }
    const set = setOf(bound, origin)
    const id = sealer.digest(JSON.stringify(set))
    const options = { ttlMs: LIVE_MS, order: clock.now() }
    return {
      reply: { ...reply, actions: actions.map((action) => withToken(action, id, bound)) },
      along: [{ bucket: BUCKET, id, change: () => set, options }],
    }
  }
  return {
    dress,
    async equip(given, origin) {
      const { reply, along } = dress(given, origin)
      for (const { bucket, id, change, options } of along)
        await store.put(bucket, id, change(undefined), options)
      return reply
    },
    async find(token) {
      const [, key, index] = TOKEN.exec(token) ?? []
      if (key === undefined) return undefined
      const set = (await store.get(BUCKET, key)) as ButtonSet | undefined
      return set && { set, index: Number(index) }
    },
  }
}

const setOf = (bound: readonly Action[], { id, place, asker }: Origin): ButtonSet => ({
  actions: bound.map(({ intent, into, ask, label }) => ({
    intent: intent as Intent,
    label,
    ...(into !== undefined && { into }),
    ...(ask !== undefined && { ask }),
  })),
  platform: place.platform,
  space: place.space,
  ...(place.room !== undefined && { room: place.room }),
  ...(place.parent !== undefined && { parent: place.parent }),
  of: id,
  asker: actorKey(asker),
})

const withToken = (action: Action, key: string, bound: readonly Action[]): Action => {
  const index = bound.indexOf(action)
  return index < 0 ? action : { ...action, token: `${key}.${index}` }
}
