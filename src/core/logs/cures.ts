import { matchLine, type Signature } from '../signatures.ts'
import type { Entry } from './entry.ts'

/** The command that helps against what a line means, by the front of the signature's id; others need a person. */
const CURES: ReadonlyArray<
  readonly [id: string, command: string, input?: Readonly<Record<string, string>>]
> = [
  ['lock.', 'machine unlock'],
  ['oom.', 'memory', { size: 'next' }],
  ['crashloop.', 'restart'],
  ['gateway.inspector_opened', 'restart'],
  ['gateway.restart_ignored', 'restart'],
  ['auth.placeholder_token', 'token rotate'],
  ['ws.rate_limited', 'token check'],
  ['config.reverted', 'config history'],
  ['config.', 'config validate'],
  ['state.full', 'volumes list'],
  ['start.bad_flag', 'machine command'],
  ['', 'doctor'],
]

/** A command of `/openclaw` and what to give it besides the app. */
export interface Cure {
  readonly command: string
  readonly input: Readonly<Record<string, string>>
}

export function cureOf(id: string): Cure | undefined {
  const [, command, input = {}] = CURES.find(([front]) => id.startsWith(front)) ?? []
  return command === undefined ? undefined : { command, input }
}

/** A meaning found among lines: how often, and when last. */
export interface Mark {
  readonly signature: Signature
  readonly count: number
  readonly lastAt: number
}

/** What the lines mean that somebody should know, worst and newest first; each meaning once. */
export function marksOf(entries: readonly Entry[]): readonly Mark[] {
  const marks = new Map<string, Mark>()
  for (const { message, at } of entries.flat())
    for (const { signature } of matchLine(message)) {
      if (signature.severity === 'info') continue
      const count = (marks.get(signature.id)?.count ?? 0) + 1
      marks.set(signature.id, { signature, count, lastAt: at })
    }
  const weight = ({ signature }: Mark) => SEVERITIES.indexOf(signature.severity)
  return [...marks.values()].sort((a, b) => weight(a) - weight(b) || b.lastAt - a.lastAt)
}

const SEVERITIES: ReadonlyArray<Signature['severity']> = ['critical', 'error', 'warn', 'info']

/** Whether a line means something that is worth an eye. */
export const isMarked = (message: string): boolean =>
  matchLine(message).some(({ signature }) => signature.severity !== 'info')
