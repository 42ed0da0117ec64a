import type { RawFile } from '@discordjs/rest'
import type { APIAttachment } from 'discord-api-types/v10'
import { LIMITS } from './limits.ts'

interface FileContent {
  readonly name: string
  readonly content: string | Buffer
  readonly about: string
}

/** The whole text of a reply that was cut, as a file. */
export const textFile = (content: string): FileContent => ({
  name: 'full.txt',
  content,
  about: 'full.txt',
})

type Listed = Pick<APIAttachment, 'filename' | 'description'> & { id: string }

/**
 * Files with the list that names them. The list is always sent, since an edit keeps what it does not mention only when there
 * is no list; beyond the size of one message a file ends early.
 */
export function attachments(contents: readonly FileContent[]): {
  files: RawFile[]
  list: Listed[]
} {
  let room: number = LIMITS.fileBytes
  const files = contents.slice(0, LIMITS.files).map(({ name, content }) => {
    const isText = typeof content === 'string'
    const data = (isText ? Buffer.from(content, 'utf8') : content).subarray(0, room)
    room -= data.length
    return { name: fileName(name), data, contentType: isText ? TEXT : 'image/png' }
  })
  const list = files.map(({ name }, id) => {
    const about = contents[id]?.about.trim().slice(0, 1024)
    return { id: String(id), filename: name, ...(about ? { description: about } : {}) }
  })
  return { files, list }
}

const TEXT = 'text/plain; charset=utf-8'

/** A name as Discord keeps it, which is how an embed refers to the file. */
export const fileName = (name: string): string =>
  name.replace(/[^\w.-]+/g, '_').slice(-100) || 'file.txt'
