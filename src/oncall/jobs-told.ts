import { apply } from '../core/oncall/incident-apply.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { JobEvent } from '../core/oncall/incident-job.ts'
import { FINAL, type JobRecord } from '../core/job-record.ts'
import type { JobTurn } from '../core/ports.ts'
import { settle } from './bring.ts'
import type { SettleDeps } from './settle.ts'

type Handler = (turn: JobTurn) => Promise<void>

/** The handler of a worker's turns, with open incidents told of the commands that change their app. No command waits for that or fails by it. */
export function tellingIncidents(deps: SettleDeps, handler: Handler): Handler {
  const { log, jobs } = deps
  const told = (id: string, work: Promise<void>) =>
    work.catch((error: unknown) =>
      log.warn({ err: error, job: id }, 'incidents were not told of a command'),
    )
  return async (turn) => {
    const { id, lane } = turn
    if (!lane.startsWith('app-')) return handler(turn)
    // Read before it can be over.
    const job = await jobs.get(id).catch(() => undefined)
    const begun = told(id, tellBegun(deps, job))
    await handler(turn)
    await begun
    await told(
      id,
      jobs.get(id).then((after) => tellEnded(deps, after)),
    )
  }
}

async function tellBegun(deps: SettleDeps, job: JobRecord | undefined): Promise<void> {
  if (job === undefined || job.phase === 'plan' || FINAL.has(job.state)) return
  const { id, invocation, app } = job
  const about = { id, command: invocation.command, by: invocation.actor.name }
  await each(deps, (one) => one.app === app, { do: 'began', job: about })
}

async function tellEnded(deps: SettleDeps, job: JobRecord | undefined): Promise<void> {
  if (job === undefined || !FINAL.has(job.state)) return
  const { id, state } = job
  await each(deps, (one) => isRunning(one, id), { do: 'ended', id, ok: state === 'done' })
}

const isRunning = ({ jobs = [] }: Incident, id: string): boolean =>
  jobs.some((one) => one.id === id && one.endedAt === null)

async function each(
  deps: SettleDeps,
  fits: (incident: Incident) => boolean,
  event: JobEvent,
): Promise<void> {
  const { records, clock, rules } = deps
  const those = (await records.list()).filter((one) => !one.closed && fits(one))
  for (const { id } of those) {
    const around = { now: clock.now(), rules }
    await records.change(id, (now) => now && apply(now, event, around)?.incident)
    await settle(deps, id)
  }
}

/** Commands of an incident that ended while nobody could tell it: their worker died in between. */
export async function tellMissed(deps: SettleDeps, { jobs = [] }: Incident): Promise<void> {
  for (const { id, endedAt } of jobs)
    if (endedAt === null) await tellEnded(deps, await deps.jobs.get(id))
}
