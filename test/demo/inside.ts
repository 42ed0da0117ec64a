import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import type { Json } from '../fakes/fly/types.ts'
import { record } from '../fakes/fly/values.ts'
import { APP } from './app.ts'
import type { Mend } from './faults.ts'

const LOOK_MS = 20
/** Far longer than any start on a busy machine: a line that is not there by then will not come. */
const GIVE_UP_MS = 60_000

/** How often the app's log says so. */
export const logged = (fly: FakeFly, line: RegExp): number =>
  fly.app(APP).logs.filter(({ message }) => line.test(message)).length

/** Runs `work` and waits for a log line that was not there before. */
export async function untilNew<T>(fly: FakeFly, line: RegExp, work: () => T): Promise<Awaited<T>> {
  const before = logged(fly, line)
  const result = await work()
  await waitLine(fly, { line, before })
  return result
}

interface Waiting {
  readonly line: RegExp
  readonly before: number
  /** Done before each look. */
  readonly meanwhile?: () => Promise<unknown> | undefined
}

async function waitLine(fly: FakeFly, { line, before, meanwhile }: Waiting): Promise<void> {
  const giveUp = Date.now() + GIVE_UP_MS
  while (logged(fly, line) <= before) {
    if (Date.now() > giveUp) throw new Error(`the gateway never said ${String(line)}`)
    await meanwhile?.()
    await sleep(LOOK_MS)
  }
}

/** Ends the gateway and waits until it is up again: a machine that has ended ten times is not started again by Fly. */
export async function upAgain(fly: FakeFly, id: string, end: () => unknown): Promise<void> {
  const before = logged(fly, READY)
  await end()
  const meanwhile = () =>
    fly.machine(id).state === 'stopped'
      ? request(fly, `/machines/${id}/start`, { method: 'POST' })
      : undefined
  await waitLine(fly, { line: READY, before, meanwhile })
}

/** Replaces or removes a file while the machine is stopped, so that nothing but its next start reads it. */
export async function atRest(fly: FakeFly, id: string, work: () => Promise<void>): Promise<void> {
  if (fly.machine(id).state !== 'stopped')
    await request(fly, `/machines/${id}/stop`, { method: 'POST' })
  await fly.until(id, 'stopped')
  await work()
  await untilNew(fly, READY, () => request(fly, `/machines/${id}/start`, { method: 'POST' }))
  await fly.until(id, 'started')
}

export const READY = /\[gateway\] ready$/

interface Sent {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A request as a person with flyctl makes it; one that is refused is a fault of the demo. */
export async function request(fly: FakeFly, path: string, init: Sent): Promise<unknown> {
  const headers = { authorization: fly.token, 'content-type': 'application/json', ...init.headers }
  const answer = await fetch(`${fly.url}/v1/apps/${APP}${path}`, { ...init, headers })
  if (!answer.ok) throw new Error(`the demo could not do that: ${await answer.text()}`)
  return answer.json()
}

/** Updates the machine's config as a person with flyctl would; gives the one before. */
export async function changeConfig(fly: FakeFly, machine: string, change: Json): Promise<Json> {
  const { config } = fly.machine(machine)
  const body = JSON.stringify({ config: { ...config, ...change } })
  await request(fly, `/machines/${machine}`, { method: 'POST', body })
  return config
}

/** Puts back what a change has replaced, and waits until that runs. */
const putBack = (fly: FakeFly, machine: string, before: Json, name: string) => async () => {
  await untilNew(fly, READY, () => changeConfig(fly, machine, { [name]: before[name] }))
  await fly.until(machine, 'started')
}

/** Leaves a lever for the stand-in gateway in its own state directory; one that `ends` it is waited for until it is up again. */
export const lever =
  (name: string, how?: 'ends') =>
  async (fly: FakeFly, machine: string): Promise<Mend> => {
    const path = join(stateOf(fly, machine), '.fake', name)
    const pull = () => writeFile(path, '')
    await mkdir(join(path, '..'), { recursive: true })
    await (how === 'ends' ? upAgain(fly, machine, pull) : pull())
    return () => rm(path, { force: true })
  }

export function stateOf(fly: FakeFly, machine: string): string {
  const state = fly.pathOf(machine, '/data')
  if (state === null) throw new Error('the machine is not running')
  return state
}

/** Another start command, which leaves the machine in `state`: a start that fails is tried eleven times. */
export const command =
  (words: string, state: 'started' | 'stopped') =>
  async (fly: FakeFly, machine: string): Promise<Mend> => {
    const init = { cmd: words.split(' ') }
    const line = state === 'started' ? READY : /Invalid --bind/
    const before = await untilNew(fly, line, () => changeConfig(fly, machine, { init }))
    await fly.until(machine, state)
    return putBack(fly, machine, before, 'init')
  }

/** More variables, with which a start comes as far as `line`. */
export const environment =
  (more: Readonly<Record<string, string>>, line: RegExp) =>
  async (fly: FakeFly, machine: string): Promise<Mend> => {
    const env = { ...record(fly.machine(machine).config['env']), ...more }
    const before = await untilNew(fly, line, () => changeConfig(fly, machine, { env }))
    return putBack(fly, machine, before, 'env')
  }

const RELOADED = /config hot reload applied/

/** A config file with these words in it, taken up while the gateway runs. */
export const file =
  (text: string) =>
  async (fly: FakeFly, machine: string): Promise<Mend> => {
    const path = join(stateOf(fly, machine), 'openclaw.json')
    const before = await readFile(path, 'utf8').catch(() => '{ meta: {} }')
    await untilNew(fly, RELOADED, () => writeFile(path, text))
    return async () => {
      // Cured already: of what it runs with, the gateway says nothing.
      if ((await readFile(path, 'utf8').catch(() => '')) !== text) return
      await untilNew(fly, RELOADED, () => writeFile(path, before))
    }
  }
