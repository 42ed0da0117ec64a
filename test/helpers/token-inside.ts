import * as crypto from 'node:crypto'
import type { ExecHandler } from '../fakes/fly/runtime.ts'
import type { FakeMachine } from '../fakes/fly/types.ts'

/** What the token script would see in machines without an inside; a test changes it as it goes. */
export interface TokenWorld {
  /** The token of the running process; by default the secret that the machine's present version was made with. */
  running: (machine: FakeMachine) => string
  /** What the gateway answers to a token: yes, no, or another status. */
  answer: (machine: FakeMachine, token: string) => 'accepted' | 'refused' | number
  config: Readonly<Record<string, unknown>>
  devices: readonly string[] | null
  /** Every token that was sent as a dead one. */
  readonly dead: string[]
}

const running = ({ secrets }: FakeMachine): string => secrets['OPENCLAW_GATEWAY_TOKEN'] ?? ''

export const createTokenWorld = (): TokenWorld => {
  const world: TokenWorld = {
    running,
    answer: (machine, token) => (token === world.running(machine) ? 'accepted' : 'refused'),
    config: {},
    devices: ['cli dee3f261'],
    dead: [],
  }
  return world
}

const CONFIG = { read: 'parsed', token: 'none', placeholder: false, mode: null, password: false }

/** Answers the script of src/gateway/token.mjs as it would. */
export function answerToken(world: TokenWorld): ExecHandler {
  return ({ machine, command }) => {
    const [nonce = '', , , , , wants = '', key = '', dead = ''] = command.slice(6)
    if (command[5]?.includes('gateway-token') !== true) throw new Error('another script')
    if (dead !== '') world.dead.push(dead)
    const token = world.running(machine)
    const asked = wants.includes('answers') && token !== ''
    const seen = {
      sha256: token === '' ? null : crypto.createHash('sha256').update(token).digest('hex'),
      length: token.length,
      placeholder: false,
      ageMs: 1000,
      flag: false,
      password: false,
      config: { ...CONFIG, ...world.config },
      current: asked ? world.answer(machine, token) : null,
      other: asked ? world.answer(machine, 'made up') : null,
      dead: dead === '' ? null : world.answer(machine, dead),
      devices: wants.includes('devices') ? world.devices : null,
      sealed: key === '' ? null : sealed(token, key),
      gone: false,
    }
    return { stdout: `gateway-token ${nonce} ${JSON.stringify(seen)}\n` }
  }
}

function sealed(value: string, key: string) {
  const mine = crypto.generateKeyPairSync('x25519')
  const theirs = crypto.createPublicKey({
    key: Buffer.from(key, 'base64'),
    format: 'der',
    type: 'spki',
  })
  const shared = crypto.diffieHellman({ privateKey: mine.privateKey, publicKey: theirs })
  const iv = crypto.randomBytes(12)
  const use = Buffer.from(crypto.hkdfSync('sha256', shared, iv, 'gateway-token', 32))
  const cipher = crypto.createCipheriv('aes-256-gcm', use, iv)
  const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return {
    key: mine.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    body: Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64'),
  }
}
