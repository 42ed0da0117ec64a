// Looks at the token of a running gateway from inside its machine and prints one line: a word, a nonce, JSON. Runs as
// `node --input-type=module -e`, so it needs nothing but Node, 22 or newer. No token leaves it in the clear: digests and lengths do,
// and with a key the token itself, sealed for whoever has the other half of that key.
// Is sent behind config-auth.mjs, as one module: what has no import here stands there.
// Arguments: nonce, port, pid, start tick of the process, state directory, wants (`answers`, `devices`), key, a token that is dead.
import { execFile } from 'node:child_process'
import * as crypto from 'node:crypto'
import { statSync } from 'node:fs'
import { request } from 'node:http'

const [nonce, port, pid, born, stateDir, wants, key, dead] = process.argv.slice(1)
const sha256 = (value) => crypto.createHash('sha256').update(value).digest('hex')

/** When it started, in clock ticks since the machine did: field 22, behind a name that may hold anything. */
const startOf = () =>
  file(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')[19]

function environment() {
  const pairs = file(`/proc/${pid}/environ`).split('\0').filter(Boolean)
  return Object.fromEntries(
    pairs.map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]),
  )
}

/** Whether a token is taken, asked with a request that runs nothing. A number is any other status; 0 is no answer. */
const ask = (token) =>
  new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': 2,
    }
    const signal = AbortSignal.timeout(3000)
    const to = { host: '127.0.0.1', port, path: '/tools/invoke', method: 'POST' }
    const call = request({ ...to, headers, signal, agent: false }, (response) => {
      let body = ''
      response.on('data', (part) => (body = (body + part).slice(0, 4096)))
      response.on('error', () => resolve(0))
      response.on('end', () => resolve(judged(response, body)))
    })
    call.on('error', () => resolve(0))
    call.end('{}')
  }).catch(() => 0)

function judged({ statusCode, headers }, body) {
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return statusCode
  if (statusCode === 200 || statusCode === 400) return 'accepted'
  try {
    return statusCode === 401 && JSON.parse(body).error.type === 'unauthorized'
      ? 'refused'
      : statusCode
  } catch {
    return statusCode
  }
}

/** Names of the paired devices by the gateway's own command, run as the gateway's user: as root it would leave files only root can read. */
function devices(env) {
  const { uid, gid } = statSync(`/proc/${pid}`)
  const self = process.getuid() === uid
  if (!self && process.getuid() !== 0) return null
  const own = { ...env, PATH: process.env.PATH, OPENCLAW_GATEWAY_PORT: port }
  const limits = { timeout: 12_000, maxBuffer: 1 << 20, killSignal: 'SIGKILL' }
  const as = self ? {} : { uid, gid }
  return new Promise((resolve) => {
    execFile(
      'openclaw',
      ['devices', 'list', '--json'],
      { ...limits, ...as, env: own },
      (error, stdout) => resolve(error ? null : names(stdout)),
    )
  })
}

function names(stdout) {
  try {
    const { paired } = JSON.parse(stdout.slice(stdout.indexOf('{')))
    return paired
      .slice(0, 50)
      .map(({ displayName, clientId, deviceId }) =>
        `${displayName ?? clientId ?? 'device'} ${String(deviceId).slice(0, 8)}`
          .replace(/[^\p{L}\p{N} ._-]/gu, '')
          .slice(0, 60),
      )
  } catch {
    return null
  }
}

/** Only the one who made `key` can open it; what carries this output sees nothing. */
function sealed(value) {
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

async function look() {
  if (startOf() !== born) return { gone: true }
  const env = environment()
  const raw = env[VARIABLE] ?? ''
  const token = raw.trim()
  const hertz = 100
  const age = Number(file('/proc/uptime').split(' ')[0]) - Number(born) / hertz
  const asked = wants.includes('answers') && token !== ''
  const madeUp = crypto.randomBytes(32).toString('hex')
  return {
    sha256: token === '' ? null : sha256(raw),
    length: token.length,
    placeholder: PLACEHOLDER.test(token),
    ageMs: Math.max(0, Math.round(age * 1000)),
    flag: /(?:^|\0)--token(?:=|\0)/.test(file(`/proc/${pid}/cmdline`)),
    password: 'OPENCLAW_GATEWAY_PASSWORD' in env,
    config: authIn(env.OPENCLAW_CONFIG_PATH || `${stateDir}/openclaw.json`),
    current: asked ? await ask(token) : null,
    other: asked ? await ask(madeUp) : null,
    dead: dead ? await ask(dead) : null,
    devices: wants.includes('devices') ? await devices(env) : null,
    sealed: key ? sealed(raw) : null,
    // What was read belongs to one run of the process only when that is still there.
    gone: startOf() !== born,
  }
}

const seen = await look().catch(() => ({ gone: true }))
process.stdout.write(`gateway-token ${nonce} ${JSON.stringify(seen)}\n`)
