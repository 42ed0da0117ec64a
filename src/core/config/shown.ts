import { structuredPatch } from 'diff'
import type { MaskedText, Region } from './port.ts'

/** What stands for a secret, however long it is. */
export const VEIL = '••••••'
/** Lines around a change. */
const AROUND = 2

type Masked = Pick<MaskedText, 'text' | 'regions'>

/** A masked text as people are shown it: every secret alike, so that not even its length is told; `mark` is added to some. */
export function shownText(
  { text, regions }: Masked,
  mark: (region: Region) => string = () => '',
): string {
  let at = 0
  const parts = regions.map((region) => {
    const [start, end] = region
    const part = text.slice(at, start) + veiled(text.slice(start, end), mark(region))
    at = end
    return part
  })
  return parts.join('') + text.slice(at)
}

function veiled(masked: string, mark: string): string {
  if (/^["']/.test(masked)) return `${masked[0]}${VEIL}${mark}${masked[0]}`
  if (/^1+$/.test(masked)) return `${VEIL}${mark}`
  return masked.replaceAll(/•+/g, '•••')
}

/** Two texts of one answer, line by line; secrets that differ are marked as the one now and the one of then. */
export function diffOf(before: Masked | null, after: Masked | null): string {
  const [old, fresh] = [tagsOf(before), tagsOf(after)]
  const now = before && shownText(before, ([, , tag]) => (fresh.has(tag) ? '' : ' (1)'))
  const then = after && shownText(after, ([, , tag]) => (old.has(tag) ? '' : ' (2)'))
  return lineDiff(now ?? '', then ?? '')
}

const tagsOf = (masked: Masked | null): ReadonlySet<string> =>
  new Set(masked?.regions.map(([, , tag]) => tag))

/** The changed lines with some around them, as `diff -u` writes them without its head; empty when nothing differs. */
export function lineDiff(before: string, after: string): string {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: AROUND })
  return hunks
    .map(({ oldStart, lines }) =>
      [`@@ ${oldStart} @@`, ...lines.filter((line) => !line.startsWith('\\'))].join('\n'),
    )
    .join('\n')
}
