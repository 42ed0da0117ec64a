import type { WorkContext } from '../context.ts'
import { mainMachine } from '../deployment.ts'
import { cursorAt, type LogLine, type Machine, type Volume } from '../fly.ts'
import { type Look, valueOr } from '../in-time.ts'
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

/** Lines that hold a value that was set through the bot; what only looks like a secret is counted nowhere, for it may be none. */
export async function countSecrets(
  context: WorkContext,
  found: readonly LogLine[],
): Promise<Seen['redacted']> {
  const redaction = await loadRedaction(context, context.app)
  return found.filter(({ message }) => redaction.apply(message) !== withoutPrinted(message)).length
}
