import type { WorkCommand } from './command.ts'
import type { JobRecord } from './job-record.ts'
import type { Reply } from './reply.ts'
import { say } from './text.ts'

/**
 * Whether a command that gave a result has done what it was for. A look has; a change has not when its own words are an error, or a warning
 * that still waits for a second look: scripts and lists must not call done what the words call open.
 */
export function verdictOf(
  { kind }: Pick<WorkCommand, 'kind'>,
  { tone, title }: Reply,
  open: boolean,
): Pick<JobRecord, 'state' | 'failure'> {
  const proven = kind === 'read' || (tone !== 'error' && !(tone === 'warn' && open))
  if (proven) return { state: 'done' }
  return { state: 'failed', failure: { code: 'unproven', message: say(title, 'en'), text: title } }
}
