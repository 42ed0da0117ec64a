import { tr } from '../core/text.ts'
import { readAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { excuse, noClient, not } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import type { Frame, Route } from './frame.ts'
import { factOf } from './versions.ts'

/** What the HTTP answers say; `null` is unknown. */
export interface Health extends Verdict {
  readonly version: string | null
  readonly uptimeMs: number | null
  /** Parts the gateway itself reports as failing; `null` when it does not say. */
  readonly failing: readonly string[] | null
}
type Answers = Readonly<Partial<Record<Route, Answer>>>

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const READY: Verdict = { ready: true, reason: null }

/** Names from the gateway's answer, short enough and plain enough to be shown. */
const plain = (value: unknown): string =>
  String(value)
    .replaceAll(/[^\w.:/@-]/g, '')
    .slice(0, 60)

/** `/startupz` of 2026.8 and later: `started`, or 503 with `starting` or `draining`. */
function byStartup(answer: Answer): Verdict | null {
  if (answer.kind !== 'json' || !isObject(answer.body)) return null
  const { ok, status, pendingReason } = answer.body
  if (answer.status === 200 && ok === true && status === 'started') return READY
  if (answer.status !== 503 || ok !== false) return null
  if (status === 'draining')
    return not(tr('It is finishing its work before it stops.', '它正在完成手上的工作，準備停止。'))
  if (status !== 'starting') return null
  const what = pendingReason === undefined ? '' : ` (${plain(pendingReason)})`
  return not(
    tr(
      `It is still starting${what}; look again in a minute.`,
      `它仍在啟動中${what}，請一分鐘後再查看。`,
    ),
  )
}

/** `/readyz` of 2026.3.13 and later. */
function byReady(answer: Answer): Verdict | null {
  if (answer.kind !== 'json' || !isObject(answer.body)) return null
  const { ready } = answer.body
  if (answer.status === 200 && ready === true) return READY
  if (answer.status !== 503 || ready !== false) return null
  const parts = failingOf(answer)?.join(', ') ?? ''
  if (parts === '')
    return not(tr('It says that it is not ready; read its logs.', '它回報尚未就緒，請查看日誌。'))
  return not(
    tr(
      `It says that this is not ready: ${parts}. Read its logs.`,
      `它回報尚未就緒的部分：${parts}，請查看日誌。`,
    ),
  )
}

/** `/healthz`: only that it lives. Enough where nothing better exists, because those releases listen when they are ready. */
function byHealth(answer: Answer): Verdict | null {
  if (answer.kind !== 'json' || !isObject(answer.body)) return null
  return answer.status === 200 && answer.body['ok'] === true ? READY : null
}

/**
 * The oldest releases answer every path with their web page, except the tool route: it refuses a caller without a token
 * as JSON. A missing token is not counted as a wrong one, and nothing is run.
 */
function byRefusal(answer: Answer): Verdict | null {
  if (answer.kind !== 'json' || !isObject(answer.body)) return null
  const { error } = answer.body
  if (!isObject(error)) return null
  const refused = answer.status === 401 && error['type'] === 'unauthorized'
  const nameless = answer.status === 400 && error['type'] === 'invalid_request'
  return refused || nameless ? READY : null
}

function failingOf(answer: Answer): readonly string[] | null {
  if (answer.kind !== 'json' || !isObject(answer.body)) return null
  const { failing } = answer.body
  return Array.isArray(failing) ? failing.slice(0, 10).map(plain) : null
}

/** The rungs from the best witness to the weakest; the first that speaks decides. */
const LADDER: ReadonlyArray<readonly [Route, (answer: Answer) => Verdict | null]> = [
  ['startupz', byStartup],
  ['readyz', byReady],
  ['healthz', byHealth],
  ['invoke', byRefusal],
]

/** The trait that says whether a release has the route at all. */
const TRAIT = { startupz: 'startupJson', readyz: 'readyJson', healthz: 'healthJson' } as const

/** Whether a rung may be passed: only when this release may lack the route and its web page or a 404 answers there. */
function absent(route: Route, answer: Answer, version: string | null): boolean {
  if (answer.kind !== 'page' && !(answer.kind === 'other' && answer.status === 404)) return false
  return route !== 'invoke' && factOf(version, TRAIT[route]) !== true
}

function climb(answers: Answers, port: number, version: string | null): Verdict {
  for (const [route, judge] of LADDER) {
    const answer = answers[route]
    if (answer === undefined) return excuse(null, port)
    // The last rung proves a gateway only for a release that is known to have nothing better.
    if (route === 'invoke' && version === null) break
    const verdict = judge(answer)
    if (verdict !== null) return verdict
    if (!absent(route, answer, version)) return excuse(answer, port)
  }
  return excuse(answers.startupz ?? null, port)
}

const numberAt = (answer: Answer | undefined, key: string): number | null => {
  const value = answer?.kind === 'json' && isObject(answer.body) ? answer.body[key] : undefined
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}
const versionAt = (answer: Answer | undefined): string | null => {
  const value =
    answer?.kind === 'json' && isObject(answer.body) ? answer.body['version'] : undefined
  return typeof value === 'string' && /^\d[0-9A-Za-z.+-]{0,39}$/.test(value) ? value : null
}

/** Judges the HTTP answers of a probe, from `/startupz` down to what the oldest releases have. */
export function judgeHealth(frame: Frame, port: number): Health {
  const answers: Partial<Record<Route, Answer>> = {}
  for (const [route] of LADDER) {
    const exchange = frame.http[route]
    if (exchange !== undefined) answers[route] = readAnswer(exchange)
  }
  const { startupz, readyz } = answers
  const version = versionAt(startupz) ?? frame.packageVersion
  return {
    ...(frame.client === 'none' ? noClient() : climb(answers, port, version)),
    version,
    uptimeMs: numberAt(startupz, 'uptimeMs') ?? numberAt(readyz, 'uptimeMs'),
    failing: readyz === undefined ? null : failingOf(readyz),
  }
}
