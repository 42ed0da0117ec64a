import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { tempDir } from '../test/helpers/engines.ts'
import { startService } from '../test/helpers/service.ts'
import { SHAPES } from '../test/helpers/system.ts'
import { startProduct } from './product.ts'
import type { Row } from './rows.ts'
import { alternate, median } from './stats.ts'

const ROUNDS = 7
/** How long after the start a process counts as idle. */
const IDLE_MS = 1000
interface Started {
  readonly ms: number
  readonly rssMb: number
}

/** From the spawn to the line "ready" with both chats connected and a new state directory, and what it then holds in memory. */
export async function startUp(): Promise<Row[]> {
  const [embedded] = SHAPES
  if (embedded === undefined) throw new Error('no shape to run')
  const system = await startProduct(embedded, ['my-openclaw'])
  try {
    await system.bot.stop()
    const { node, product } = await alternate(ROUNDS, {
      node: bareNode,
      product: () => startOnce(system.env()),
    })
    const ms = median(product.map((one) => one.ms))
    const nodeMs = median(node.map((one) => one.ms))
    const rss = (all: readonly Started[]) => median(all.map(({ rssMb }) => rssMb))
    const goal = { is: 'below', figure: 150 } as const
    return [
      { name: 'start of node alone', figure: nodeMs, unit: 'ms' },
      {
        name: 'start to ready, all, embedded',
        figure: ms,
        unit: 'ms',
        goal: { is: 'below', figure: 1500 },
        ratio: ms / nodeMs,
      },
      { name: 'idle RSS, all, embedded', figure: rss(product), unit: 'MB', goal },
    ]
  } finally {
    await system.stop()
  }
}

async function startOnce(env: Readonly<Record<string, string>>): Promise<Started> {
  const dir = await tempDir()
  const from = performance.now()
  const service = await startService({ ...env, OPS_STATE_DIR: dir.path })
  const ms = performance.now() - from
  await sleep(IDLE_MS)
  const rssMb = await residentMb(service.pid)
  await service.stop()
  await dir.remove()
  return { ms, rssMb }
}

async function bareNode(): Promise<Started> {
  const from = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return { ms: performance.now() - from, rssMb: 0 }
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}
