// Looks at named variables of a running gateway from inside its machine and prints one line: a word, a nonce, JSON. Runs as
// `node --input-type=module -e`, so it needs nothing but Node, 22 or newer. No value leaves it, only digests.
// Arguments: nonce, pid, start tick of the process, state directory, the names.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [nonce, pid, born, stateDir, ...names] = process.argv.slice(1)
const file = (path) => readFileSync(path, 'utf8')
const HERTZ = 100

/** When it started, in clock ticks since the machine did: field 22, behind a name that may hold anything. */
const startOf = () =>
  file(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')[19]

/** By bytes: what is compared must not depend on how a text is read. */
function variables() {
  const raw = readFileSync(`/proc/${pid}/environ`).toString('latin1')
  const pairs = raw.split('\0').map((pair) => [pair.split('=', 1)[0], pair])
  return new Map(pairs.map(([name, pair]) => [name, pair.slice(name.length + 1)]))
}

const digest = (value) =>
  value === undefined ? null : createHash('sha256').update(value, 'latin1').digest('hex')

/** Names that the config file speaks of; nothing when it cannot be read. */
function mentioned(path) {
  try {
    const text = file(path)
    return names.filter((name) => new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`).test(text))
  } catch (error) {
    return error.code === 'ENOENT' ? [] : null
  }
}

function look() {
  if (startOf() !== born) return { gone: true }
  const env = variables()
  const age = Number(file('/proc/uptime').split(' ')[0]) - Number(born) / HERTZ
  const path = env.get('OPENCLAW_CONFIG_PATH') || `${stateDir}/openclaw.json`
  return {
    values: Object.fromEntries(names.map((name) => [name, digest(env.get(name))])),
    mentioned: mentioned(path),
    ageMs: Math.max(0, Math.round(age * 1000)),
    gone: startOf() !== born,
  }
}

function attempt() {
  try {
    return look()
  } catch {
    return { gone: true }
  }
}
process.stdout.write(`gateway-environment ${nonce} ${JSON.stringify(attempt())}\n`)
