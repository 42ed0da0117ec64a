import type { WorkContext } from '../context.ts'
import { type Effect, seenSince } from './effect.ts'
import { readConfig } from './read.ts'
import type { ConfigResult } from './run.ts'

const AGAIN_MS = 30_000

/** No line was seen, or the restart had not ended: looked at again. */
export const changeFollow = {
  after: ({ effect, file }: ConfigResult): number | null =>
    file === null || effect.is === 'unseen' || (effect.is === 'restarted' && effect.ready !== true)
      ? AGAIN_MS
      : null,
  look: async (
    context: WorkContext,
    _options: unknown,
    result: ConfigResult,
  ): Promise<ConfigResult> => {
    const seen = await seenSince(context, result.machine, result.since)
    const machine = await context.fly.machine(context.app, result.machine)
    const { ready, reason } = await context.gateway.probe(context.app, machine)
    const effect: Effect =
      seen.is === 'restarted'
        ? { ...seen, ready: seen.ready === true ? ready : null, why: reason }
        : seen
    const read = await readConfig(context, machine)
    const file = !read.ok ? null : read.seen.facts?.id === result.id ? 'same' : 'rewritten'
    const back = read.ok && result.before !== null && read.seen.facts?.id === result.before
    return {
      ...result,
      effect: back && effect.is === 'unseen' ? { is: 'reverted', why: '' } : effect,
      file,
    }
  },
}
