import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { putSetting, WATCH } from '../src/core/watch/rule-settings.ts'
import { textOf } from '../test/fakes/discord/fake-discord.ts'
import { beside } from '../test/helpers/hook-at.ts'
import { SHAPES, type System } from '../test/helpers/system.ts'
import { inTime } from './in-time.ts'
import { startProduct } from './product.ts'
import type { Row } from './rows.ts'
import { quantile } from './stats.ts'

const APPS = 1000
const OOMS = 20
/** Of apps other than those. */
const HEAPS = 5
/** Their cards go to one person, and platforms take a message a second of a talk. */
const GAP_MS = 2500
/** Until every app was seen, and everything that is looked at at first was. */
const SETTLE_MS = 45_000
const POLL_S = 15

/** A thousand apps watched by one process, beside a Fly that refuses whoever asks too often. */
export async function watch(): Promise<Row[]> {
  const [embedded] = SHAPES
  if (embedded === undefined) throw new Error('no shape to run')
  const apps = Array.from({ length: APPS }, (_, n) => `claw-${String(n).padStart(4, '0')}`)
  // Every owner is told of each: a crowd of them would be what is measured.
  const system = await startProduct(embedded, apps, { rateLimits: true, owners: 1 })
  try {
    await beside(system, (store) =>
      putSetting(store, WATCH, { on: true, by: 'bench', at: Date.now() }),
    )
    await sleep(SETTLE_MS)
    const cards: number[] = []
    const before = await looks(system)
    const from = performance.now()
    const wall = Date.now()
    const waits = apps
      .filter((_, n) => n % (APPS / OOMS) === 0)
      .map(async (app, n) => {
        await sleep(n * GAP_MS)
        cards.push(await cardOf(system, app, outOfMemory))
      })
    await Promise.all(waits)
    const heaps: number[] = []
    for (const app of apps.slice(1, 1 + HEAPS)) heaps.push(await cardOf(system, app, heapUsedUp))
    const seconds = (performance.now() - from) / 1000
    const after = await looks(system)
    return [
      ...figures(system, cards),
      {
        name: 'watch, Node’s heap used up, by its log, to card, slowest of 5',
        figure: Math.max(...heaps),
        unit: 's',
        goal: { is: 'at most', figure: POLL_S + 2 },
      },
      { name: 'watch, reads of logs in turn', figure: readsOf(system, wall) / seconds, unit: '/s' },
      {
        name: 'watch, looks a second',
        figure: (after.seen - before.seen) / seconds,
        unit: '/s',
        goal: { is: 'at least', figure: Math.floor(APPS / POLL_S) },
      },
      { name: 'watch, apps it could not see', figure: after.blind, unit: '' },
      {
        name: 'watch, RSS with 1,000 apps',
        figure: await rssMb(system.worker.pid),
        unit: 'MB',
        goal: { is: 'below', figure: 200 },
      },
    ]
  } finally {
    await system.stop()
  }
}

type Trouble = (fly: System['fly'], at: { readonly app: string; readonly machine: string }) => void
const outOfMemory: Trouble = (fly, { machine }) => fly.oom(machine)
/** Seen by what the log says alone; the exit only tells that it is worth to be read now. */
const heapUsedUp: Trouble = (fly, { app, machine }) => {
  const message =
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'
  fly.log(app, machine, { message })
  fly.crash(machine, { code: 134 })
}

const readsOf = ({ fly }: System, since: number): number =>
  fly.calls.filter(({ path, at }) => at >= since && path.endsWith('/logs')).length

/** Seconds from the trouble to the card. */
async function cardOf({ fly, discord }: System, app: string, trouble: Trouble): Promise<number> {
  const [machine = ''] = fly.app(app).machines.keys()
  const from = performance.now()
  trouble(fly, { app, machine })
  const card = discord.message((message) => textOf(message).includes(app))
  await inTime(card, `card of ${app}`)
  return (performance.now() - from) / 1000
}

function figures({ fly }: System, cards: readonly number[]): Row[] {
  const refused = fly.calls.filter(({ status }) => status === 429).length
  return [
    {
      name: 'watch of 1,000 apps, OOM to card, p50',
      figure: quantile(cards, 0.5),
      unit: 's',
    },
    {
      name: 'watch, OOM to card, slowest of 20',
      figure: Math.max(...cards),
      unit: 's',
      goal: { is: 'at most', figure: POLL_S + 2 },
    },
    {
      name: 'watch, calls refused by Fly’s limits',
      figure: refused,
      unit: '',
      goal: { is: 'at most', figure: 0 },
    },
  ]
}

async function looks({ bot }: System): Promise<{ seen: number; blind: number }> {
  const text = await (await fetch(`${bot.url}/metrics`)).text()
  const of = (line: RegExp): number => Number(line.exec(text)?.[1] ?? 0)
  return {
    seen: of(/^openclaw_ops_watch_looks_total\{result="seen"\} (\d+)/m),
    blind: of(/^openclaw_ops_watch_apps\{state="blind"\} (\d+)/m),
  }
}

async function rssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024
}
