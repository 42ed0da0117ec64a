import { say } from '../core/text.ts'
import type { Threshold } from '../core/watch/detector.ts'
import { DETECTORS } from '../core/watch/detectors.ts'
import { markdownTable } from './table.ts'

/** The table of everything the watcher looks out for, in the order in which it is told. */
export const detectorsTable = (): string =>
  markdownTable(
    ['Detector', 'What it means', 'Threshold', 'At worst', 'Cured by'],
    DETECTORS.map(({ id, doc, threshold, severity, cures, down }) => [
      `\`${id}\``,
      say(doc, 'en'),
      threshold === null ? '–' : words(threshold),
      down === true ? `${severity}, down` : severity,
      cures.map((name) => `\`${name}\``).join(', ') || 'a person',
    ]),
  )

const words = ({ default: usual, unit, min, max }: Threshold): string =>
  unit === 'x' ? `${usual} (${min}–${max})` : `${usual} ${unit} (${min}–${max})`
