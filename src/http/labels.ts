/** Begins the name of every metric that is ours. */
export const PREFIX = 'openclaw_ops_'

const LONGEST = 64
const OTHER = 'other'

/**
 * Keeps a label from having ever more values, each of which would be a series for ever: after `most` different ones the
 * rest is counted as `other`. Values are cut to 64 characters.
 */
export function boundedLabel(most: number): (value: string) => string {
  const seen = new Set<string>()
  return (value) => {
    const label = value.slice(0, LONGEST)
    if (seen.has(label)) return label
    if (seen.size >= most) return OTHER
    seen.add(label)
    return label
  }
}
