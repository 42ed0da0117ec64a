import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import type { Console } from '../../src/chat/console/index.ts'
import { renderProgress } from '../../src/chat/console/render.ts'
import { systemClock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config/load.ts'
import { openEngine } from '../../src/engine.ts'
import type { Images } from '../../src/core/images.ts'
import type { Clock } from '../../src/core/ports.ts'
import { start } from '../../src/lifecycle.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { createLog } from '../../src/log.ts'
import { openSession } from '../../src/session.ts'
import { realClock } from '../fakes/fly/clock.ts'
import { type FakeFly, startFakeFly } from '../fakes/fly/fake-fly.ts'
import type { OpenclawRequest } from '../fakes/fly/openclaw.ts'
import { APP } from './app.ts'
import { ageStarts } from './outside.ts'
import { openImages } from './registry.ts'

/** A simulated Fly with one running deployment, and the bot on it. */
export interface Demo {
  readonly fly: FakeFly
  /** Id of the machine the gateway runs in. */
  readonly machine: string
  readonly talk: Console
  /** Lets so much time have passed, for Fly, the bot and the gateway's memory of its starts; nothing waits. */
  readonly pass: (ms: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** Not there yet: for `deploy launch`. */
const SECOND = 'my-second'
/** What a gateway says when it is up; older releases have no line `ready` (OPENCLAW.md §1). */
const UP = /\[gateway\] (?:ready|listening on )/

/** Starts everything; the gateway is ready when it resolves. `write` gets what the bot says in between. */
export async function openDemo(options: {
  readonly write: (text: string) => void
  /** Asks for a value that the bot wants to have privately. */
  readonly askPrivately?: Parameters<typeof openSession>[1]['askPrivately']
  readonly deployment?: OpenclawRequest
  /** What the machine runs in place of the stand-in gateway. */
  readonly program?: string
  /** The config file, there before the gateway first reads it; none if left out. */
  readonly config?: string
}): Promise<Demo> {
  const { deployment = {}, program } = options
  const real = program === undefined ? {} : { program }
  // Deployed two hours ago: a deployment that has just started is no place for a first restart.
  let aheadMs = -2 * 3_600_000
  const time = realClock()
  const now = () => time.now() + aheadMs
  const flyClock = { ...time, now }
  const fly = await startFakeFly({
    runtime: 'process',
    rateLimits: false,
    clock: flyClock,
    ...real,
  })
  const { machine } = await fly.deployOpenclaw(deployment)
  if (options.config !== undefined)
    await writeFile(join(fly.pathOf(machine.id, '/data') ?? '', 'openclaw.json'), options.config)
  await fly.untilLog(APP, UP)
  aheadMs = 0
  const registry = await openImages()
  const clock = { ...systemClock, now }
  const bot = await startBot(fly, { ...options, images: registry.images, clock })
  return {
    fly,
    machine: machine.id,
    talk: bot.talk,
    pass: async (ms) => {
      aheadMs += ms
      await ageStarts(fly, machine.id, ms)
    },
    close: async () => {
      await bot.stop()
      await registry.close()
      await fly.close().catch(() => {})
    },
  }
}

async function startBot(
  fly: FakeFly,
  {
    write,
    askPrivately,
    images,
    clock,
  }: Pick<Parameters<typeof openDemo>[0], 'write' | 'askPrivately'> & {
    readonly images: Images
    readonly clock: Clock
  },
) {
  const stateDir = await mkdtemp(join(tmpdir(), 'openclaw-ops-demo-'))
  const forget = (): void => rmSync(stateDir, { recursive: true, force: true })
  process.once('exit', forget)
  const loaded = loadConfig(
    {
      OPS_APPS: `${APP},${SECOND}`,
      OPS_STATE_DIR: stateDir,
      OPS_LOCALE: process.env['OPS_LOCALE'],
      FLY_API_TOKEN: fly.token,
      FLY_API_URL: fly.url,
      FLY_PLATFORM_URL: fly.platformUrl,
    },
    { mode: 'demo' },
  )
  if (!loaded.ok) throw new Error('the demo is not configured')
  const { config } = loaded
  const log = createLog({ level: 'error', destination: process.stderr })
  const engine = await openEngine({ config, clock, log })
  const app = await createApp({
    config,
    engine,
    registry: await loadCommands(),
    clock,
    log,
    images,
  })
  const onProgress: Parameters<typeof openSession>[1]['onProgress'] = (said, lines) =>
    write(renderProgress(said, lines))
  const talk = openSession(app, {
    clock,
    surface: 'console',
    onProgress,
    ...(askPrivately && { askPrivately }),
  })
  const running = await start(app, { http: undefined, clock, log })
  return {
    talk,
    stop: async () => {
      await running.stop()
      forget()
      process.off('exit', forget)
    },
  }
}
