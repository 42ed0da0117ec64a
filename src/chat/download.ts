import { ChatError } from '../core/ports.ts'

/** Gets the first bytes of a file, `most` + 1 at most, so that one more tells of a larger one. */
export type Download = (url: URL, most: number) => Promise<Uint8Array>

/** A file of a few KiB is there in a fraction of it. */
const TIMEOUT_MS = 10_000

/**
 * Downloads from these origins and no other, redirects neither; without credentials. Rejects with `ChatError('network')`, whose words hold no
 * address: it may carry a token.
 */
export function createDownload(origins: readonly string[], timeoutMs = TIMEOUT_MS): Download {
  return async (url, most) => {
    if (!origins.includes(url.origin)) throw new ChatError('network', 'a file lies elsewhere')
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url, { redirect: 'error', credentials: 'omit', signal })
      if (!response.ok) throw new ChatError('network', `a file was answered ${response.status}`)
      return await firstBytes(response.body, most + 1)
    } catch (error) {
      if (error instanceof ChatError) throw error
      const reason = error instanceof Error ? error.name : 'unknown'
      throw new ChatError('network', `a file could not be fetched (${reason})`)
    }
  }
}

/** Leaves the rest unread, however much there is. */
async function firstBytes(body: AsyncIterable<Uint8Array> | null, count: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= count) break
  }
  return Buffer.concat(chunks).subarray(0, count)
}
