import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'

/** Something that can go wrong in the demo. Gives what takes it away again, where starting the machine anew does not. */
interface Breakage {
  readonly about: string
  readonly cause: (fly: FakeFly, machine: string) => Promise<Mend> | Mend
}
export type Mend = (() => Promise<void> | void) | undefined

const FOREVER = Number.POSITIVE_INFINITY
const START = 'node dist/index.js gateway --allow-unconfigured'

/** Leaves a lever for the stand-in gateway in its own state directory. */
const lever =
  (name: string) =>
  async (fly: FakeFly, machine: string): Promise<Mend> => {
    const state = fly.pathOf(machine, '/data')
    if (state === null) throw new Error('the machine is not running')
    const path = join(state, '.fake', name)
    await mkdir(join(state, '.fake'), { recursive: true })
    await writeFile(path, '')
    return () => rm(path, { force: true })
  }

/** Updates the start command as a person with flyctl would. */
const command =
  (words: string) =>
  async (fly: FakeFly, machine: string): Promise<Mend> => {
    const before = await setCommand(fly, machine, words.split(' '))
    return async () => void (await setCommand(fly, machine, before))
  }

async function setCommand(
  fly: FakeFly,
  machine: string,
  cmd: readonly string[],
): Promise<readonly string[]> {
  const { config } = fly.machine(machine)
  const url = `${fly.url}/v1/apps/my-openclaw/machines/${machine}`
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: fly.token, 'content-type': 'application/json' },
    body: JSON.stringify({ config: { ...config, init: { cmd } } }),
  })
  if (!answer.ok) throw new Error(`the demo could not change the machine: ${await answer.text()}`)
  return (config['init'] as { cmd: readonly string[] }).cmd
}

const answers =
  (status: number) =>
  (fly: FakeFly): Mend =>
    fly.fault({ kind: 'answer', status, times: FOREVER }).remove

export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  oom: {
    about: 'the kernel kills the gateway for want of memory',
    cause: (fly, id) => void fly.oom(id),
  },
  heap: { about: 'the gateway uses up its JavaScript heap and aborts', cause: lever('oom') },
  crash: { about: 'the gateway dies with code 1', cause: (fly, id) => void fly.crash(id) },
  hang: { about: 'the gateway stops answering', cause: lever('hang') },
  html: { about: 'health pages answer with HTML', cause: lever('html') },
  bind: {
    about: 'the start command has --bind 0.0.0.0, which is no bind mode',
    cause: command(`${START} --port 3000 --bind 0.0.0.0`),
  },
  port: {
    about: 'the gateway listens on another port than Fly sends traffic to',
    cause: command(`${START} --port 4000 --bind lan`),
  },
  api: { about: 'Fly answers nothing but 503', cause: answers(503) },
  token: { about: 'Fly refuses the token', cause: answers(401) },
}
