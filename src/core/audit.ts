import { actorKey, placeKey } from './access.ts'
import type { Invocation, Press } from './invocation.ts'

/** What happened to a request; `refused` names the axis, `finished` the result. */
export interface AuditEntry {
  readonly event:
    'accepted' | 'refused' | 'asked' | 'approved' | 'declined' | 'started' | 'finished' | 'revealed'
  readonly request: string
  readonly actor: string
  readonly place: string
  readonly verb: string
  readonly app: string | null
  readonly job: string | null
  readonly detail: string | null
}

/** Writes down who did what. Never rejects: what cannot be stored is at least in the log. */
export interface Audit {
  readonly record: (entry: AuditEntry) => void
}

type Details = Partial<Pick<AuditEntry, 'app' | 'job' | 'detail' | 'verb'>>

/** An entry about one request; option values stay out of it, for they may be secret. */
export function auditEntry(
  event: AuditEntry['event'],
  request: Invocation | Press,
  { app = null, job = null, detail = null, verb }: Details = {},
): AuditEntry {
  return {
    event,
    request: request.id,
    actor: actorKey(request.actor),
    place: placeKey(request.place),
    verb: verb ?? ('command' in request ? request.command : 'press'),
    app,
    job,
    detail,
  }
}
