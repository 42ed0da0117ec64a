import type { Clock } from '../core/ports.ts'

export interface TurnsDeps {
  /** Reserves the next read of a log that the limit for all processes leaves free; how many ms it is away. */
  readonly reserve: () => Promise<number>
  /** Whether one may be read out of turn now. */
  readonly mayHurry: () => boolean
  readonly clock: Pick<Clock, 'now'>
}

interface Turn {
  readonly at: number
  /** How long it is from one to the next. */
  readonly everyMs: number
}

/** Whose log is read when, where there are too many to follow all of them. */
export interface LogTurns {
  /** How long an app waits from turn to turn, when this is one; nothing while it is not its turn. */
  readonly mine: (app: string, hurry: boolean) => Promise<Turn | undefined>
  /** After a read that took so many calls. */
  readonly done: (app: string, calls: number) => Promise<void>
  readonly leave: (app: string) => void
}

export function createLogTurns({ reserve, mayHurry, clock }: TurnsDeps): LogTurns {
  const turns = new Map<string, Turn>()
  const next = async (app: string): Promise<Turn> => {
    const everyMs = await reserve()
    const turn = { at: clock.now() + everyMs, everyMs }
    turns.set(app, turn)
    return turn
  }
  return {
    async mine(app, hurry) {
      const turn = turns.get(app) ?? (await next(app))
      return clock.now() >= turn.at || (hurry && mayHurry()) ? turn : undefined
    },
    async done(app, calls) {
      // A long read has used up the turns of others.
      for (let n = 1; n < calls; n += 1) await reserve()
      if (clock.now() >= (turns.get(app)?.at ?? 0)) await next(app)
    },
    leave: (app) => void turns.delete(app),
  }
}
