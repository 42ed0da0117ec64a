import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import type { z } from 'zod'
import type {
  Checked,
  ConfigPort,
  ConfigRefusal,
  ConfigSeen,
  ConfigWritten,
  MaskedText,
} from '../core/config/port.ts'
import type { Machine } from '../core/fly.ts'
import { locate } from '../core/locate.ts'
import { envOf } from '../core/machine-config.ts'
import { CheckAnswer, Look, type Packed, Refused, Written } from './config-schema.ts'
import { troubleOf } from './config-words.ts'
import { EXTRA_PATH, excuse, type GatewayDeps } from './script.ts'

/** Each behind those it imports. */
const PARTS = [
  '../core/config/secret-words.mjs',
  'config-lex.mjs',
  'config-mask.mjs',
  'config-file.mjs',
  'config-history.mjs',
  'config-check.mjs',
  'config-write.mjs',
  'config-answer.mjs',
  'config-main.mjs',
]
const RUN =
  'PATH=${PATH:-/bin}$1; export PATH; unset NODE_OPTIONS; code=$2; shift 2; ' +
  'exec node --input-type=module -e "$code" -- "$@" 2>/dev/null'
const LOOK_SECONDS = 10
/** The program's own check may take 12 s of it; above 25 s Fly cuts off (FLY.md §5.8). */
const CHECK_SECONDS = 22
/** Beside a gateway of 850 MB the check's 280 MB would be the last straw here (OPENCLAW.md §8). */
const TOO_SMALL_MB = 1024
const MOST_TEXT = 1 << 20

/** The parts as one module: what they import of each other stands in front of it; the same built-in is imported once. */
function configScript(): string {
  const seen = new Set<string>()
  return PARTS.flatMap((name) =>
    readFileSync(new URL(name, import.meta.url), 'utf8')
      .replaceAll(/^import \{[^}]*\} from '\.[^']*'$/gm, '')
      .replaceAll(/^export (?=const|function|async|class)/gm, '')
      .split('\n')
      .filter((line) => !/^(?:\s*\/\/|\s*\/\*\*.*\*\/$|\s*$)/.test(line))
      .filter((line) => !line.startsWith('import ') || (!seen.has(line) && seen.add(line))),
  ).join('\n')
}

interface Question {
  readonly action: 'look' | 'check' | 'write'
  readonly wants?: object
  readonly seconds: number
}

/** Reaches the config file through scripts of our own; what is secret in it never leaves the machine. */
export function createConfigFile(deps: GatewayDeps): ConfigPort {
  const ask = asker(deps)
  return {
    look: async (app, machine, wants = {}) => {
      const stuck = notRunning(machine)
      if (stuck) return stuck
      try {
        return readLook(await ask(app, machine, { action: 'look', wants, seconds: LOOK_SECONDS }))
      } catch (error) {
        return { known: false, trouble: 'unknown', why: excuse(error) }
      }
    },
    check: async (app, machine) => {
      if (isSmall(machine)) return { by: null, why: 'small' }
      try {
        return readCheck(await ask(app, machine, { action: 'check', seconds: CHECK_SECONDS }))
      } catch (error) {
        excuse(error)
        return { by: null, why: 'unclear' }
      }
    },
    write: async (app, machine, change) => {
      const stuck = notRunning(machine)
      if (stuck) return stuck
      const wants = { ...change, check: !isSmall(machine) }
      return readWritten(
        await ask(app, machine, { action: 'write', wants, seconds: CHECK_SECONDS }),
      )
    },
  }
}

const isSmall = ({ guest }: Machine): boolean => guest === null || guest.memoryMb <= TOO_SMALL_MB

const notRunning = ({ state, config }: Machine): ConfigRefusal | undefined =>
  state === 'started' && config !== null ? undefined : { known: false, ...troubleOf('machine') }

function asker({ fly, nonce, overrides }: GatewayDeps) {
  const makeNonce = nonce ?? (() => randomBytes(12).toString('hex'))
  const code = configScript()
  return async (app: string, machine: Machine, question: Question): Promise<unknown> => {
    const { action, wants = {}, seconds } = question
    const word = makeNonce()
    const { stateDir } = locate(machine.config ?? {}, overrides)
    const named = envOf(machine.config ?? {})['OPENCLAW_CONFIG_PATH'] ?? ''
    const payload = Buffer.from(JSON.stringify(wants)).toString('base64')
    const words = [word, stateDir, named, action, payload]
    const command = ['sh', '-c', RUN, '_', EXTRA_PATH, code, ...words]
    const { stdout } = await fly.exec(app, machine.id, { command, seconds })
    return told(stdout, word)
  }
}

/** The one line the script writes for this nonce, whole; `undefined` for anything else. */
function told(stdout: string, nonce: string): unknown {
  const front = `gateway-config ${nonce} {`
  if (!stdout.startsWith(front) || !stdout.endsWith('}\n')) return undefined
  try {
    return JSON.parse(stdout.slice(front.length - 1)) as unknown
  } catch {
    return undefined
  }
}

function refusalOf(answer: unknown): ConfigRefusal {
  const { success, data } = Refused.safeParse(answer)
  if (!success) return { known: false, ...troubleOf('unknown') }
  const { why, size, checked } = data
  return { known: false, ...troubleOf(why, size), ...(checked && { checked }) }
}

function readLook(answer: unknown): ConfigSeen | ConfigRefusal {
  const { success, data } = Look.safeParse(answer)
  if (!success) return refusalOf(answer)
  const { ok: _, current, kept, ...rest } = data
  try {
    return { known: true, ...rest, current: unpacked(current), kept: unpacked(kept) }
  } catch {
    return { known: false, ...troubleOf('unknown') }
  }
}

function unpacked(packed: z.output<typeof Packed> | null): MaskedText | null {
  if (packed === null) return null
  const bytes = inflateRawSync(Buffer.from(packed.text, 'base64'), { maxOutputLength: MOST_TEXT })
  return { ...packed, text: bytes.toString('utf8') }
}

function readCheck(answer: unknown): Checked {
  const { success, data } = CheckAnswer.safeParse(answer)
  if (!success) return { by: null, why: 'unclear' }
  return data.by === null
    ? { by: null, why: data.why }
    : { by: data.by, valid: data.valid, issues: data.issues }
}

function readWritten(answer: unknown): ConfigWritten | ConfigRefusal {
  const { success, data } = Written.safeParse(answer)
  if (!success) return refusalOf(answer)
  const { ok: _, ...rest } = data
  return { known: true, ...rest }
}
