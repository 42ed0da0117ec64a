import type { Finding, Severity } from '../checks/finding.ts'
import type { ReadyCommand } from '../drift.ts'
import { quoteWord } from '../command-line.ts'
import type { Text } from '../text.ts'
import type { Check } from './check.ts'
import { CHECKS } from './checks.ts'
import { missing, type Seen } from './seen.ts'

/** One finding as scripts get it; field names are public. */
export interface Diagnosed {
  readonly check: string
  readonly severity: Severity
  readonly text: Text
  readonly evidence: Text | null
  /** The cure as one types it, behind the slash. */
  readonly fix: string | null
  readonly run: ReadyCommand | null
  readonly hint: Text | null
}
export interface Diagnosis {
  readonly app: string
  /** The worst first. */
  readonly findings: readonly Diagnosed[]
  readonly unknown: ReadonlyArray<{
    readonly check: string
    readonly about: Text
    readonly why: Text
  }>
  readonly passed: readonly string[]
}

const ORDER: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 }

/** Runs all checks over one look. What could not be looked at is unknown with its reason, never passed. */
export function diagnose(seen: Seen, checks: readonly Check[] = CHECKS): Diagnosis {
  const results = checks.map((check) => ({ check, ...judge(seen, check) }))
  return {
    app: seen.deployment.app,
    findings: results
      .flatMap(({ findings }) => findings)
      .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity])
      .map(diagnosed),
    unknown: results.flatMap(({ check: { id, about }, why }) =>
      why === undefined ? [] : [{ check: id, about, why }],
    ),
    passed: results
      .filter(({ findings, why }) => findings.length === 0 && why === undefined)
      .map(({ check }) => check.id),
  }
}

/** What was found counts even where not everything was seen; nothing found counts only where it was. */
function judge(
  seen: Seen,
  { find, needs, open }: Check,
): { readonly findings: readonly Finding[]; readonly why: Text | undefined } {
  const findings = find(seen)
  if (findings.length > 0) return { findings, why: undefined }
  const lost = needs.map((need) => missing(seen, need)).find((why) => why !== undefined)
  return { findings, why: lost ?? open?.(seen) }
}

const diagnosed = ({ id, severity, text, evidence, run, hint }: Finding): Diagnosed => ({
  check: id,
  severity,
  text,
  evidence: evidence === undefined || evidence === '' ? null : evidence,
  fix: run === undefined ? null : lineOf(run),
  run: run ?? null,
  hint: hint ?? null,
})

/** A command with its arguments, as one types it. */
const lineOf = ({ command, input }: ReadyCommand): string =>
  [command, ...Object.entries(input).map(([name, value]) => `${name}=${quoteWord(value)}`)].join(
    ' ',
  )
