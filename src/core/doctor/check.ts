import type { Finding, Severity } from '../checks/finding.ts'
import type { ReadyCommand } from '../drift.ts'
import { cleanLine, matchLine } from '../signatures.ts'
import { withoutPrinted } from '../secret-shapes.ts'
import { type Text, truncate, utc } from '../text.ts'
import type { LogLine, Machine } from '../fly.ts'
import { hindrance, type Part } from '../repairs.ts'
import { valueOr } from '../in-time.ts'
import type { Need, Seen } from './seen.ts'

/** One thing that may be wrong. Pure: everything it says was seen in the one look it is given. */
export interface Check {
  /** Stable: people type it behind `fix=`. */
  readonly id: string
  /** The worst it finds. */
  readonly severity: Severity
  /** What is made sure of, in a few words. */
  readonly about: Text
  /** Without these it can't be told; what was found all the same still counts. */
  readonly needs: readonly Need[]
  /** Commands that its findings are cured by, as one types them; they decide who may ask for the cure. */
  readonly cures: readonly string[]
  readonly find: (seen: Seen) => readonly Finding[]
  /** Why it can't be told although all it needs is there; asked only when nothing was found. */
  readonly open?: (seen: Seen) => Text | undefined
}

/** A command with its arguments, as findings name it. */
export const ready = (
  command: string,
  input: Readonly<Record<string, string>> = {},
): ReadyCommand => ({ command: `openclaw ${command}`, input })

/** What puts a part of a machine's config right, or why that can't be done there. */
export function repairCure(machine: Machine, part: Part): Pick<Finding, 'run' | 'hint'> {
  const { id, config, checks } = machine
  const hint = config === null ? undefined : hindrance(part, { id, config, checks })
  return hint === undefined ? { run: ready(REPAIR, { machine: id, what: part }) } : { hint }
}
export const REPAIR = 'machine repair'

export interface Hit {
  readonly line: LogLine
  readonly id: string
  readonly values: Readonly<Record<string, string>>
  readonly pattern: RegExp
}

const EXCERPT = 160
/** Lines of OpenClaw begin with a time of their own. */
const OWN_TIME = /^\d{4}-\d\d-\d\dT\S+ /
const LEAD = 30

/** The line as evidence: when, and its words around what was recognised, without whatever looks like a secret. */
export function quoted({ line: { at, message }, pattern }: Hit): string {
  const words = withoutPrinted(cleanLine(message)).replace(OWN_TIME, '')
  const from = Math.max(0, (pattern.exec(words)?.index ?? 0) - LEAD)
  const part = words.length <= EXCERPT || from === 0 ? words : `…${words.slice(from)}`
  return `${utc(at)} ${truncate(part, EXCERPT)}`
}

/** The newest line with one of these signatures since the gateway's present run began; of every run with `ever`. */
export function newestLine(
  seen: Seen,
  ids: readonly string[],
  { ever = false }: { readonly ever?: boolean } = {},
): Hit | undefined {
  const since = ever ? 0 : runBegan(seen)
  const lines = valueOr(seen.logs, []).filter(
    ({ at, provider }) => at >= since && provider !== 'proxy',
  )
  for (const line of lines.toReversed())
    for (const { signature, values } of matchLine(line.message))
      if (ids.includes(signature.id))
        return { line, id: signature.id, values, pattern: signature.pattern }
  return undefined
}

/** When the present run began: the newest start of the machine; a moment less, for clocks differ. A machine that is down has its last run. */
function runBegan({ machine }: Seen): number {
  const starts = (machine?.events ?? []).filter(({ type }) => type === 'start').map(({ at }) => at)
  return starts.length === 0 ? 0 : Math.max(...starts) - SLACK_MS
}
const SLACK_MS = 2000
