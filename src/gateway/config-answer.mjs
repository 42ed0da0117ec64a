// What is asked of a config file from outside, answered in one line. config-main.mjs runs it inside the machine; what is imported here is
// sent in front of it.
import { checkByProgram, secretsOf } from './config-check.mjs'
import {
  configPath,
  factsOf,
  readConfig,
  Refusal,
  setAside,
  shown,
  textOf,
} from './config-file.mjs'
import { openHistory } from './config-history.mjs'
import { writeConfig } from './config-write.mjs'

/** The file, a kept version beside it where one is asked for, and what became of earlier work. */
function look({ file, stateDir, version = null, op = null, now }) {
  const history = openHistory(stateDir, file)
  const found = readConfig(file)
  const kept = version === null ? null : history.version(version)
  if (version !== null && kept === null) throw new Refusal('version', { history: history.list() })
  const texts = [...(found === null ? [] : [textOf(found.bytes)]), ...(kept ? [textOf(kept)] : [])]
  const packed = shown(texts)
  const work = history.journal().find((entry) => entry.op === op)
  return {
    facts: found === null ? null : { ...factsOf(found), id: history.idOf(found.bytes) },
    current: found === null ? null : packed[0],
    kept: kept === null ? null : packed.at(-1),
    aside: setAside(file, now()),
    history: history.list(),
    written:
      history.journal().findLast((entry) => found && entry.to === history.idOf(found.bytes))?.op ??
      null,
    work: work ? workOf(work) : null,
  }
}

const workOf = ({ at, before, after, from, to, checked }) => ({
  at,
  before,
  after,
  from,
  id: to,
  checked,
})

function check({ file, stateDir }) {
  const found = readConfig(file)
  if (found === null) throw new Refusal('missing')
  return checkByProgram({ file, stateDir, secrets: secretsOf(textOf(found.bytes)) })
}

const ACTIONS = { look, check, write: writeConfig }
const STUCK = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOENT']

/** Nothing of an unexpected error but its code leaves the machine: its words may hold anything. */
const whyOf = (error) => {
  if (error instanceof Refusal) return error.told
  return {
    why: STUCK.includes(error.code) ? 'stuck' : 'failed',
    code: String(error.code ?? error.name),
  }
}

/** One line: a word, the nonce, JSON. Never rejects. `now` is the machine's clock. */
export async function answerConfig([nonce, stateDir, named, action, payload], now = Date.now) {
  const file = configPath(stateDir, named)
  const answer = await Promise.resolve()
    .then(() => JSON.parse(Buffer.from(payload, 'base64').toString('utf8')))
    .then((wants) => ACTIONS[action]({ ...wants, file, stateDir, now }))
    .then(
      (told) => ({ ok: true, ...told }),
      (error) => ({ ok: false, ...whyOf(error) }),
    )
  return `gateway-config ${nonce} ${JSON.stringify({ path: file, at: now(), ...answer })}\n`
}
