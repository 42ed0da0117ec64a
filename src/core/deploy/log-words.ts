import type { WorkContext } from '../context.ts'
import { cursorAt } from '../fly.ts'
import { attempt } from '../mutation/attempt.ts'
import { type Match, matchLine } from '../signatures.ts'
import { join, type Text, tr } from '../text.ts'

type Context = Pick<WorkContext, 'app' | 'fly' | 'signal'>

const PAGES = 5

/** Lines that come of every start on Fly, or of this bot's own looks, and say nothing about an image. */
const ASIDE = /^(?:ws\.|oom\.stack|pairing\.)/

/**
 * Critical lines that a machine wrote since then, first ones first. They are shown and never acted on: anybody may have written their
 * words. Nothing when the log can't be read.
 */
export async function criticalSince(
  { app, fly, signal }: Context,
  machine: string,
  since: number,
): Promise<readonly Match[]> {
  const found = new Map<string, Match>()
  let cursor = cursorAt(since)
  for (let page = 0; page < PAGES; page++) {
    const read = await attempt(fly.logs(app, { cursor, machine }), signal)
    if (!read.known) break
    const { lines, cursor: next } = read.value
    const matches = lines.flatMap(({ message }) => matchLine(message))
    for (const match of matches) {
      const { id, severity } = match.signature
      if (severity === 'critical' && !ASIDE.test(id) && !found.has(id)) found.set(id, match)
    }
    if (lines.length === 0 || next === null || next === cursor) break
    cursor = next
  }
  return [...found.values()]
}

/** What its log says, for the one who has to find out why. */
export async function meaningInLog(
  context: Context,
  machine: string,
  since: number,
): Promise<Text> {
  const [first] = await criticalSince(context, machine, since)
  return first === undefined
    ? ''
    : join(' ', tr('Its log says:', '其紀錄顯示：'), first.signature.meaning)
}
