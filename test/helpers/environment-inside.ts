import { createHash } from 'node:crypto'
import type { ExecHandler } from '../fakes/fly/runtime.ts'
import type { FakeMachine } from '../fakes/fly/types.ts'

/** What the script of src/gateway/environment.mjs would see in machines without an inside; a test changes it as it goes. */
export interface EnvironmentWorld {
  /** Variables of the running process; by default the secrets that the machine's present version was made with. */
  running: (machine: FakeMachine) => Readonly<Record<string, string>>
  /** Names that the config file speaks of. */
  mentioned: readonly string[] | null
  ageMs: number
}

export const createEnvironmentWorld = (): EnvironmentWorld => ({
  running: ({ secrets }) => secrets,
  mentioned: [],
  ageMs: 1000,
})

export function answerEnvironment(world: EnvironmentWorld): ExecHandler {
  return ({ machine, command }) => {
    const [nonce = '', , , , ...names] = command.slice(6)
    if (command[5]?.includes('gateway-environment') !== true) throw new Error('another script')
    const env = world.running(machine)
    const seen = {
      values: Object.fromEntries(names.map((name) => [name, digestOf(env[name])])),
      mentioned: world.mentioned && world.mentioned.filter((name) => names.includes(name)),
      ageMs: world.ageMs,
      gone: false,
    }
    return { stdout: `gateway-environment ${nonce} ${JSON.stringify(seen)}\n` }
  }
}

const digestOf = (value: string | undefined): string | null =>
  value === undefined ? null : createHash('sha256').update(value).digest('hex')
