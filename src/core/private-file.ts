import { OpsError } from './errors.ts'
import type { GivenFile } from './invocation.ts'
import type { Log } from './ports.ts'
import { type Text, tr } from './text.ts'

/** As much as Fly takes of one app's secrets. */
export const MOST_BYTES = 65_536

/** What is wrong with a file of this size, as far as that is known before it is read. */
export const wrongSize = ({ size }: Pick<GivenFile, 'size'>): Text | undefined =>
  size === 0 ? EMPTY : size !== undefined && size > MOST_BYTES ? TOO_LARGE : undefined

/** The text of a file, without the line feed at its end; or what is wrong with it. Never rejects. */
export async function readGiven(
  file: GivenFile,
  log: Log,
): Promise<{ readonly value: string } | { readonly problem: Text }> {
  try {
    return textOf(await file.read(MOST_BYTES))
  } catch (error) {
    log.warn({ err: error }, 'a file with a value could not be read')
    return { problem: error instanceof OpsError ? error.text : UNREAD }
  }
}

function textOf(bytes: Uint8Array): { readonly value: string } | { readonly problem: Text } {
  const problem = wrongSize({ size: bytes.length })
  if (problem !== undefined) return { problem }
  const text = decoded(bytes)?.replace(/\r?\n$/, '')
  // oxlint-disable-next-line no-control-regex -- a control character is just what is sought
  if (text === undefined || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text))
    return { problem: NO_TEXT }
  return text === '' ? { problem: EMPTY } : { value: text }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const EMPTY = tr('The file is empty.', '檔案是空的。')
const TOO_LARGE = tr('The file is larger than 64 KiB.', '檔案超過 64 KiB。')
const NO_TEXT = tr(
  'The file is no plain text in UTF-8. Save it as that.',
  '這個檔案不是 UTF-8 純文字，請以該格式儲存。',
)
const UNREAD = tr('The file could not be read.', '無法讀取這個檔案。')
