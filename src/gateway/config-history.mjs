// Keeps what a config file was before it was changed, in the state directory of the gateway, for its owner alone. Versions are called by
// a digest of what they hold, made with a key that stays here: from a bare digest, a weak secret could be guessed.
import * as crypto from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** Versions that are kept, and lines of the journal. */
const KEPT = 20
const LINES = 200

const folderOf = (stateDir) => path.join(stateDir, '.openclaw-ops', 'config')

function readOr(file, instead) {
  try {
    return fs.readFileSync(file)
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return instead
    throw error
  }
}

/** Writes as one: whoever reads it finds the old or the new. */
function put(file, bytes) {
  const own = `${file}.${process.pid}`
  fs.writeFileSync(own, bytes, { mode: 0o600, flush: true })
  fs.renameSync(own, file)
}

/** Copies that the program itself keeps beside its file; what it calls the newest that worked, and the one before the last write. */
const BACKUPS = ['last-good', 'bak']

/** Opens the history; without `create` nothing is written, and there is none until something was. */
export function openHistory(stateDir, file, { create = false } = {}) {
  const folder = folderOf(stateDir)
  const keyFile = path.join(folder, 'key')
  if (create) fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (create && !fs.existsSync(keyFile)) put(keyFile, crypto.randomBytes(32))
  const key = readOr(keyFile, null)
  const journalFile = path.join(folder, 'journal')
  const idOf = (bytes) =>
    key === null ? null : crypto.createHmac('sha256', key).update(bytes).digest('hex').slice(0, 8)
  const journal = () =>
    String(readOr(journalFile, ''))
      .split('\n')
      .flatMap((line) => parsed(line))
  const fileOf = (id) => path.join(folder, `${id}.json5`)
  return {
    idOf,
    journal,
    /** The bytes of a version; null when it is not kept (any more). */
    version: (id) => {
      if (BACKUPS.includes(id)) return readOr(`${file}.${id}`, null)
      return /^[\da-f]{8}$/.test(id) ? readOr(fileOf(id), null) : null
    },
    keep: (bytes) => {
      put(fileOf(idOf(bytes)), bytes)
      prune(folder)
    },
    note: (entry) => {
      const lines = [...journal(), entry].slice(-LINES).map((one) => JSON.stringify(one))
      put(journalFile, `${lines.join('\n')}\n`)
    },
    list: () => [...listed(folder, journal()), ...backups(file)],
  }
}

/** A line that was cut off is none. */
function parsed(line) {
  try {
    return line === '' ? [] : [JSON.parse(line)]
  } catch {
    return []
  }
}

const versions = (folder) => {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : []
  return names
    .filter((name) => /^[\da-f]{8}\.json5$/.test(name))
    .map((name) => ({ name, facts: fs.statSync(path.join(folder, name)) }))
    .toSorted((a, b) => b.facts.mtimeMs - a.facts.mtimeMs)
}

function prune(folder) {
  for (const { name } of versions(folder).slice(KEPT)) fs.rmSync(path.join(folder, name))
}

/** Newest first; `op` names the work that wrote this version, `until` when it was replaced. */
function listed(folder, journal) {
  return versions(folder).map(({ name, facts }) => {
    const id = name.slice(0, 8)
    const wrote = journal.findLast((entry) => entry.to === id)
    return { id, size: facts.size, until: Math.round(facts.mtimeMs), op: wrote?.op ?? null }
  })
}

function backups(file) {
  return BACKUPS.flatMap((id) => {
    const facts = fs.statSync(`${file}.${id}`, { throwIfNoEntry: false })
    if (!facts?.isFile()) return []
    return [{ id, size: facts.size, until: Math.round(facts.mtimeMs), op: null }]
  })
}
