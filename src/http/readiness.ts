import type { Health, Log } from '../core/ports.ts'
import { within } from './deadline.ts'

/** Something the process needs, or does better with. */
interface Part {
  /** Without it the process is not ready. */
  readonly required: boolean
  readonly health: () => Promise<Health>
  /** What to say of it when it has not said anything in time. */
  readonly late?: string
}
export type Parts = Readonly<Record<string, Part>>

export interface Readiness {
  readonly ok: boolean
  readonly parts: Readonly<Record<string, Health>>
}

/** Asks every part, side by side, and gives an answer after `deadlineMs` at the latest. Askers at the same time share one answer. */
export function createReadiness(
  parts: Parts,
  deadlineMs: number,
  log: Log,
): () => Promise<Readiness> {
  let running: Promise<Readiness> | undefined
  return () => {
    running ??= askAll(parts, deadlineMs, log).finally(() => {
      running = undefined
    })
    return running
  }
}

async function askAll(parts: Parts, deadlineMs: number, log: Log): Promise<Readiness> {
  const answers = await Promise.all(
    Object.entries(parts).map(async ([name, part]) => {
      const { ok, detail } = await ask(name, part, { deadlineMs, log })
      return { name, fine: ok || !part.required, health: { ok, detail } }
    }),
  )
  return {
    ok: answers.every(({ fine }) => fine),
    parts: Object.fromEntries(answers.map(({ name, health }) => [name, health])),
  }
}

async function ask(
  name: string,
  part: Part,
  { deadlineMs, log }: { readonly deadlineMs: number; readonly log: Log },
): Promise<Health> {
  const silent = part.late ?? `No answer within ${deadlineMs / 1000} s.`
  try {
    return await within(deadlineMs, part.health(), () => ({ ok: false, detail: silent }))
  } catch (error) {
    log.warn({ part: name, error }, 'The health of a part could not be read.')
    return { ok: false, detail: 'Its health could not be read; the log says why.' }
  }
}
