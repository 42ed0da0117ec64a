import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { EnvironmentReport, Gateway } from '../core/gateway.ts'
import { type Text, tr } from '../core/text.ts'
import { EXTRA_PATH, excuse, type GatewayDeps } from './script.ts'

const SECONDS = 15
const RUN =
  'PATH=${PATH:-/bin}$1; export PATH; unset NODE_OPTIONS; code=$2; shift 2; ' +
  'exec node --input-type=module -e "$code" -- "$@" 2>/dev/null'
const NAME = /^[A-Za-z_]\w{0,127}$/

const Seen = z.object({
  values: z.record(
    z.string(),
    z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
  ),
  mentioned: z.array(z.string()).nullable(),
  ageMs: z.number().nonnegative(),
  gone: z.literal(false),
})

/** Compares variables by digest with one `exec`, in the process that a probe has found. Rejects only when cancelled. */
export function createEnvironment({ fly, nonce }: GatewayDeps): Pick<Gateway, 'environment'> {
  const makeNonce = nonce ?? (() => randomBytes(12).toString('hex'))
  const code = readFileSync(new URL('environment.mjs', import.meta.url), 'utf8')
  return {
    environment: async (app, machine, { seen, names }) => {
      const born = seen.bootId?.split(':')[2]
      if (seen.pid === null || born === undefined) return unknown(seen.reason ?? NO_PROCESS)
      const word = makeNonce()
      const place = [word, String(seen.pid), born, seen.stateDir]
      const asked = names.filter((name) => NAME.test(name))
      const command = ['sh', '-c', RUN, '_', EXTRA_PATH, code, ...place, ...asked]
      try {
        const { stdout } = await fly.exec(app, machine.id, { command, seconds: SECONDS })
        return parsed(stdout, word)
      } catch (error) {
        return unknown(excuse(error))
      }
    },
  }
}

/** The one line the script writes for this nonce, whole; everything else is unknown. */
function parsed(stdout: string, nonce: string): EnvironmentReport {
  const start = `gateway-environment ${nonce} `
  if (!stdout.startsWith(start) || !stdout.endsWith('}\n')) return unknown(GARBLED)
  try {
    const raw = JSON.parse(stdout.slice(start.length)) as { readonly gone?: unknown }
    if (raw.gone === true) return unknown(NO_PROCESS)
    const { values, mentioned, ageMs } = Seen.parse(raw)
    return { known: true, values, mentioned, processMs: ageMs }
  } catch {
    return unknown(GARBLED)
  }
}

const unknown = (why: Text): EnvironmentReport => ({ known: false, why })

const NO_PROCESS = tr(
  'The gateway’s process was not found in the machine.',
  '在機器內找不到閘道的程序。',
)
const GARBLED = tr(
  'The answer from inside the machine could not be read. Try again.',
  '無法讀取機器內部的回應，請再試一次。',
)
