import { actorKey } from './access.ts'
import { OpsError } from './errors.ts'
import type { Invocation } from './invocation.ts'
import type { JobRecord } from './job-record.ts'
import type { Clock, Sealer, Store } from './ports.ts'
import { Secret } from './secret.ts'
import { type Text, tr } from './text.ts'

/**
 * An option whose value is asked for where nobody else reads it, and kept sealed. What runs gets an opaque reference in its place; queue,
 * job, pending question, plan and audit hold nothing else.
 */
export interface PrivateOption<V> {
  readonly option: string
  /** `secret`: never in menus, and what is typed in its place is refused. `absent`: may be typed; asked for when it was left out. */
  readonly kind: 'secret' | 'absent'
  /** What is asked for, in at most 45 characters: a modal's label has no more. */
  readonly ask: Text
  /** The value may have several lines. */
  readonly lines?: boolean
  /** Asked for only then; given the other options, already checked. */
  readonly when?: (options: V) => boolean
  /** Of kind `absent`: whether a typed value ought to have been asked for; it is refused then, and counts as burnt. */
  readonly sensitive?: (options: V) => boolean
  /** Pure; what is wrong with a value, in a sentence that does not quote it. Nothing is stored then. */
  readonly check?: (value: string, options: V) => Text | undefined
}

interface Held {
  readonly sealed: string
  readonly by: string
  readonly command: string
  readonly until: number
}

const BUCKET = 'private'
const REF = /^p-[\w-]{22}$/
/** What stands in for a value that is still to be asked for, while everything else is decided. */
export const BLANK = `p-${'-'.repeat(22)}`
/** From the answer to the plan, and a look at the plan; confirming takes 15 minutes at most. */
const ASKED_MS = 20 * 60_000
/** Longer than a job waits in a queue; its end removes the value. */
const QUEUED_MS = 86_400_000

/** Whether the option holds a reference to what was asked for privately; what was typed may be shown. */
export const isGiven = (value: unknown): value is string =>
  typeof value === 'string' && REF.test(value)

const refsIn = (options: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.values(options).filter(isGiven)

interface Deps {
  readonly store: Store
  readonly sealer: Pick<Sealer, 'seal' | 'open' | 'digest'>
  readonly clock: Pick<Clock, 'now'>
}
type Asking = Pick<Invocation, 'id' | 'actor' | 'command'>

/** The reference under which the value of this request lies; the same for the same request. */
export const refOf = ({ sealer }: Pick<Deps, 'sealer'>, { id }: Pick<Asking, 'id'>): string =>
  `p-${sealer.digest(`private ${id}`)}`

/** Seals and keeps the value of a request; the first one stands. */
export async function keepGiven(deps: Deps, asking: Asking, value: Secret): Promise<void> {
  const { store, sealer, clock } = deps
  const held: Held = {
    sealed: sealer.seal(value.reveal()),
    by: actorKey(asking.actor),
    command: asking.command,
    until: clock.now() + ASKED_MS,
  }
  await store.create(BUCKET, refOf(deps, asking), held, { ttlMs: ASKED_MS })
}

/** The value as it was typed, or as it was kept: for the command and the person it was given for, while their job is not over. */
export async function openGiven(
  { store, sealer, clock }: Omit<Deps, 'sealer'> & { readonly sealer: Pick<Sealer, 'open'> },
  { invocation }: Pick<JobRecord, 'invocation'>,
  value: string,
): Promise<Secret> {
  if (!isGiven(value)) return new Secret(value)
  const held = (await store.get(BUCKET, value)) as Held | undefined
  const { actor, command } = invocation
  const theirs = held?.by === actorKey(actor) && held.command === command
  const opened = theirs && held.until > clock.now() ? sealer.open(held.sealed) : undefined
  if (opened === undefined) throw GONE()
  return new Secret(opened)
}

/** A job is to run with it: it has to be there as long as that waits. */
export async function holdGiven(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const until = clock.now() + QUEUED_MS
  for (const ref of refsIn(options))
    await store.update(
      BUCKET,
      ref,
      (current) => (current === undefined ? undefined : { ...(current as Held), until }),
      { ttlMs: QUEUED_MS },
    )
}

/** What it was given for is over. */
export async function forgetGiven(
  { store }: Pick<Deps, 'store'>,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const ref of refsIn(options)) await store.remove(BUCKET, ref)
}

const GONE = (): OpsError =>
  new OpsError(
    'expired',
    tr(
      'The value you gave is no longer kept: it waited too long, or was used.',
      '你提供的值已不再保留：等候過久，或已使用過。',
    ),
    { hint: tr('Send the command again.', '請重新送出指令。') },
  )
