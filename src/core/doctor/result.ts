import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { ReadyCommand } from '../drift.ts'
import { tr } from '../text.ts'
import { checkedFix } from './cures.ts'
import { type Diagnosed, type Diagnosis, diagnose } from './diagnose.ts'
import { gather } from './gather.ts'

/** A whole diagnosis, or one check with what cures it; field names are public. */
export type DoctorResult =
  | (Diagnosis & { readonly kind: 'all' })
  | {
      readonly kind: 'one'
      readonly app: string
      readonly check: string
      readonly state: 'failed' | 'passed' | 'unknown'
      /** What was found, worst first; the first one is cured. */
      readonly findings: readonly Diagnosed[]
      readonly why: Diagnosis['unknown'][number]['why'] | null
    }

/** Looks, and judges everything or the one check that was named. Rejects when nothing at all could be read. */
export async function runDoctor(
  context: WorkContext,
  { fix }: { readonly fix?: string | undefined },
): Promise<DoctorResult> {
  const wanted = fix === undefined ? undefined : checkedFix(fix)
  const seen = await gather(context)
  const { machines, info, volumes } = seen.deployment
  if (!machines.known && !info.known && !volumes.known) throw unreachable(machines.error)
  const all = diagnose(seen)
  if (wanted === undefined) return { kind: 'all', ...all }
  const findings = all.findings.filter(({ check }) => check === wanted)
  const open = all.unknown.find(({ check }) => check === wanted)
  const state = findings.length > 0 ? 'failed' : open === undefined ? 'passed' : 'unknown'
  return { kind: 'one', app: all.app, check: wanted, state, findings, why: open?.why ?? null }
}

/** Without Fly there is nothing to judge, and its own words say most. */
const unreachable = ({ code, text, hint, reference }: OpsError): OpsError =>
  new OpsError(code, text, {
    hint: hint ?? tr('Try again in a minute.', '請一分鐘後再試。'),
    ...(reference !== undefined && { reference }),
  })

/** The command that cures what was asked about. */
export const cureOf = (result: DoctorResult): ReadyCommand | undefined =>
  result.kind === 'one' ? (result.findings[0]?.run ?? undefined) : undefined
