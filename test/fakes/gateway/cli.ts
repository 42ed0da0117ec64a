import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { tokenOf } from './auth.ts'
import type { Behaviour } from './behaviour.ts'
import { at, isObject, load } from './config.ts'
import { flagOf } from './flags.ts'
import { decode } from './frames.ts'
import { createLog } from './log.ts'
import { pathsOf } from './runtime.ts'
import type { Env } from './runtime.ts'

export interface CliInput {
  readonly argv: readonly string[]
  readonly env: Env
  readonly behaviour: Behaviour
}

const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** The few commands besides the gateway itself; gives the exit code. */
export async function runCli(input: CliInput): Promise<number> {
  const words = input.argv.filter((word) => !word.startsWith('--'))
  if (words[0] === 'config' && words[1] === 'validate') return validate(input)
  if (words[0] === 'devices' && words[1] === 'list') return devices(input)
  if (words[0] === 'gateway' && words[1] === 'health') return request(input, 'health')
  if (words[0] === 'gateway' && words[1] === 'call') return request(input, words[2] ?? '')
  process.stderr.write(`error: unknown command '${words.join(' ')}'\n`)
  return 1
}

/** Those a test has left in `.fake/devices.json` of the state directory; none otherwise. */
function devices({ env }: CliInput): number {
  const path = join(pathsOf(env).stateDir, '.fake', 'devices.json')
  const paired: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []
  print({ pending: [], paired })
  return 0
}

function validate({ env, behaviour }: CliInput): number {
  const path = pathsOf(env).configPath
  const found = load(path, behaviour.strictChannels)
  if (found.kind === 'valid') {
    process.stdout.write(`${JSON.stringify({ valid: true, path })}\n`)
    return 0
  }
  const message =
    found.kind === 'missing' ? 'file not found' : `OpenClaw config is invalid: ${path}`
  const issues =
    found.kind === 'missing' ? {} : { issues: [{ path: found.path, message: found.message }] }
  print({ ok: false, error: { type: 'cli_error', message }, valid: false, path, ...issues })
  return 1
}

type Reply = { readonly ok: boolean; readonly payload?: unknown; readonly error?: object }

/** Connects, asks one thing, closes. A gateway that cannot be reached gives the transport error the real command prints. */
async function request(input: CliInput, method: string): Promise<number> {
  const port = Number(flagOf(input.argv, '--port') ?? input.env['OPENCLAW_GATEWAY_PORT'] ?? 18_789)
  const reply = await ask(port, method, tokenFor(input))
  if (reply.ok) {
    print(reply.payload)
    return 0
  }
  print({ ok: false, error: reply.error })
  return 1
}

function tokenFor({ env, behaviour }: CliInput): string {
  const paths = pathsOf(env)
  const found = load(paths.configPath, behaviour.strictChannels)
  const config = found.kind === 'valid' ? found.config : {}
  const log = createLog(behaviour)
  const settings = { behaviour, env, log, ...paths, port: 0, bind: '', allowUnconfigured: true }
  return tokenOf({ config, settings })
}

function ask(port: number, method: string, token: string): Promise<Reply> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  const send = (id: string, name: string, params: object) =>
    socket.send(JSON.stringify({ type: 'req', id, method: name, params }))
  const client = {
    id: 'cli',
    version: '0',
    platform: 'linux',
    mode: 'cli',
    instanceId: randomUUID(),
  }
  const auth = token === '' ? {} : { auth: { token } }
  const hello = { minProtocol: 3, maxProtocol: 4, client, role: 'operator' }
  return new Promise((resolve) => {
    socket.on('error', (error) => resolve({ ok: false, error: unreachable(port, error) }))
    socket.on('open', () =>
      send('c1', 'connect', { ...hello, scopes: ['operator.read', 'operator.admin'], ...auth }),
    )
    socket.on('message', (data) => {
      const frame = decode(data)
      if (at(frame, 'type') !== 'res') return
      if (at(frame, 'id') === 'c1' && at(frame, 'ok') === true) return send('r1', method, {})
      const error = at(frame, 'error')
      const told = { type: 'gateway_request_error', ...(isObject(error) ? error : {}) }
      resolve({ ok: at(frame, 'ok') === true, payload: at(frame, 'payload'), error: told })
      socket.close()
    })
  })
}

const unreachable = (port: number, error: Error) => ({
  type: 'gateway_transport_error',
  kind: 'closed',
  message: `Gateway not reachable at ws://127.0.0.1:${port} (${'code' in error ? String(error.code) : 'closed'}).`,
  reason: error.message,
})
