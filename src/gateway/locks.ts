import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Machine } from '../core/fly.ts'
import type { Gateway, LockReport } from '../core/gateway.ts'
import { locate } from '../core/locate.ts'
import { envOf } from '../core/machine-config.ts'
import { type Text, tr } from '../core/text.ts'
import { EXTRA_PATH, excuse, type GatewayDeps } from './script.ts'

const SECONDS = 15
const RUN =
  'PATH=${PATH:-/bin}$1; export PATH; unset NODE_OPTIONS; code=$2; shift 2; ' +
  'exec node --input-type=module -e "$code" -- "$@" 2>/dev/null'

const Time = z.number().nonnegative()
const Pid = z.int().positive()
const Path = z.string().min(1).max(500)
const File = z.object({
  key: z.string().max(300),
  path: Path,
  layout: z.enum(['state', 'temporary', 'guide', 'guide-data']),
  pid: Pid.nullable(),
  startTime: z.number().nullable(),
  createdAt: z.number().nullable(),
  stateDir: z.string().nullable(),
  port: z.number().nullable(),
  mark: z.string().regex(/^\d+-\d+-[0-9a-f]{32}$/),
  bytes: z.number(),
  uid: z.number(),
  changedAt: Time,
  alive: z.boolean(),
  startNow: z.number().nullable(),
  verdict: z.enum(['live', 'fresh', 'dead', 'reused', 'restarted', 'earlier', 'garbage']),
})
const Unreadable = z.object({
  key: z.string().max(300),
  path: Path,
  unreadable: z.string().max(40),
})
const Seen = z.object({
  bootedAt: Time,
  now: Time,
  files: z.array(z.union([File, Unreadable])).max(100),
  gateways: z.array(z.object({ pid: Pid, startTime: z.number() })).max(100),
  removed: z
    .array(
      z.object({
        key: z.string().max(300),
        path: Path.optional(),
        outcome: z.enum(['removed', 'gone', 'changed', 'held', 'failed']),
      }),
    )
    .max(100),
})

const unknown = (why: Text): LockReport => ({ known: false, why })

/** Looks at lock files with one `exec`, and with another deletes those that were seen to belong to nobody. Rejects only when cancelled. */
export function createLocks({ fly, overrides, nonce }: GatewayDeps): Pick<Gateway, 'locks'> {
  const makeNonce = nonce ?? (() => randomBytes(12).toString('hex'))
  const code = ['lock-judge.mjs', 'locks.mjs']
    .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
    .join('\n')

  return {
    locks: async (app: string, machine: Machine, remove = []) => {
      const { config, state } = machine
      if (config === null || state !== 'started') return unknown(NOT_RUNNING)
      const { stateDir } = locate(config, overrides)
      const temporary = envOf(config)['TMPDIR']?.trim() || '/tmp'
      const word = makeNonce()
      const marks = JSON.stringify(remove.map(({ key, mark }) => ({ key, mark })))
      const command = ['sh', '-c', RUN, '_', EXTRA_PATH, code, word, stateDir, temporary, marks]
      try {
        const { stdout } = await fly.exec(app, machine.id, { command, seconds: SECONDS })
        return parsed(stdout, word)
      } catch (error) {
        return unknown(excuse(error))
      }
    },
  }
}

/** The one line the script writes for this nonce, whole; everything else is unknown. */
export function parsed(stdout: string, nonce: string): LockReport {
  const line = /^gateway-locks ([^ ]+) (\{.*\})\n$/.exec(stdout)
  if (line?.[1] !== nonce) return unknown(GARBLED)
  try {
    const { files, ...seen } = Seen.parse(JSON.parse(line[2] ?? ''))
    return {
      known: true,
      ...seen,
      removed: seen.removed.map(({ key, outcome }) => ({ key, outcome })),
      files: files.flatMap((file) => ('mark' in file ? [file] : [])),
      unreadable: files.flatMap((file) => ('unreadable' in file ? [file.path] : [])),
    }
  } catch {
    return unknown(GARBLED)
  }
}

const NOT_RUNNING = tr(
  'The machine does not run, so nothing inside it can be read.',
  '機器並未執行，無法讀取其內部。',
)
const GARBLED = tr(
  'What the machine said of its lock files could not be read: its image may have no node. Try again.',
  '無法讀取機器回報的鎖定檔：映像檔可能沒有 node。請再試一次。',
)
