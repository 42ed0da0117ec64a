import type { FakeMessage, World } from './world.ts'

/** A document, or a picture. */
export interface Sent {
  readonly name?: string
  readonly content: Uint8Array
  /** What Telegram says of it, where that is to differ; it may say nothing. */
  readonly size?: number | null
  readonly as?: 'photo'
}
/** Keeps the file for as long as its message is there; `say` sends that with these fields. */
export function sendFile<S extends { readonly message: FakeMessage }>(
  world: World,
  sent: Sent,
  say: (fields: object) => S,
): S {
  const number = world.files.size + 1
  const said = say(sentAs(`file-${number}`, sent))
  const path = `documents/file_${number}.txt`
  world.files.set(`file-${number}`, { content: sent.content, path, message: said.message })
  return said
}

/** A part of the Bot API's Document, or PhotoSize. */
function sentAs(file_id: string, { name, content, size = content.length, as }: Sent): object {
  const file = {
    file_id,
    file_unique_id: `u${file_id}`,
    ...(size !== null && { file_size: size }),
  }
  if (as === 'photo') return { photo: [{ ...file, width: 1, height: 1 }] }
  return { document: { ...file, file_name: name ?? 'value.txt', mime_type: 'text/plain' } }
}
