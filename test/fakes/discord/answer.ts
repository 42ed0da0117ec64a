/** What a route gives back. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export type Body = Readonly<Record<string, unknown>>
export interface UploadedFile {
  readonly name: string
  readonly text: string
}
/** A request as a route sees it. */
export interface Request {
  readonly method: string
  /** Without `/api/v10`, decoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Body
  readonly files: readonly UploadedFile[]
}

const MESSAGES: Readonly<Record<number, readonly [status: number, message: string]>> = {
  10003: [404, 'Unknown Channel'],
  10004: [404, 'Unknown Guild'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  40060: [400, 'Interaction has already been acknowledged.'],
  50001: [403, 'Missing Access'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50013: [403, 'Missing Permissions'],
  50024: [400, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50035: [400, 'Invalid Form Body'],
  50083: [400, 'Thread is archived'],
  160004: [400, 'A thread has already been created for this message'],
}

/** One of Discord's own refusals. */
export function refuse(code: number, problems: readonly string[] = []): Answer {
  const [status, message] = MESSAGES[code] ?? [400, 'Bad Request']
  const errors = problems.length > 0 ? { errors: { _errors: problems.map(problem) } } : {}
  return { status, body: { code, message, ...errors } }
}

const problem = (message: string) => ({ code: 'INVALID', message })

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const done: Answer = { status: 204 }
