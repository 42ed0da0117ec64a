import type { WorkContext } from '../context.ts'
import { mainMachine } from '../deployment.ts'
import { cursorAt, type LogLine, type Machine, type Volume } from '../fly.ts'
import { type Look, valueOr } from '../in-time.ts'
import { printedOf } from '../logs/printed.ts'
import { loadRedaction } from '../logs/redaction.ts'
import { withoutPrinted } from '../secret-shapes.ts'
import type { Seen } from './seen.ts'

/** The newest lines of the app, and those with which the present run began; each once, oldest first. */
export async function lines(
  { app, fly }: Pick<WorkContext, 'app' | 'fly'>,
  machines: Look<readonly Machine[]>,
): Promise<readonly LogLine[]> {
  const events = mainMachine(valueOr(machines, []))?.events ?? []
  const starts = events.filter(({ type }) => type === 'start').map(({ at }) => at)
  const began = starts.length === 0 ? null : Math.max(...starts)
  const [newest, first] = await Promise.all([
    fly.logs(app),
    began === null ? { lines: [] } : fly.logs(app, { cursor: cursorAt(began - 5000) }),
  ])
  const seen = new Set<string>()
  return [...first.lines, ...newest.lines]
    .filter(({ at, machine, message }) => {
      const key = `${at} ${machine} ${message}`
      return seen.has(key) ? false : seen.add(key)
    })
    .toSorted((a, b) => a.at - b.at)
}

/** The copies of each volume, each list known or not on its own. */
export async function copies(
  volumes: readonly Volume[],
  list: (id: string) => Promise<Seen['snapshots'][string]>,
): Promise<Seen['snapshots']> {
  const found = await Promise.all(volumes.map(async ({ id }) => [id, await list(id)] as const))
  return Object.fromEntries(found)
}

/** What the checks get to see: no secret in it, and how many lines held one. */
export interface CleanLogs {
  readonly logs: Seen['logs']
  /** Lines that hold a value that was set through the bot, or that the installation named; what only looks like a secret may be none. */
  readonly redacted: Seen['redacted']
  readonly printed: Seen['printed']
}

export async function withoutSecrets(
  context: WorkContext,
  found: Look<readonly LogLine[]>,
): Promise<CleanLogs> {
  const { app, store } = context
  const [redaction, printed] = await Promise.all([
    loadRedaction(context, app),
    printedOf(store, app),
  ])
  if (!found.known) return { logs: found, redacted: 0, printed }
  let redacted = 0
  const lines = found.value.map((line) => {
    const message = redaction.apply(line.message)
    if (message !== withoutPrinted(line.message)) redacted += 1
    return { ...line, message }
  })
  return { logs: { ...found, value: lines }, redacted, printed }
}
