import type { Secret } from './core/secret.ts'

const TIMEOUT_MS = 10_000

/** One GET that has to be answered with success; the address is a secret, so no error names it. */
export async function ping(url: Secret, signal: AbortSignal): Promise<void> {
  const both = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  const status = await fetch(url.reveal(), { signal: both, redirect: 'follow' }).then(
    async (answer) => {
      await answer.body?.cancel()
      return answer.status
    },
    (error: unknown) => (error instanceof Error ? error.name : 'failed'),
  )
  if (typeof status === 'string') throw new Error(`no answer (${status})`)
  if (status < 200 || status > 299) throw new Error(`answered ${status}`)
}
