import type { Check } from '../doctor/check.ts'
import { CHECKS } from '../doctor/checks.ts'
import type { Finding } from '../checks/finding.ts'
import type { Seen } from '../doctor/seen.ts'
import { join, say, type Text, tr } from '../text.ts'
import type { Trouble } from './detector.ts'

/** What the doctor's check of this name finds. Throws for a name that it does not have. */
export function findings(id: string, seen: Seen): readonly Finding[] {
  const check = BY_ID.get(id)
  if (check === undefined) throw new TypeError(`There is no check ${id}.`)
  return check.find(seen)
}
const BY_ID: ReadonlyMap<string, Check> = new Map(CHECKS.map((check) => [check.id, check]))

const SEEN = tr('Seen', '所見')
type Rest = Omit<Trouble, 'text' | 'evidence' | 'fix'> & Partial<Pick<Trouble, 'fix'>>

/** A finding as a trouble. The card has a button for logs anyway, so that is no fix of its own. */
export function troubleOf({ text, evidence, hint, run }: Finding, rest: Rest): Trouble {
  return {
    text: join(' ', text, hint ?? ''),
    evidence: evidence === undefined || say(evidence, 'en') === '' ? [] : [[SEEN, evidence]],
    fix: run === undefined || run.command === 'openclaw logs' ? null : run,
    ...rest,
  }
}

/** What goes with a run of one machine is one incident, from the first sign to the last. */
export const runOf = (machine: string): Pick<Trouble, 'key' | 'group' | 'machine'> => ({
  key: machine,
  group: `run/${machine}`,
  machine,
})

export const evidence = (what: Text, value: Text): readonly [Text, Text] => [what, value]

/** With what it was measured against, where its words do not say so. */
export const against = (limit: Text, troubles: readonly Trouble[]): readonly Trouble[] =>
  troubles.map((trouble) => ({
    ...trouble,
    evidence: [...trouble.evidence, [tr('Limit', '門檻'), limit]],
  }))
