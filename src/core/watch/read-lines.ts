import type { LogLine } from '../fly.ts'
import { withoutPrinted, withoutShapes } from '../secret-shapes.ts'
import { cleanLine, matchLine } from '../signatures.ts'
import { truncate } from '../text.ts'
import type { LinesSeen, SignedLine } from './sight.ts'

const LONGEST = 400
/** A flood says no more than this many of its lines. */
const OF_EACH = 60

type Redact = (message: string) => string

/**
 * What lines since the last look tell; each line is to be handed in once. `redact` takes out what is known to be secret and what looks like
 * it, `also` what this installation wants to be out as well, which makes no secret of it (`loadRedaction`); only what both leave is kept.
 * Lines of Fly's proxy are other people's words and count for nothing.
 */
export function readLines(
  lines: readonly LogLine[],
  redact: Redact,
  also: Redact = (message) => message,
): LinesSeen {
  const counts = new Map<string, number>()
  const signed: SignedLine[] = []
  const secrets = { known: 0, shaped: 0 }
  for (const line of lines.toReversed()) {
    if (line.provider === 'proxy') continue
    const clean = redact(line.message)
    if (clean !== withoutPrinted(line.message)) secrets.known += 1
    else if (withoutShapes(line.message) !== line.message) secrets.shaped += 1
    const message = also(clean)
    const [match] = matchLine(message)
    if (match === undefined) continue
    const { id } = match.signature
    const count = (counts.get(id) ?? 0) + 1
    counts.set(id, count)
    if (count > OF_EACH) continue
    signed.push({ ...line, message: truncate(cleanLine(message), LONGEST), signature: id })
  }
  return { signed: signed.reverse(), secrets }
}
