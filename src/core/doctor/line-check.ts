import { type Finding, finding, type Severity } from '../checks/finding.ts'
import type { Text } from '../text.ts'
import { type Check, newestLine, quoted } from './check.ts'
import type { Seen } from './seen.ts'

export const isReady = ({ deployment: { gateway } }: Seen): boolean =>
  gateway.known && gateway.value.ready === true

interface Line {
  readonly id: string
  readonly severity: Severity
  readonly about: Text
  readonly signatures: readonly string[]
  /** A later line of these takes it back. */
  readonly over?: readonly string[]
  /** Of no account once the gateway is ready: a start that failed is over then. */
  readonly past?: boolean
  readonly says: Text
  readonly cures?: readonly string[]
  readonly cure?: (
    seen: Seen,
    values: Readonly<Record<string, string>>,
  ) => Partial<Pick<Finding, 'run' | 'hint'>>
}

/** A check that rests on one line of the log of the present run, which it shows. */
export const ofLine = (line: Line): Check => ({
  id: line.id,
  severity: line.severity,
  about: line.about,
  needs: ['logs'],
  cures: line.cures ?? [],
  find: (seen) => {
    if (line.past === true && isReady(seen)) return []
    const hit = newestLine(seen, line.signatures)
    if (hit === undefined) return []
    const over = newestLine(seen, line.over ?? [])
    if (over !== undefined && over.line.at >= hit.line.at) return []
    return [
      {
        ...finding(line.id, line.severity, line.says),
        evidence: quoted(hit),
        ...line.cure?.(seen, hit.values),
      },
    ]
  },
})

/** The machine as an option, where there is one. */
export const id = ({ machine }: Seen): Readonly<Record<string, string>> =>
  machine === undefined ? {} : { machine: machine.id }
