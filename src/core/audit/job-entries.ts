import { type Audit, auditEntry } from '../audit.ts'
import type { Plan } from '../command.ts'
import type { JobRecord } from '../job-record.ts'
import { planDigest, planFacts } from './plan-facts.ts'

/** What every entry about a job says of it. */
export const aboutJob = ({ app, id, plan }: Pick<JobRecord, 'app' | 'id' | 'plan'>) => ({
  app,
  job: id,
  ...(plan && { plan: { digest: planDigest(plan.fingerprint) } }),
})

/** A plan that is asked about, or that runs without a question; the one that was confirmed is in the record already. */
export function recordPlan(
  { audit }: { readonly audit: Audit },
  job: JobRecord,
  { plan, asks }: { readonly plan: Plan; readonly asks: boolean },
): void {
  if (!asks && job.approvedBy !== undefined) return
  const event = asks ? 'asked' : 'planned'
  audit.record(auditEntry(event, job.invocation, { ...aboutJob(job), plan: planFacts(plan) }))
}
