// Asks a running gateway on loopback which of its channels run, and prints one line of JSON. Runs in the machine as
// `node --input-type=module -e`, so it needs nothing but Node, 22 or newer. Sent behind config-auth.mjs, as one module: what has no import
// here stands there. The token is read where the gateway has it and leaves this process only towards the gateway itself.
// A client without a device and from loopback is never paired and is held back by no limit (seen on 2026.1.29 to 2026.9.6).
// Arguments: port, pid and start tick of the process, state directory.
import { writeSync } from 'node:fs'

const [port, pid, born, stateDir] = process.argv.slice(1)
const PATIENCE_MS = 3500
const MOST = 30

/** The one way out, and at once: whatever else was to come does not matter any more. */
function end(answer) {
  writeSync(1, JSON.stringify(answer))
  process.exit(0)
}

/** When it started, in clock ticks since the machine did: field 22, behind a name that may hold anything. */
const startOf = () =>
  file(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')[19]

const environment = () =>
  new Map(
    file(`/proc/${pid}/environ`)
      .split('\0')
      .filter(Boolean)
      .map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]),
  )

/** What the config file says of a secret: its value, or that of the variable it names. */
function given(value, env) {
  const byObject = value instanceof Map && value.get('source') === 'env' && value.get('id')
  const name = byObject || /^\$\{(\w+)\}$/.exec(text(value))?.[1]
  return name ? text(env.get(name)) : text(value)
}

function authOfConfig(env) {
  try {
    const whole = parse(file(env.get('OPENCLAW_CONFIG_PATH') || `${stateDir}/openclaw.json`))
    return whole.get('gateway')?.get('auth') ?? new Map()
  } catch {
    return new Map()
  }
}

/** As the gateway chooses: the command line, the config file, the environment. */
function credentials() {
  const env = environment()
  const flag = /(?:^|\0)--token(?:=|\0)([^\0]+)/.exec(file(`/proc/${pid}/cmdline`))?.[1]
  const config = authOfConfig(env)
  const token = text(flag) || given(config.get('token'), env) || text(env.get(VARIABLE))
  const password = given(config.get('password'), env) || text(env.get('OPENCLAW_GATEWAY_PASSWORD'))
  return { ...(token && { token }), ...(password && { password }) }
}

const states = ({ channelAccounts, ts }) =>
  Object.entries(channelAccounts).flatMap(([channel, accounts]) =>
    accounts
      // One that is not set up or switched off on purpose is no channel that should run.
      .filter(({ enabled, configured }) => enabled !== false && configured !== false)
      .map(({ accountId, running, connected, healthState, lifecycle, linked, lastStartAt }) => ({
        channel: short(channel),
        account: short(accountId ?? 'default'),
        running: running === true,
        connected: typeof connected === 'boolean' ? connected : null,
        linked: typeof linked === 'boolean' ? linked : null,
        health: healthState === undefined ? null : short(healthState),
        lifecycle: lifecycle === undefined ? null : short(lifecycle),
        startedMsAgo: ts - lastStartAt >= 0 ? Math.round(ts - lastStartAt) : null,
      })),
  )
const short = (word) =>
  String(word)
    .replace(/[^\w.@-]/g, '')
    .slice(0, 40)

/** Why a handshake or a call was refused, in a word of ours. */
function refusal({ code, message = '', details = {} }) {
  const said = `${code} ${details.code ?? ''} ${message}`
  if (/PROTOCOL/.test(said)) return 'protocol'
  if (/UNAVAILABLE|starting/i.test(said)) return 'starting'
  if (/scope/i.test(said)) return 'scope'
  if (/unknown method/i.test(said)) return 'method'
  return /AUTH_|unauthorized|device identity|NOT_PAIRED/i.test(said) ? 'token' : 'refused'
}

function hear(socket, auth, data) {
  const frame = JSON.parse(data)
  const send = (id, method, params) =>
    socket.send(JSON.stringify({ type: 'req', id, method, params }))
  if (frame.event === 'connect.challenge') return send('c1', 'connect', hello(auth))
  if (frame.type !== 'res') return undefined
  if (frame.ok !== true) return end({ cannot: refusal(frame.error ?? {}) })
  if (frame.id === 'c1') return send('c2', 'channels.status', { probe: false })
  const list = states(frame.payload)
  return end({ channels: list.slice(0, MOST), more: Math.max(0, list.length - MOST) })
}

const hello = (auth) => ({
  minProtocol: 3,
  maxProtocol: 4,
  client: { id: 'gateway-client', version: '1.0.0', platform: 'linux', mode: 'backend' },
  role: 'operator',
  scopes: ['operator.read'],
  caps: [],
  auth,
})

function ask() {
  if (startOf() !== born) return end({ cannot: 'gone' })
  if (typeof WebSocket === 'undefined') return end({ cannot: 'websocket' })
  const auth = credentials()
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
  setTimeout(() => end({ cannot: 'timeout' }), PATIENCE_MS)
  socket.onerror = () => end({ cannot: 'closed' })
  socket.onclose = () => end({ cannot: 'closed' })
  socket.onmessage = ({ data }) => {
    try {
      hear(socket, auth, data)
    } catch {
      end({ cannot: 'garbled' })
    }
  }
  return undefined
}

try {
  ask()
} catch {
  end({ cannot: 'gone' })
}
