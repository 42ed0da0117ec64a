/** Who holds a lease and until when (ISO 8601, or as Fly wrote it), from the text of a refusal. */
export function leaseHolder(message: string): {
  readonly owner: string | null
  readonly until: string | null
} {
  const match = /lease currently held by ([^\s,]+)(?:,? expires at ([^,;]+))?/i.exec(message)
  const until = match?.[2]?.trim()
  return { owner: match?.[1] ?? null, until: until === undefined ? null : isoTime(until) }
}

// Go's own way of printing a time was used until about 2024, RFC 3339 since (FLY.md §3.3).
const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d\d)(\d\d)/

function isoTime(text: string): string {
  const go = GO_TIME.exec(text)
  const at = Date.parse(go === null ? text : `${go[1]}T${go[2]}${go[3]}:${go[4]}`)
  return Number.isNaN(at) ? text : `${new Date(at).toISOString().slice(0, 19)}Z`
}
