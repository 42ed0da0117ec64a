import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { type Text, tr } from '../text.ts'
import { ENDS, notHere, parseConfig, type Parsed, placeOf } from './parse.ts'
import type { ConfigSeen, ConfigTrouble, Region } from './port.ts'
import { findProblems, type Problem } from './rules.ts'

/** A gateway's config as it may be shown and judged: every secret is masked, and was before it left the machine. */
export interface ConfigRead {
  readonly ok: true
  readonly path: string
  /** Masked strings consist of `•`, masked numbers of `1`; the length of the text is the real one. */
  readonly text: string
  readonly regions: readonly Region[]
  /** What the text means, masked; `undefined` when it is no JSON5. */
  readonly value: unknown
  readonly parsed: Parsed | null
  /** Of the raw bytes, for comparing. Never shown: a weak secret could be guessed from it. */
  readonly sha256: string
  readonly problems: readonly Problem[]
  readonly seen: ConfigSeen
}
export interface ConfigUnread {
  readonly ok: false
  /** `missing`: there is no file; `machine`: it does not run; `unknown`: Fly or the machine gave no answer. */
  readonly trouble: ConfigTrouble
  readonly reason: Text
  readonly seen: ConfigSeen | null
}

/** Reads the config file of one machine's gateway, with one `exec`. Rejects only when cancelled. */
export async function readConfig(
  { app, gateway }: Pick<WorkContext, 'app' | 'gateway'>,
  machine: Machine,
  options: { readonly version?: string | undefined; readonly op?: string | undefined } = {},
): Promise<ConfigRead | ConfigUnread> {
  const seen = await gateway.config.look(app, machine, options)
  if (!seen.known) return { ok: false, trouble: seen.trouble, reason: seen.why, seen: null }
  const { facts, current, path } = seen
  if (facts === null || current === null)
    return { ok: false, trouble: 'missing', reason: MISSING, seen }
  const { text, regions, broken } = current
  const found = parseConfig(text)
  const parsed = found.ok && broken === null ? found : null
  return {
    ok: true,
    path,
    text,
    regions,
    value: parsed?.value,
    parsed,
    sha256: facts.sha256,
    problems:
      parsed === null ? [brokenAt(text, wrongAt(text, broken, found))] : findProblems(text, parsed),
    seen,
  }
}

/** The machine saw the real text, so its place counts; ours is for what it took and our parser does not. */
function wrongAt(
  text: string,
  broken: number | null,
  found: ReturnType<typeof parseConfig>,
): { readonly at: number; readonly what: Text } {
  if (broken === null) return found.ok ? { at: 0, what: BROKEN } : found
  const sign = text[broken] ?? ''
  if (broken >= text.trimEnd().length) return { at: broken, what: ENDS }
  return { at: broken, what: /[{}[\],:]/.test(sign) ? notHere(sign) : BROKEN }
}

const brokenAt = (
  text: string,
  { at, what }: { readonly at: number; readonly what: Text },
): Problem => ({
  id: 'config.broken',
  severity: 'error',
  path: '',
  ...placeOf(text, at),
  what,
  fix: RESTORE,
})

const MISSING = tr('There is no config file.', '沒有設定檔。')
const BROKEN = tr(
  'What stands here is not expected, or its quotes are not closed on the line. Look for a missing comma, quote or bracket here and just before.',
  '此處的內容不應出現，或引號沒有在同一行關閉。請檢查此處與前面是否少了逗號、引號或括號。',
)
const RESTORE = tr(
  'The gateway does not start with it. Put an earlier version back: config history, then config restore.',
  '閘道無法以此啟動。請還原先前版本：先用 config history，再用 config restore。',
)
