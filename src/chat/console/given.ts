import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { OpsError } from '../../core/errors.ts'
import type { GivenFile } from '../../core/invocation.ts'
import { tr } from '../../core/text.ts'

/** What was typed for a value: `@path` is the file there, and `@@` stands for one that begins with @. */
export function typedValue(line: string): string | GivenFile {
  if (line.startsWith('@@')) return line.slice(1)
  return line.startsWith('@') ? localFile(line.slice(1)) : line
}

/** All of a stream, such as a pipe on standard input. */
export const streamed = (stream: Readable): GivenFile => ({
  size: undefined,
  read: (most) => firstBytes(stream, most + 1),
})

function localFile(path: string): GivenFile {
  const here = path.trim().replace(/^~(?=\/)/, homedir())
  return {
    size: undefined,
    read: async (most) => {
      const found = await stat(here).catch(() => undefined)
      if (!found?.isFile()) throw new OpsError('not_found', NO_FILE)
      return buffer(createReadStream(here, { end: most }))
    },
  }
}

/** Leaves the rest unread, however much there is. */
async function firstBytes(stream: Readable, count: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= count) break
  }
  return Buffer.concat(chunks).subarray(0, count)
}

const NO_FILE = tr(
  'No file lies there. A value that begins with @ is written with two: @@….',
  '該處沒有檔案。以 @ 開頭的值請寫成兩個：@@…。',
)
