import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OpsError } from '../core/errors.ts'
import { tr } from '../core/text.ts'
import { writeWhole } from './files.ts'

const Engine = z.enum(['redis', 'sqlite'])
export type Engine = z.infer<typeof Engine>
const Mark = z.object({ engine: Engine })
const FILE = 'engine.json'

/** The engine that this state directory was last used with; nothing when it is new. */
export async function readEngine(stateDir: string): Promise<Engine | undefined> {
  const text = await readFile(join(stateDir, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return Mark.parse(JSON.parse(text)).engine
  } catch {
    throw damaged()
  }
}

/** Records the engine in use; after an import, the one that was imported into. */
export async function writeEngine(stateDir: string, engine: Engine): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  await writeWhole(join(stateDir, FILE), `${JSON.stringify({ engine })}\n`)
}

interface ClaimOptions {
  readonly stateDir: string
  readonly engine: Engine
  /** How many jobs wait or run in the engine of before; nothing when it cannot be asked. */
  readonly waiting: (before: Engine) => Promise<number | undefined>
}

/**
 * Refuses to start with another engine than before while jobs wait there (`conflict`), else records the one in use.
 * Gives the engine of before when it was another: its grants and settings do not come along by themselves.
 */
export async function claimEngine(options: ClaimOptions): Promise<Engine | undefined> {
  const { stateDir, engine, waiting } = options
  const before = await readEngine(stateDir)
  if (before === engine) return undefined
  if (before !== undefined) {
    const jobs = await waiting(before)
    if (jobs !== 0) throw stranded(before, jobs)
  }
  await writeEngine(stateDir, engine)
  return before
}

const HINT = tr(
  'Go back to the former REDIS_URL (or none), run `npm run cli -- ops export`, change it, then run `npm run cli -- ops import`.',
  '請改回原本的 REDIS_URL（或不設定），執行 `npm run cli -- ops export`，再更改設定，最後執行 `npm run cli -- ops import`。',
)
const NAMES = { redis: 'Redis', sqlite: 'SQLite' } as const

function stranded(before: Engine, jobs: number | undefined): OpsError {
  const name = NAMES[before]
  const text =
    jobs === undefined
      ? tr(
          `This bot kept its state in ${name} before, and whether jobs still wait there cannot be seen from here.`,
          `這個機器人先前把狀態存放在 ${name}，從這裡無法得知那裡是否還有等待中的工作。`,
        )
      : tr(
          `This bot kept its state in ${name} before, and ${jobs} of its jobs still wait there.`,
          `這個機器人先前把狀態存放在 ${name}，那裡還有 ${jobs} 個等待中的工作。`,
        )
  return new OpsError('conflict', text, { hint: HINT })
}

const damaged = (): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `The file ${FILE} in OPS_STATE_DIR is damaged. Write {"engine":"sqlite"} or {"engine":"redis"} into it, whichever was used last.`,
      `OPS_STATE_DIR 中的檔案 ${FILE} 已損毀。請寫入 {"engine":"sqlite"} 或 {"engine":"redis"}（最後使用的那一個）。`,
    ),
  )
