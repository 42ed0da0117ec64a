import { type Block, text } from '../reply.ts'
import { join, type Text, tr, utc } from '../text.ts'
import type { Incident } from './incident.ts'
import { line } from './incident-line.ts'

const JOBS_MAX = 3

/** A command of ours on the incident's app that began while it lasted. */
export interface IncidentJob {
  readonly id: string
  readonly command: string
  readonly by: string
  readonly endedAt: number | null
  readonly ok: boolean
}

export type JobEvent =
  | {
      readonly do: 'began'
      readonly job: Pick<IncidentJob, 'id' | 'command' | 'by'>
    }
  | { readonly do: 'ended'; readonly id: string; readonly ok: boolean }

/** A command begins or ends while the incident lasts; told twice, it changes nothing the second time. */
export function jobTold(incident: Incident, event: JobEvent, now: number): Incident {
  return event.do === 'began' ? began(incident, event.job, now) : ended(incident, event, now)
}

function began(
  incident: Incident,
  { id, command, by }: Pick<IncidentJob, 'id' | 'command' | 'by'>,
  now: number,
): Incident {
  const { jobs = [], state } = incident
  if (state === 'resolved' || jobs.some((one) => one.id === id)) return incident
  const mine = { id, command, by, endedAt: null, ok: false }
  const next = { ...incident, jobs: [...jobs, mine].slice(-JOBS_MAX) }
  const words = tr(`/${command} began, ${id}`, `/${command} 開始執行，${id}`)
  return line(next, { at: now, what: 'began', by, text: words })
}

function ended(
  incident: Incident,
  { id, ok }: Extract<JobEvent, { do: 'ended' }>,
  now: number,
): Incident {
  const { jobs = [], state } = incident
  const mine = jobs.find((one) => one.id === id)
  if (mine === undefined || mine.endedAt !== null) return incident
  const over = jobs.map((one) => (one === mine ? { ...one, endedAt: now, ok } : one))
  const words = sayEnd({ ...mine, ok }, state === 'resolved')
  return line({ ...incident, jobs: over }, { at: now, what: 'ended', by: mine.by, text: words })
}

function sayEnd({ command, by, ok }: Pick<IncidentJob, 'command' | 'by' | 'ok'>, over: boolean) {
  if (!ok)
    return tr(
      `/${command} (${by}) ended without success; its own message says why`,
      `/${command}（${by}）未成功結束，原因請見其訊息`,
    )
  if (over) return tr(`/${command} (${by}) finished`, `/${command}（${by}）已完成`)
  return tr(
    `/${command} (${by}) finished, the alert still fires`,
    `/${command}（${by}）已完成，警示仍在發生`,
  )
}

/** What is being done about it now, and what was done without an end of it. */
export function jobNotices({
  jobs = [],
  state,
}: Pick<Incident, 'jobs' | 'state'>): readonly Block[] {
  if (state === 'resolved') return []
  const running = jobs.filter(({ endedAt }) => endedAt === null).map(runs)
  const last = jobs.findLast(({ endedAt }) => endedAt !== null)
  const done = last && running.length === 0 ? [text(ends(last))] : []
  return [...running.map((one) => text(one)), ...done]
}

const runs = ({ command, by, id }: IncidentJob): Text =>
  tr(`▶ /${command} running (${by}, ${id})`, `▶ /${command} 執行中（${by}，${id}）`)

const ends = (job: IncidentJob): Text =>
  join(' · ', sayEnd(job, false), `${utc(job.endedAt ?? 0).slice(11, 19)} UTC`)
