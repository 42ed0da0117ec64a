import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { OpsError } from '../core/errors.ts'
import type { Fly, Machine } from '../core/fly.ts'
import type { Location, Overrides } from '../core/locate.ts'
import type { Text } from '../core/text.ts'

export interface GatewayDeps {
  readonly fly: Pick<Fly, 'exec'>
  readonly overrides?: Overrides
  /** Makes the word that ties an output to its run; random by default. */
  readonly nonce?: () => string
}

/** An exec's own PATH may lack where the image keeps curl and node. */
export const EXTRA_PATH = ':/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface Run {
  readonly app: string
  readonly machine: Machine
  readonly location: Location
  /** What the script wants behind state directory and port. */
  readonly words?: readonly string[]
  /** Long commands fail at about 30 s on Fly, sometimes after having run (FLY.md §5.8): below 25. */
  readonly seconds: number
}

/** Runs one of the shell scripts beside this file in a machine; gives its output and the nonce it was told. */
export function createScript(
  { fly, nonce }: GatewayDeps,
  name: 'probe.sh' | 'preflight.sh' | 'inspect.sh',
) {
  const script = ['inside.sh', name]
    .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
    .join('\n')
  const makeNonce = nonce ?? (() => randomBytes(12).toString('hex'))

  return async ({ app, machine, location, words = [], seconds }: Run) => {
    const word = makeNonce()
    const place = [location.stateDir, String(location.port)]
    const command = ['sh', '-c', script, '_', ...place, ...words, word, EXTRA_PATH]
    const { stdout } = await fly.exec(app, machine.id, { command, seconds })
    return { stdout, nonce: word }
  }
}

/** Fly's failures that leave the gateway unknown; a cancelled call stays a failure. */
export function excuse(error: unknown): Text {
  if (!(error instanceof OpsError) || error.code === 'cancelled') throw error
  return error.text
}
