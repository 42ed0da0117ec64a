// Reads a gateway's lock files inside its machine, or deletes those that were shown and still belong to nobody. Behind lock-judge.mjs.
// Arguments: nonce, state directory, temporary directory, JSON list of marks (an empty one: only read). Prints one line.
import { createHash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  constants,
  readdirSync,
  readFileSync,
  unlinkSync,
} from 'node:fs'

const [nonce, state, temporary, wanted] = process.argv.slice(1)
const NAME = /^gateway\.(?:state|[0-9a-f]{8})\.lock$/
/** The guide's glob, which has never matched what a release writes there. */
const GUIDE_NAME = /^gateway\.[^/]+\.lock$/
const LONGEST = 16_384

/** Of a directory that is one, and no link to another. */
const names = (path) => {
  // A slash at the end would have the link followed.
  const directory = path.replace(/(?<=.)\/+$/, '')
  try {
    return lstatSync(directory).isDirectory() ? readdirSync(directory) : []
  } catch {
    return []
  }
}

/** Every place a release has ever put them, and the guide's. */
function places() {
  const below = (layout, root) =>
    names(root)
      .filter((name) => /^openclaw-\d{1,10}$/.test(name))
      .map((name) => ({ layout, root, folder: `${name}/`, name: NAME }))
  return [
    ...below('state', `${state}/tmp`),
    ...below('temporary', temporary),
    ...[...new Set([state, '/data'])].map((root, index) => ({
      layout: index === 0 ? 'guide' : 'guide-data',
      root,
      folder: '',
      name: GUIDE_NAME,
    })),
  ]
}

/** Field 22 of the process's stat, and whether it looks like a gateway; null when it is gone or only waits to be collected. */
function ownerOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (rest[0] === 'Z' || rest[0] === 'X') return null
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return { startTime: Number(rest[19]), gateway: looksLikeGateway(argv) }
  } catch {
    return null
  }
}

function homeOf(pid) {
  try {
    const all = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    return all.find((one) => one.startsWith('OPENCLAW_STATE_DIR='))?.slice(19) ?? null
  } catch {
    return null
  }
}

const bootedAt = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) * 1000
const digest = (text) => createHash('sha256').update(text).digest('hex')

/** One file by its descriptor, so that all that is said of it is of one and the same. */
function look({ layout, root, folder }, name) {
  const key = `${layout}:${folder}${name}`
  const path = `${root}/${folder}${name}`
  let file
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    return { key, layout, path, ...seen(file) }
  } catch (error) {
    return { key, path, unreadable: String(error.code ?? 'unknown') }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function seen(file) {
  const { ino, mtimeMs, size, uid } = fstatSync(file)
  const text = size > LONGEST ? '' : readFileSync(file, 'utf8')
  const facts = factsIn(text)
  const owner = facts.pid === null ? null : ownerOf(facts.pid)
  const changedAt = Math.round(mtimeMs)
  const mark = `${ino}-${changedAt}-${digest(text).slice(0, 32)}`
  const verdict = judge(facts, { changedAt, owner, bootedAt, now: Date.now() })
  const who = { alive: owner !== null, startNow: owner?.startTime ?? null }
  return { ...facts, ...who, mark, bytes: size, uid, changedAt, verdict }
}

const all = () =>
  places().flatMap((place) =>
    names(`${place.root}/${place.folder}`)
      .filter((name) => place.name.test(name))
      .map((name) => look(place, name)),
  )

/** Live gateways of this state directory; one whose environment can't be read may be one. */
function gateways() {
  const same = (home) => home === null || home.replace(/\/+$/, '') === state.replace(/\/+$/, '')
  return names('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const owner = ownerOf(Number(name))
      return owner?.gateway && same(homeOf(name))
        ? [{ pid: Number(name), startTime: owner.startTime }]
        : []
    })
}

/** Deletes one that was shown: looked at again, and gone only when it is to the letter what was shown and belongs to nobody. */
function remove({ key, mark }, found) {
  const file = found.find((one) => one.key === key)
  if (file === undefined) return { key, outcome: 'gone' }
  if (file.mark !== mark) return { key, path: file.path, outcome: 'changed' }
  if (file.verdict === 'live' || file.verdict === 'fresh')
    return { key, path: file.path, outcome: 'held' }
  try {
    if (String(lstatSync(file.path).ino) !== mark.split('-')[0])
      return { key, path: file.path, outcome: 'changed' }
    unlinkSync(file.path)
    return { key, path: file.path, outcome: 'removed' }
  } catch (error) {
    return { key, path: file.path, outcome: error.code === 'ENOENT' ? 'gone' : 'failed' }
  }
}

const removed = JSON.parse(wanted).map((one) => remove(one, all()))
const report = { bootedAt, now: Date.now(), files: all(), gateways: gateways(), removed }
process.stdout.write(`gateway-locks ${nonce} ${JSON.stringify(report)}\n`)
