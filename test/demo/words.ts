import type { Demo } from './deployment.ts'
import { BREAKAGES, type Mend } from './faults.ts'

/** What a demo understands besides commands. */
export interface DemoWords {
  /** Gives what to print, or nothing when the line is not for it. */
  readonly say: (line: string) => Promise<string | undefined>
  /** Takes back what is still broken. */
  readonly mend: () => Promise<void>
}

const MINUTE_MS = 60_000

/** The demo's own words: what can be broken, breaking it, taking that back, and letting time pass. */
export function demoWords({
  fly,
  machine,
  pass,
}: Pick<Demo, 'fly' | 'machine' | 'pass'>): DemoWords {
  const mends: Mend[] = []
  const mend = async (): Promise<void> => {
    for (const one of mends.splice(0).toReversed()) await one?.()
  }
  const breakIt = async (what: string): Promise<string> => {
    const breakage = BREAKAGES[what]
    if (breakage === undefined) return list()
    mends.push(await breakage.cause(fly, machine))
    return `Broken: ${breakage.about}. See what ${breakage.look ?? 'status'} says.`
  }
  return {
    mend,
    say: async (line) => {
      const [verb, what = ''] = line.toLowerCase().split(/\s+/)
      if (verb === 'demo') return list()
      if (verb === 'break') return breakIt(what)
      if (verb === 'mend') {
        await mend()
        return 'Taken back what was broken.'
      }
      if (verb !== 'wait') return undefined
      const minutes = /^\d{1,4}$/.test(what) ? Number(what) : 10
      await pass(minutes * MINUTE_MS)
      return `${minutes} minutes have passed.`
    },
  }
}

/** The words for somebody who talks: one that can't be done as things are is an answer, not the end of the demo. */
export const spoken =
  ({ say }: DemoWords): DemoWords['say'] =>
  async (line) => {
    try {
      return await say(line)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return `That can’t be done now (${why}). Cure what is broken first, or mend it.`
    }
  }

function list(): string {
  const rows = Object.entries(BREAKAGES).map(
    ([name, { about, look = 'status' }]) => `  break ${name.padEnd(9)} ${about} (${look})`,
  )
  return [
    'You can break this deployment; behind each stands what shows it:',
    ...rows,
    '  mend            take all of that back',
    '  wait 10         let ten minutes pass at once',
    'And rehearse without breaking anything: oncall drill oom',
  ].join('\n')
}
