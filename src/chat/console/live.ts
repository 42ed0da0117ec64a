import type { Action, Block, SaidReply } from '../../core/reply.ts'
import { say, type Text, tr } from '../../core/text.ts'

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
  let shown: readonly string[] | undefined
  let next = 0
  let stop: Action<string> | undefined
  const take = (said: SaidReply): readonly string[] | undefined => {
    const block = said.blocks.find((one) => one.type === 'code' && one.live === true)
    if (block?.type !== 'code') return undefined
    const lines = block.code.split('\n')
    const { first } = block
    const before = shown
    shown = lines
    stop = said.actions?.find(({ intent }) => intent?.do === 'cancel')
    if (first === undefined)
      return before === undefined ? lines : lines.slice(overlap(before, lines))
    const missed = first - next
    const fresh = lines.slice(Math.max(0, -missed))
    next = first + lines.length
    return missed > 0 ? [say(missing(missed), said.locale), ...fresh] : fresh
  }
  return {
    fresh: take,
    stop: () => stop,
    rest(said) {
      if (shown === undefined) return said
      const fresh = take(said)?.join('\n') ?? ''
      const blocks = said.blocks.flatMap((block): ReadonlyArray<Block<string>> =>
        block.type !== 'code' ? [block] : fresh === '' ? [] : [{ ...block, code: fresh }],
      )
      return { ...said, blocks }
    },
  }
}

const missing = (lines: number): Text =>
  tr(`… ${lines} lines left out here`, `… 此處略過 ${lines} 行`)

/** How many lines at the front were at the end before. */
function overlap(before: readonly string[], now: readonly string[]): number {
  for (let size = Math.min(before.length, now.length); size > 0; size -= 1)
    if (now.slice(0, size).every((line, index) => line === before[before.length - size + index]))
      return size
  return 0
}
