import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { passing } from '../mutation/settle.ts'
import { tr } from '../text.ts'
import { KEEP } from '../token/kept.ts'
import { TOKEN } from '../token/look.ts'
import { isCode, lookFor } from './again.ts'
import { isMadeBy } from './make.ts'
import { allocated } from './steps.ts'
import { type Launch, VOLUME } from './target.ts'

/** One thing that is to go: how to name it, how to tell that it is there, how to ask for its removal. */
interface Thing {
  readonly name: string
  /** What a person types to remove it. */
  readonly command: string
  readonly there: () => Promise<boolean>
  readonly remove: () => Promise<void>
}

/** A volume is let go of up to two minutes after its machine was destroyed (FLY.md §2.3). */
const LOOKS = 120

export const appThing = (back: WorkContext): Thing => ({
  name: back.app,
  command: `fly apps destroy ${back.app}`,
  there: () => appThere(back),
  remove: () => back.fly.deleteApp(back.app),
})

async function appThere({ app, fly }: WorkContext): Promise<boolean> {
  try {
    await fly.app(app)
    return true
  } catch (error) {
    if (isCode(error, 'not_found')) return false
    throw error
  }
}

/** In the order in which they have to go: a volume is bound while its machine is there. */
export async function thingsIn(
  back: WorkContext,
  launch: Launch,
  recall: Recall,
): Promise<readonly Thing[]> {
  const { app, fly, job } = back
  const machines = (await fly.machines(app)).filter(isMadeBy(job)).map(({ id }): Thing => ({
    name: id,
    command: `fly machine destroy ${id} --force -a ${app}`,
    there: async () => (await fly.machines(app)).some((one) => one.id === id),
    remove: () => fly.destroyMachine(app, id),
  }))
  const volumes = (await fly.volumes(app))
    .filter(({ name }) => name === VOLUME.name)
    .map(({ id }): Thing => ({
      name: id,
      command: `fly volumes destroy ${id} -a ${app}`,
      there: async () => (await fly.volumes(app)).some((one) => one.id === id),
      remove: () => fly.deleteVolume(app, id),
    }))
  const rest = [
    ...(await addressThings(back, launch, recall)),
    ...secretThings(back, launch, recall),
  ]
  return [...machines, ...volumes, ...rest]
}

async function addressThings(
  { app, fly }: WorkContext,
  { allocate, addresses }: Launch,
  recall: Recall,
): Promise<readonly Thing[]> {
  const before = addresses.map(({ address }) => address)
  const now = await fly.addresses(app)
  return now
    .filter(({ address, type }) => {
      const made = allocated(recall, type)
      if (!allocate.includes(type) || before.includes(address)) return false
      return made === undefined || (made.own && made.address === address)
    })
    .map(({ address }) => ({
      name: address,
      command: `fly ips release ${address} -a ${app}`,
      there: async () => (await fly.addresses(app)).some((one) => one.address === address),
      remove: () => fly.releaseAddress(app, address),
    }))
}

/** The names that were given were not there before; nor was the token, where one was made. */
function secretThings(
  { app, fly }: WorkContext,
  { keys }: Launch,
  recall: Recall,
): readonly Thing[] {
  const names = [...keys, ...(recall(KEEP) ? [TOKEN] : [])]
  return names.map((name) => ({
    name,
    command: `fly secrets unset ${name} --stage -a ${app}`,
    there: async () => (await fly.secrets(app)).some((one) => one.name === name),
    remove: async () => {
      await fly.setSecrets(app, { [name]: null })
    },
  }))
}

/** Each until it is seen gone; what can't be removed does not keep the rest. Tells whether there was anything. */
export async function removeAll(things: readonly Thing[], back: WorkContext): Promise<boolean> {
  const left: Thing[] = []
  for (const thing of things) if (!(await isRemoved(thing, back))) left.push(thing)
  if (left.length > 0) throw leftOver(left)
  return things.length > 0
}

async function isRemoved({ there, remove }: Thing, back: WorkContext): Promise<boolean> {
  let refusals = 0
  const gone = await lookFor(back, LOOKS, async () => {
    const seen = await passing(there()).catch((error: unknown) => error)
    if (seen === false) return true
    if (seen === true) {
      const refused = await remove().catch((error: unknown) => error)
      if (refused instanceof OpsError) refusals += isCode(refused, 'not_ready') ? 0 : 1
      else if (refused !== undefined) throw refused
    } else if (!(seen instanceof OpsError)) throw seen
    else refusals += 1
    // What is refused for good is not asked for two minutes long.
    return refusals > REFUSALS ? false : undefined
  })
  return gone === true
}
const REFUSALS = 8

const leftOver = (left: readonly Thing[]): OpsError => {
  const names = left.map(({ name }) => name).join(', ')
  const commands = left.map(({ command }) => command).join('; ')
  return new OpsError(
    'unproven',
    tr(
      `Not removed, and it may cost money: ${names}. Remove it with: ${commands}`,
      `未能移除，可能產生費用：${names}。請以下列指令移除：${commands}`,
    ),
  )
}
