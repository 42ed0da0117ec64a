import { createHmac } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { answerConfig } from '../../src/gateway/config-answer.mjs'
import type { ExecHandler } from '../fakes/fly/runtime.ts'
import type { Scene } from './mutation.ts'

/** What a gateway makes of a new file. `off`: it does not say a thing; `silent`: takes it over, and then puts the old one back without a word. */
type Reaction = 'hot' | 'restart' | 'refuse' | 'revert' | 'silent' | 'off' | 'dies'

/** A config file for machines without an inside: the real scripts run on a real file, and the gateway's part is played by `reaction`. */
export interface ConfigWorld {
  readonly stateDir: string
  readonly file: string
  readonly read: () => string | undefined
  readonly put: (text: string) => void
  /** Leaves a version in the history. */
  readonly keep: (text: string) => void
  /** How often the file came to be another one through a write. */
  readonly writes: () => number
  reaction: Reaction
  readonly exec: ExecHandler
  readonly close: () => void
}

export const SECRET = 'hunter2-of-the-config-file'
export const CONFIG = `{
  // The guide's file.
  meta: { lastTouchedVersion: '2026.9.6' },
  gateway: {
    mode: 'local', // lan for all
    auth: { token: '${SECRET}' },
  },
  agents: { defaults: { maxConcurrent: 4 } },
}
`

/** Of the history of every world, so that what it calls a text is known beforehand. */
const KEY = Buffer.alloc(32, 5)
export const idOf = (text: string): string =>
  createHmac('sha256', KEY).update(text).digest('hex').slice(0, 8)

/** Brings a config file into a scene and answers its scripts. Closed with the test, or by `close`. */
export function configWorld(
  { fly, deployed, inside, clock }: Scene,
  text: string | null = CONFIG,
): ConfigWorld {
  const stateDir = mkdtempSync(join(tmpdir(), 'config-world-'))
  const file = join(stateDir, 'openclaw.json')
  const { app, machine } = deployed
  const now = (): number => Math.trunc(clock.now())
  const say = (message: string): void =>
    fly.log(app, machine.id, { message, provider: 'app', at: now() })
  const read = (): string | undefined => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return undefined
    }
  }
  const folder = join(stateDir, '.openclaw-ops', 'config')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'key'), KEY)
  let writes = 0
  if (text !== null) writeFileSync(file, text, { mode: 0o600 })
  const react = (before: string | undefined): void => {
    const at = new Date(now()).toISOString()
    switch (world.reaction) {
      case 'off':
        return
      case 'hot':
        return say(`${at} [reload] config hot reload applied (agents.defaults)`)
      case 'refuse':
        return say(`${at} [reload] config reload skipped (invalid config): agents: bad`)
      case 'dies':
      case 'restart':
        say(`${at} [reload] config change requires gateway restart (gateway.bind) — preparing`)
        return world.reaction === 'restart' ? say(`${at} [gateway] ready`) : undefined
      case 'silent':
        say(`${at} [reload] config hot reload applied (agents.defaults)`)
        renameSync(file, `${file}.clobbered.${Date.now()}`)
        return writeFileSync(file, before ?? '')
      case 'revert':
        renameSync(file, `${file}.clobbered.${Date.now()}`)
        writeFileSync(file, before ?? '')
        say(`Config auto-restored from backup: /data/openclaw.json (missing-meta-vs-last-good)`)
    }
  }
  const world: ConfigWorld = {
    stateDir,
    file,
    read,
    put: (words) => writeFileSync(file, words),
    keep: (words) => writeFileSync(join(folder, `${idOf(words)}.json5`), words),
    writes: () => writes,
    reaction: 'hot',
    exec: async ({ command }) => {
      if (command[5]?.includes('gateway-config') !== true) throw new Error('another script')
      const [nonce = '', , named = '', action = '', payload = ''] = command.slice(6)
      const before = read()
      const stdout = await answerConfig([nonce, stateDir, named, action, payload], now)
      if (read() !== before) {
        writes += 1
        react(before)
      }
      return { stdout: stdout.replaceAll(stateDir, '/data') }
    },
    close: () => rmSync(stateDir, { recursive: true, force: true }),
  }
  inside.exec = world.exec
  return world
}

/** The same, closed at the end of a test. */
export function withConfig(t: TestContext, scene: Scene, text?: string | null): ConfigWorld {
  const world = configWorld(scene, text)
  t.after(() => world.close())
  return world
}

/** Files beside the config that a write may have left. */
export const leftovers = ({ stateDir }: ConfigWorld): readonly string[] =>
  readdirSync(stateDir).filter((name) => /\.ops-/.test(name))
