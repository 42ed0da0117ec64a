import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OpsError } from '../core/errors.ts'
import { tr } from '../core/text.ts'
import { writeWhole } from './files.ts'
import { makeStateDir } from './state-dir.ts'

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
  await makeStateDir(stateDir)
  await writeWhole(join(stateDir, FILE), `${JSON.stringify({ engine })}\n`)
}

interface ClaimOptions {
  readonly stateDir: string
  readonly engine: Engine
  /** How many jobs wait or run in the engine of before; nothing when it cannot be asked. */
  readonly waiting: (before: Engine) => Promise<number | undefined>
}

/**
 * Refuses to start with another engine than before while jobs wait there (`conflict`); else gives what `open` gives, and records the engine
 * then: one that could not be opened was never used, and must not stand in the way of the other.
 */
export async function claimEngine<T>(
  { stateDir, engine, waiting }: ClaimOptions,
  open: () => Promise<T>,
): Promise<T> {
  await makeStateDir(stateDir)
  const before = await readEngine(stateDir)
  if (before !== undefined && before !== engine) {
    const jobs = await waiting(before)
    if (jobs !== 0) throw stranded(before, jobs)
  }
  const opened = await open()
  if (before !== engine) await writeEngine(stateDir, engine)
  return opened
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
