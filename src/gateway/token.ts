import {
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Machine } from '../core/fly.ts'
import type { Acceptance, Gateway, GatewayReport, TokenReport } from '../core/gateway.ts'
import { Secret } from '../core/secret.ts'
import { type Text, tr } from '../core/text.ts'
import { EXTRA_PATH, excuse, type GatewayDeps } from './script.ts'
import { isSince } from './versions.ts'

/** A list of the gateway's devices costs a process of 200 MB, which a machine this small or smaller does not have (OPENCLAW.md §8). */
const SMALL_MB = 1024
/** Three questions of 3 s and a list of 12 s at the longest. */
const SECONDS = 22
const RUN =
  'PATH=${PATH:-/bin}$1; export PATH; unset NODE_OPTIONS; code=$2; shift 2; ' +
  'exec node --input-type=module -e "$code" -- "$@" 2>/dev/null'

const Answer = z.union([z.enum(['accepted', 'refused']), z.number()]).nullable()
const Digest = z.string().regex(/^[0-9a-f]{64}$/)
const Seen = z.object({
  sha256: Digest.nullable(),
  length: z.int().nonnegative(),
  placeholder: z.boolean(),
  ageMs: z.number().nonnegative(),
  flag: z.boolean(),
  password: z.boolean(),
  config: z.object({
    read: z.enum(['parsed', 'missing', 'unclear']),
    token: z.enum(['none', 'variable', 'value']),
    placeholder: z.boolean(),
    mode: z.enum(['token', 'password', 'trusted-proxy', 'none', 'other']).nullable(),
    password: z.boolean(),
  }),
  current: Answer,
  other: Answer,
  dead: Answer,
  devices: z.array(z.string().max(60)).max(50).nullable(),
  sealed: z.object({ key: z.base64(), body: z.base64() }).nullable(),
  gone: z.literal(false),
})
type Seen = z.output<typeof Seen>

interface Question {
  readonly seen: GatewayReport
  readonly wants: readonly string[]
  readonly key?: string
  readonly dead?: Secret | undefined
}

/** Looks at tokens with one `exec` each, in the process that a probe has found. Rejects only when cancelled. */
export function createTokens(deps: GatewayDeps): Pick<Gateway, 'tokens' | 'keepToken'> {
  const ask = asker(deps)
  return {
    tokens: async (app, machine, { seen, devices = false, dead }) => {
      const wants = ['answers', ...(devices && mayList(machine, seen) ? ['devices'] : [])]
      const found = await ask(app, machine, { seen, wants, dead })
      return found.known ? reportOf(found.value) : found
    },
    keepToken: async (app, machine, seen) => {
      const { publicKey, privateKey } = generateKeyPairSync('x25519')
      const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
      const found = await ask(app, machine, { seen, wants: [], key })
      if (!found.known || found.value.sealed === null || found.value.sha256 === null) return null
      return opened(found.value.sealed, privateKey)
    },
  }
}

/** Older commands pair a device of their own when they are asked for a list. */
const mayList = ({ guest }: Machine, { version }: GatewayReport): boolean =>
  (guest?.memoryMb ?? 0) > SMALL_MB && isSince(version, '2026.8.2') === true

type Found = { readonly known: true; readonly value: Seen } | Unknown
type Unknown = Extract<TokenReport, { known: false }>

const unknown = (why: Text): Unknown => ({ known: false, why })

function asker({ fly, nonce }: GatewayDeps) {
  const makeNonce = nonce ?? (() => randomBytes(12).toString('hex'))
  const code = ['config-auth.mjs', 'token.mjs']
    .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
    .join('\n')

  return async (app: string, machine: Machine, question: Question): Promise<Found> => {
    const { seen, wants, key = '', dead } = question
    const born = seen.bootId?.split(':')[2]
    if (seen.pid === null || born === undefined) return unknown(seen.reason ?? NO_PROCESS)
    const word = makeNonce()
    const place = [word, String(seen.port), String(seen.pid), born, seen.stateDir]
    const more = [wants.join(','), key, dead?.reveal() ?? '']
    const command = ['sh', '-c', RUN, '_', EXTRA_PATH, code, ...place, ...more]
    try {
      const { stdout } = await fly.exec(app, machine.id, { command, seconds: SECONDS })
      return parsed(stdout, word)
    } catch (error) {
      return unknown(excuse(error))
    }
  }
}

/** The one line the script writes for this nonce, whole; everything else is unknown. */
function parsed(stdout: string, nonce: string): Found {
  const [, json] = /^gateway-token ([^ ]+ \{.*\})\n$/.exec(stdout)?.[1]?.split(/ (.*)/s) ?? []
  if (json === undefined || !stdout.startsWith(`gateway-token ${nonce} `)) return unknown(GARBLED)
  try {
    const raw = JSON.parse(json) as { readonly gone?: unknown }
    if (raw.gone === true) return unknown(NO_PROCESS)
    return { known: true, value: Seen.parse(raw) }
  } catch {
    return unknown(GARBLED)
  }
}

const acceptance = (answer: Seen['current']): Acceptance =>
  typeof answer === 'string' ? answer : 'unknown'

function reportOf(seen: Seen): TokenReport {
  const { config, flag, current, other, dead } = seen
  const status = [current, other, dead].find((answer) => typeof answer === 'number')
  return {
    known: true,
    sha256: seen.sha256,
    length: seen.length,
    placeholder: seen.placeholder,
    processMs: seen.ageMs,
    shadow: flag ? 'flag' : config.token === 'value' ? 'config' : null,
    config: config.read,
    mode: config.mode,
    password: seen.password || config.password,
    current: acceptance(current),
    other: acceptance(other),
    dead: acceptance(dead),
    status: status ?? null,
    devices: seen.devices,
  }
}

/** Opens what only the holder of this private key can; `null` for anything else. */
function opened({ key, body }: NonNullable<Seen['sealed']>, privateKey: KeyObject): Secret | null {
  try {
    const bytes = Buffer.from(body, 'base64')
    const iv = bytes.subarray(0, 12)
    const publicKey = createPublicKey({
      key: Buffer.from(key, 'base64'),
      format: 'der',
      type: 'spki',
    })
    const shared = diffieHellman({ privateKey, publicKey })
    const use = Buffer.from(hkdfSync('sha256', shared, iv, 'gateway-token', 32))
    const cipher = createDecipheriv('aes-256-gcm', use, iv, { authTagLength: 16 })
    cipher.setAuthTag(bytes.subarray(12, 28))
    const plain = Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()])
    return new Secret(plain.toString('utf8'))
  } catch {
    return null
  }
}

const NO_PROCESS = tr(
  'The gateway’s process was not found in the machine.',
  '在機器內找不到閘道的程序。',
)
const GARBLED = tr(
  'The answer from inside the machine could not be read. Try again.',
  '無法讀取機器內部的回應，請再試一次。',
)
