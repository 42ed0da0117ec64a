import { type Block, text } from '../reply.ts'
import { count, join, type Text, tr } from '../text.ts'
import type { Problem } from './rules.ts'

/** As many as can be read at once. */
const MOST = 8

/** Each problem in one line: where, what, how it is mended. */
export function problemBlocks(problems: readonly Problem[]): readonly Block[] {
  const more = problems.length - MOST
  return [
    ...problems.slice(0, MOST).map((one) => text(problemWords(one))),
    ...(more > 0
      ? [text(join('', tr('And ', '另有 '), count(more, 'more', 'more', '項'), tr('.', '。')))]
      : []),
  ]
}

const problemWords = ({ severity, line, what, fix }: Problem): Text =>
  join(
    ' ',
    severity === 'error' ? '❌' : '⚠️',
    tr(`Line ${line}:`, `第 ${line} 行：`),
    what,
    fix ?? '',
  )
