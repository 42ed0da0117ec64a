import type { Action, Block, LogRow, SaidReply } from '../../core/reply.ts'
import { say, type Text, tr } from '../../core/text.ts'
import { IN_UTC, logText } from '../format.ts'

/** What a live message becomes where words can't be taken back: each line once, as it comes. */
export interface LiveText {
  /** Lines that were not there before; nothing when the words are not of a live message. */
  readonly fresh: (said: SaidReply) => readonly string[] | undefined
  /** The last words without the lines that were shown before; as they are when nothing was. */
  readonly rest: (said: SaidReply) => SaidReply
  /** The button that ends it, while it goes on. */
  readonly stop: () => Action<string> | undefined
}

export function createLiveText(): LiveText {
  let shown = false
  let next = 0
  let stop: Action<string> | undefined
  /** Rows that were not there before, and how many were never shown before those. */
  const take = (said: SaidReply): Fresh | undefined => {
    const block = said.blocks.find((one) => one.type === 'log' && one.first !== undefined)
    if (block?.type !== 'log') return undefined
    const { rows, first = 0 } = block
    stop = said.actions?.find(({ intent }) => intent?.do === 'cancel')
    const missed = first - next
    next = Math.max(next, first + rows.length)
    return { rows: rows.slice(Math.max(0, -missed)), missed: Math.max(0, missed) }
  }
  return {
    fresh(said) {
      const fresh = take(said)
      if (fresh === undefined) return undefined
      const { rows, missed } = fresh
      const begins = !shown && rows.length > 0
      shown ||= begins
      return [
        ...(begins ? [say(IN_UTC, said.locale)] : []),
        ...(missed > 0 ? [say(missing(missed), said.locale)] : []),
        ...rows.map((row) => logText([row])),
      ]
    },
    stop: () => stop,
    rest(said) {
      if (!shown) return said
      const { rows = [], missed = 0 } = take(said) ?? {}
      const left: Block<string>[] =
        missed > 0 ? [{ type: 'text', text: say(missing(missed), said.locale) }] : []
      const blocks = said.blocks.flatMap((block): ReadonlyArray<Block<string>> =>
        block.type !== 'log' ? [block] : rows.length === 0 ? left : [...left, { ...block, rows }],
      )
      return { ...said, blocks }
    },
  }
}

interface Fresh {
  readonly rows: readonly LogRow[]
  readonly missed: number
}

const missing = (lines: number): Text =>
  tr(`… ${lines} ${lines === 1 ? 'line' : 'lines'} left out here`, `… 此處略過 ${lines} 行`)
