// Changes a config file inside its machine: only the bytes that were meant, only while it is the file that was seen, as one rename, with
// owner and mode as they were. The program's own check of the candidate comes first, where it is there and memory allows it.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { checkByProgram, secretsOf } from './config-check.mjs'
import { readConfig, Refusal, sha256, shown, textOf } from './config-file.mjs'
import { openHistory } from './config-history.mjs'
import { maskConfig } from './config-mask.mjs'

const FRESH = { uid: null, gid: null, mode: 0o600 }

/** What stands for a secret outside must never come back as one. */
const STAND_IN = /•|__OPENCLAW_REDACTED__/

/** Applies edits to the text; each covers a masked place wholly or keeps off it. */
function edited(text, edits) {
  const { regions } = maskConfig(text)
  let next = ''
  let at = 0
  for (const { start, end, text: words } of edits) {
    if (!(at <= start && start <= end && end <= text.length)) throw new Refusal('edits')
    const torn = regions.some(
      ([from, to]) => from < end && start < to && !(start <= from && to <= end),
    )
    if (torn || STAND_IN.test(words)) throw new Refusal('masked')
    next += text.slice(at, start) + words
    at = end
  }
  return next + text.slice(at)
}

/** The file as it is to be: edits of what is there, a version that was kept, or null for none at all. */
function goalOf({ edits, from }, before, history) {
  if (from === null) return null
  if (from === undefined) return edited(before === null ? '' : textOf(before.bytes), edits)
  const bytes = history.version(from)
  if (bytes === null) throw new Refusal('version')
  return textOf(bytes)
}

const stateOf = (found) => (found === null ? 'missing' : sha256(found.bytes))

/**
 * Writes, once: work that is asked for again under the same name finds itself done. Refuses when the file is another one than `before`, or
 * when the candidate is no JSON5 or the program says it is invalid; then nothing was changed.
 */
export async function writeConfig({ file, stateDir, op, before, check, now, ...how }) {
  const history = openHistory(stateDir, file, { create: true })
  const found = readConfig(file)
  const done = history.journal().find((entry) => entry.op === op)
  if (done && done.after === stateOf(found)) return told(found, done)
  if (stateOf(found) !== before) throw new Refusal('changed')
  const text = goalOf(how, found, history)
  if (found !== null && text === textOf(found.bytes)) throw new Refusal('same')
  if (text !== null && maskConfig(text).broken !== null && how.from === undefined)
    throw new Refusal('broken')
  // A file that could not be told of any more could not be mended from outside either.
  if (how.from === undefined) shown([text])
  const work = { history, file, stateDir, found, text, op, now }
  if (text === null) return replaced({ ...work, next: null, checked: NOT_CHECKED })
  const next = candidate(file, Buffer.from(text), found?.facts ?? { ...FRESH, ...ownerOf(file) })
  try {
    const checked = check ? await judged({ ...work, next }) : NOT_CHECKED
    if (stateOf(readConfig(file)) !== before) throw new Refusal('changed')
    return replaced({ ...work, next, checked })
  } finally {
    fs.rmSync(next, { force: true })
  }
}

const NOT_CHECKED = { by: null, why: 'small' }

async function judged({ next, stateDir, text }) {
  const checked = await checkByProgram({ file: next, stateDir, secrets: secretsOf(text) })
  if (checked.valid === false) throw new Refusal('invalid', { checked })
  return checked
}

const told = (found, { at, from, to, checked }) => ({
  sha256: found === null ? 'missing' : sha256(found.bytes),
  at,
  from,
  id: to,
  checked,
})

const ownerOf = (file) => {
  const { uid, gid } = fs.statSync(path.dirname(file))
  return { uid, gid }
}

/** Beside the file, so that what it includes is found and a rename is one. */
function candidate(file, bytes, { uid, gid, mode }) {
  forgetOthers(file)
  const next = `${file}.ops-${process.pid}`
  const handle = fs.openSync(next, 'wx', 0o600)
  try {
    fs.writeSync(handle, bytes)
    fs.fchownSync(handle, uid, gid)
    fs.fchmodSync(handle, mode & 0o777)
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
  return next
}

/** What a write that was killed has left. */
function forgetOthers(file) {
  const folder = path.dirname(file)
  const front = `${path.basename(file)}.ops-`
  for (const name of fs.readdirSync(folder)) {
    const other = name.startsWith(front) ? Number(name.slice(front.length)) : 0
    if (other > 0 && !fs.existsSync(`/proc/${other}`))
      fs.rmSync(path.join(folder, name), { force: true })
  }
}

/** Noted first: after a kill in between, the file itself tells whether it was done. */
function replaced({ history, file, next, found, text, op, checked, now }) {
  if (found !== null) history.keep(found.bytes)
  const bytes = text === null ? null : Buffer.from(text)
  const [from, to] = [found?.bytes ?? null, bytes].map((one) => one && history.idOf(one))
  const after = bytes === null ? 'missing' : sha256(bytes)
  const entry = { op, at: now(), from, to, before: stateOf(found), after, checked }
  history.note(entry)
  if (next === null) fs.rmSync(file)
  else fs.renameSync(next, file)
  const folder = fs.openSync(path.dirname(file), 'r')
  fs.fsyncSync(folder)
  fs.closeSync(folder)
  return told(bytes && readConfig(file), entry)
}
