import type { WorkContext } from '../context.ts'
import { cursorAt, type Machine } from '../fly.ts'
import { attempt } from '../mutation/attempt.ts'
import { cleanLine, matchLine } from '../signatures.ts'
import { truncate, type Text } from '../text.ts'
import { cleanWords } from './secret-path.ts'

/** What the gateway was seen to make of a changed file. */
export type Effect =
  /** Its own line said that it took it over. */
  | { readonly is: 'hot'; readonly paths: string }
  /** It restarted itself; `ready` null: not seen yet. */
  | {
      readonly is: 'restarted'
      readonly paths: string
      readonly ready: boolean | null
      readonly why: Text | null
    }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'reverted'; readonly why: string }
  /** No line in time: it may still come. `logs` false: the log could not be read. */
  | { readonly is: 'unseen'; readonly logs: boolean }
  /** It does not watch its file, or nothing but words and blanks changed. */
  | { readonly is: 'later' | 'same' }
  /** It neither took it over nor refused it, as when it runs with just that already. */
  | { readonly is: 'silent' }
  /** It was not ready, so there was nobody to take it over. */
  | { readonly is: 'down' }

/** The gateway looks every second; its line reaches Fly's log 1–3 s later, at times more (FLY.md §4.1). */
const WATCH_MS = 30_000
const BRIEF_MS = 10_000
/** Six seconds as a rule; plugins and migrations may take it longer. */
const RESTART_MS = 150_000
const PAUSE_MS = 2000
const PAGES = 10

type Context = Pick<WorkContext, 'app' | 'fly' | 'gateway' | 'clock' | 'signal'>

/** Watches the log from when the file was written; a restart is waited for until the gateway is ready again. */
export async function watchEffect(
  context: Context,
  machine: Machine,
  { since, brief = false }: { readonly since: number; readonly brief?: boolean },
): Promise<Effect> {
  const { clock, signal } = context
  const begun = clock.now()
  for (;;) {
    const seen = await seenSince(context, machine.id, since)
    const patience = seen.is === 'restarted' ? RESTART_MS : brief ? BRIEF_MS : WATCH_MS
    const over = clock.now() - begun >= patience
    if (seen.is === 'restarted' && (seen.ready === true || over))
      return probed(context, machine, seen)
    if (isLast(seen) || over) return seen
    await clock.sleep(PAUSE_MS, signal)
  }
}

const isLast = ({ is }: Effect): boolean => is !== 'unseen' && is !== 'restarted'

/** The line that says it is up again, and its own word for it now. */
async function probed(
  { app, gateway }: Context,
  machine: Machine,
  seen: Extract<Effect, { is: 'restarted' }>,
): Promise<Effect> {
  const { ready, reason } = await gateway.probe(app, machine)
  return {
    ...seen,
    ready: seen.ready === true ? ready : ready === false ? false : null,
    why: reason,
  }
}

type Seen = Exclude<Effect, { is: 'later' | 'same' | 'silent' | 'down' }>

/** Lines that say the gateway is up (OPENCLAW.md §1). */
const UP: ReadonlySet<string> = new Set(['gateway.ready', 'gateway.listening'])

/** One look at the log: the last thing it says of the file. A revert or a refusal outweighs what came before it. */
export async function seenSince(context: Context, machine: string, since: number): Promise<Seen> {
  const lines = await attempt(linesSince(context, machine, since), context.signal)
  if (!lines.known) return { is: 'unseen', logs: false }
  return lines.value.reduce<Seen>((last, line) => effectOf(line, last) ?? last, {
    is: 'unseen',
    logs: true,
  })
}

function effectOf(message: string, last: Seen): Seen | undefined {
  for (const { signature, values } of matchLine(message)) {
    if (last.is === 'restarted' && UP.has(signature.id)) return { ...last, ready: true }
    const paths = truncate(cleanWords(values['paths'] ?? ''), 200)
    if (signature.id === 'config.reloaded') return { is: 'hot', paths }
    if (signature.id === 'config.reload_restarts')
      return { is: 'restarted', paths, ready: null, why: null }
    if (signature.id === 'config.reload_refused' || signature.id === 'config.invalid')
      return { is: 'refused', why: reasonIn(message) }
    if (signature.id === 'config.reverted')
      return { is: 'reverted', why: cleanWords(values['why'] ?? '') }
  }
  return undefined
}

/** Behind the gateway's own words; theirs may come from the file. */
const reasonIn = (message: string): string =>
  truncate(
    cleanWords(
      cleanLine(message).replace(/^.*?(?:\(invalid config\): |Invalid config at \S+: ?)/, ''),
    ),
    300,
  )

async function linesSince(
  { app, fly }: Context,
  machine: string,
  since: number,
): Promise<readonly string[]> {
  const found: string[] = []
  let cursor = cursorAt(since)
  for (let page = 0; page < PAGES; page++) {
    const { lines, cursor: next } = await fly.logs(app, { cursor, machine })
    found.push(...lines.filter(({ at }) => at >= since).map(({ message }) => message))
    if (lines.length === 0 || next === null || next === cursor) break
    cursor = next
  }
  return found
}
