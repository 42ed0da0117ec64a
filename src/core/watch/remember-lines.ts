import type { Glance, Memory, Parts, Sight, SignedLine } from './sight.ts'

export interface Remembering {
  readonly before: Sight | undefined
  readonly parts: Parts
  readonly glance: Glance
  readonly now: number
}

const OF_EACH = 3
const KEEP_MS = 2 * 86_400_000
const TOKENS = 100
const TOKENS_MS = 3_600_000
const SECRETS_MS = 86_400_000
/** Our own look at a token tries a wrong one too (OPENCLAW.md §13); its line may come a while later. */
const TRIES = /token|doctor|secrets/
const LATE_MS = 30_000

/** The newest few of each kind, as long as they are of the run that goes on or not old. */
export function rememberLines(
  last: Memory,
  { glance, parts, now, settled }: Remembering & Pick<Memory, 'settled'>,
): readonly SignedLine[] {
  const fresh = glance.logs?.known ? glance.logs.value.signed : []
  const there = parts.machines.known ? new Set(parts.machines.value.map(({ id }) => id)) : undefined
  const counts = new Map<string, number>()
  return [...last.lines, ...fresh]
    .toSorted((a, b) => b.at - a.at)
    .filter(({ at, machine, signature }) => {
      const key = `${signature} ${machine}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      const gone = machine !== null && there !== undefined && !there.has(machine)
      const young = at > now - KEEP_MS || at >= (settled[machine ?? ''] ?? now)
      return count <= OF_EACH && young && !gone
    })
    .reverse()
}

export function rememberTokens(last: Memory, { glance, now }: Remembering): readonly number[] {
  const fresh = glance.logs?.known ? glance.logs.value.signed : []
  const own = glance.jobs.filter(({ command }) => TRIES.test(command))
  const tried = fresh
    .filter(({ signature }) => signature === 'ws.unauthorized')
    .map(({ at }) => at)
    .filter((at) => !own.some((job) => at >= job.at && at <= (job.endedAt ?? at) + LATE_MS))
  return [...last.wrongTokens, ...tried].filter((at) => at > now - TOKENS_MS).slice(-TOKENS)
}

export function rememberSecrets(last: Memory, { glance, now }: Remembering): Memory['secrets'] {
  const kept = last.secrets !== null && last.secrets.at > now - SECRETS_MS ? last.secrets : null
  if (!glance.logs?.known) return kept
  const { known, shaped } = glance.logs.value.secrets
  if (known + shaped === 0) return kept
  return {
    known: (kept?.known ?? 0) + known,
    shaped: (kept?.shaped ?? 0) + shaped,
    at: glance.logs.at,
  }
}
