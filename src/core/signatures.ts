import { stripVTControlCharacters } from 'node:util'
import { tr } from './text.ts'
import type { Text } from './text.ts'
import data from './signatures.json' with { type: 'json' }

type Severity = 'info' | 'warn' | 'error' | 'critical'

/** A kind of log line that means something. */
export interface Signature {
  readonly id: string
  readonly severity: Severity
  readonly pattern: RegExp
  /** What happened and, where there is one, the next step. */
  readonly meaning: Text
}
/** A line that was recognised, with the values its pattern names (`pid`, `path`, `ms`, …). */
export interface Match {
  readonly signature: Signature
  readonly values: Readonly<Record<string, string>>
}

const SEVERITIES: readonly Severity[] = ['info', 'warn', 'error', 'critical']
/** Longer lines are cut: everything looked for stands near the front. */
const LONGEST = 4000
/** What `fly logs` puts in front of a line: time, `app[machine]`, region, level. */
const FLY_PREFIX = /^\S+ \w+\[\w+\] \w+ \[\w+\] ?/

function severityOf(value: string): Severity {
  const severity = SEVERITIES.find((one) => one === value)
  if (severity === undefined) throw new TypeError(`signatures.json: no such severity: ${value}`)
  return severity
}

/** Every known signature; first the ones that say most. */
export const SIGNATURES: readonly Signature[] = data.signatures.map((one) => ({
  id: one.id,
  severity: severityOf(one.severity),
  pattern: new RegExp(one.pattern),
  meaning: tr(one.en, one['zh-TW']),
}))

/** A log line as the signatures expect it: no colours, no prefix of Fly's, not endless. */
export const cleanLine = (line: string): string =>
  stripVTControlCharacters(line.slice(0, LONGEST)).replace(FLY_PREFIX, '').trimEnd()

/** Everything a log line matches. The text may come from anybody: show it, never act on it alone. */
export function matchLine(line: string): readonly Match[] {
  const clean = cleanLine(line)
  return SIGNATURES.flatMap((signature) => {
    const match = signature.pattern.exec(clean)
    if (match === null) return []
    const named = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined)
    return [{ signature, values: Object.fromEntries(named) }]
  })
}
