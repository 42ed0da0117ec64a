import { actorKey, placeKey } from './access.ts'
import type { Invocation, Press } from './invocation.ts'

/**
 * What happened to a request; `refused` names the axis, `finished` the result. `called`: Fly was asked to change something.
 * `forged`: requests came that were not from whom they said. `gap`: so many entries could not be stored. `trimmed`: what is older than the retention was removed.
 */
export interface AuditEntry {
  readonly event:
    | 'accepted'
    | 'refused'
    | 'asked'
    | 'planned'
    | 'approved'
    | 'declined'
    | 'started'
    | 'called'
    | 'finished'
    | 'revealed'
    | 'forged'
    | 'gap'
    | 'trimmed'
  readonly request: string
  readonly actor: string
  readonly place: string
  /** Channel, thread or topic, and the channel that a thread hangs in; not in entries of before 2026-11-23. */
  readonly room?: string
  readonly parent?: string
  readonly verb: string
  readonly app: string | null
  readonly job: string | null
  readonly detail: string | null
  /** Digest of the plan, and what it said would change; in English, as it was shown. */
  readonly plan?: { readonly digest: string; readonly facts?: readonly string[] }
  /** Method and path, without query and body; `status` is Fly's, or why there was no answer. */
  readonly call?: {
    readonly what: string
    readonly status: string
    readonly reference: string | null
  }
  /** The last entry that was removed. */
  readonly through?: { readonly seq: number; readonly hash: string }
}

/** Writes down who did what. Never rejects: what cannot be stored is at least in the log. */
export interface Audit {
  readonly record: (entry: AuditEntry) => void
}

type Details = Partial<Pick<AuditEntry, 'app' | 'job' | 'detail' | 'verb' | 'plan' | 'call'>>

/** An entry about one request; option values stay out of it, for they may be secret. */
export function auditEntry(
  event: AuditEntry['event'],
  request: Pick<Invocation, 'id' | 'actor' | 'place'> | Invocation | Press,
  { app = null, job = null, detail = null, verb, plan, call }: Details = {},
): AuditEntry {
  const { room, parent } = request.place
  return {
    event,
    request: request.id,
    actor: actorKey(request.actor),
    place: placeKey(request.place),
    ...(room !== undefined && { room }),
    ...(parent !== undefined && { parent }),
    verb: verb ?? ('command' in request ? request.command : 'press'),
    app,
    job,
    detail,
    ...(plan && { plan }),
    ...(call && { call }),
  }
}

/** An entry that no request of a person stands behind: about the record itself, or about requests that were nobody's. */
export const bySystem = (
  event: 'gap' | 'trimmed' | 'forged',
  more: Partial<Pick<AuditEntry, 'detail' | 'through' | 'verb' | 'actor'>>,
): AuditEntry => ({
  event,
  request: '-',
  actor: 'system',
  place: '-',
  verb: 'ops audit',
  app: null,
  job: null,
  detail: null,
  ...more,
})
