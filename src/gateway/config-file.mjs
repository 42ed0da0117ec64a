// Reads the config file of a gateway inside its machine, and tells of it without what is secret. Everything it writes is one line:
// a word, a nonce, JSON. What is imported here is sent in front of it; see config-script.ts.
import * as crypto from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { maskConfig } from './config-mask.mjs'

/** Larger ones are none that a person wrote, and would not fit in an answer. */
const LARGEST = 512 * 1024
/** Fly does not say how much an exec may print; this is what others have seen go through. */
const MOST_PRINTED = 48_000
const NAMES = ['openclaw.json', 'moltbot.json', 'clawdbot.json']

export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex')

/** Fails in a word that the other side has a sentence for. */
export class Refusal extends Error {
  constructor(why, more = {}) {
    super(why)
    this.told = { why, ...more }
  }
}

/** Where it is: as the machine's own config says, else by the program's name or one of its former names. */
export function configPath(stateDir, named) {
  const usual = NAMES.map((name) => path.join(stateDir, name))
  const found = named || (usual.find((one) => fs.existsSync(one)) ?? usual[0])
  try {
    return fs.realpathSync(found)
  } catch {
    return found
  }
}

/** The file's bytes and facts; null where there is none. */
export function readConfig(file) {
  try {
    const facts = fs.statSync(file)
    if (!facts.isFile()) throw new Refusal('no_file')
    if (facts.size > LARGEST) throw new Refusal('large', { size: facts.size })
    return { facts, bytes: fs.readFileSync(file) }
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    if (error.code === 'EACCES' || error.code === 'EPERM') throw new Refusal('unreadable')
    throw error
  }
}

/** The words of a file; a byte that is no UTF-8 would be lost in writing, so such a file is none we touch. */
export function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Refusal('encoding')
  }
}

/** Tells equal secrets from others within one answer, and nothing beyond it: the key is forgotten with it. */
const tagging =
  (key = crypto.randomBytes(32)) =>
  (value) =>
    crypto.createHmac('sha256', key).update(value).digest('hex').slice(0, 8)

/** What leaves the machine of some texts. */
export function shown(texts) {
  const tag = tagging()
  const packed = texts.map((text) => {
    const { masked, regions, broken } = maskConfig(text)
    const tagged = regions.map(([start, end]) => [start, end, tag(text.slice(start, end))])
    return { text: deflateRawSync(masked).toString('base64'), regions: tagged, broken }
  })
  if (JSON.stringify(packed).length > MOST_PRINTED)
    throw new Refusal('large', { size: Buffer.byteLength(texts[0] ?? '') })
  return packed
}

export const factsOf = ({ facts, bytes }) => ({
  sha256: sha256(bytes),
  size: bytes.length,
  uid: facts.uid,
  gid: facts.gid,
  mode: (facts.mode & 0o777).toString(8).padStart(4, '0'),
  changedMs: Math.round(facts.mtimeMs),
})

/** Files the gateway has set aside; what they hold is never read. */
export function setAside(file, now) {
  const own = path.basename(file)
  const form = /^\.(clobbered|rejected)\./
  return fs
    .readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(own) && form.test(name.slice(own.length)))
    .map((name) => ({ name, at: now - age(path.join(path.dirname(file), name)) }))
    .toSorted((a, b) => b.at - a.at)
    .slice(0, 5)
}

/** How long ago it was put there, in ms. */
function age(file) {
  try {
    return Math.round(Date.now() - fs.statSync(file).ctimeMs)
  } catch {
    return 0
  }
}
