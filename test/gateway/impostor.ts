import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { TOKEN, temporary } from './stand-in.ts'

/** Waits as a gateway, and when called tells how it was called. */
const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs'
if (process.argv[3] !== 'call') {
  setInterval(() => {}, 1e6)
  console.log('up')
} else {
  const commands = ['self', process.ppid].map((id) => readFileSync('/proc/' + id + '/cmdline', 'utf8'))
  const { OPENCLAW_GATEWAY_TOKEN: token, SOME_SECRET: other } = process.env
  const said = { commands, token, other, uid: process.getuid(), home: process.env.HOME }
  writeFileSync(process.env.HOME + '/said.json', JSON.stringify(said))
  console.log(JSON.stringify({ safe: true, counts: {} }))
}`

interface Said {
  readonly commands: readonly string[]
  readonly token: string
  readonly other?: string
  readonly uid: number
}

/** A program in the place of the gateway, owned by a user; gives what it was called with. */
export async function impostor(t: TestContext, id: number) {
  const stateDir = temporary(t)
  chmodSync(stateDir, 0o755)
  chownSync(stateDir, id, id)
  const script = join(stateDir, 'gateway.mjs')
  writeFileSync(script, PROGRAM, { mode: 0o644 })
  const about = { name: 'openclaw', version: '2026.9.6' }
  writeFileSync(join(stateDir, 'package.json'), JSON.stringify(about, null, 2))
  const env = { OPENCLAW_GATEWAY_TOKEN: TOKEN, HOME: stateDir, PATH: process.env['PATH'] }
  const as = id === process.getuid?.() ? {} : { uid: id, gid: id }
  const child = spawn(process.execPath, [script, 'gateway'], {
    env,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...as,
  })
  const ended = once(child, 'close')
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  await once(child.stdout, 'data')
  const locks = join(stateDir, 'tmp', 'openclaw-0')
  mkdirSync(locks, { recursive: true })
  writeFileSync(join(locks, 'gateway.state.lock'), JSON.stringify({ pid: child.pid, stateDir }))
  const said = (): Said => JSON.parse(readFileSync(join(stateDir, 'said.json'), 'utf8'))
  return { stateDir, port: 3000, said }
}
