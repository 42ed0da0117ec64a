/** The JSON of a WebSocket message, or undefined when it is none. */
export function decode(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}
