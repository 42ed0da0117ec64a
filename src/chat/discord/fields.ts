import type { APIEmbedField } from 'discord-api-types/v10'
import type { Block } from '../../core/reply.ts'
import { truncate } from '../../core/text.ts'
import { LIMITS, largest } from './limits.ts'
import { escape } from './markdown.ts'

/** Three of these stand side by side; a longer one takes the width. */
const INLINE = 40
const NOTHING = '—'

export interface RenderedFields {
  readonly fields: APIEmbedField[]
  /** What the fields take of the embed's sum. */
  readonly length: number
  /** Characters of the source that found no room. */
  readonly missing: number
}

/** All pairs of a reply as embed fields that take at most `room` characters together. */
export function renderFields(blocks: ReadonlyArray<Block<string>>, room: number): RenderedFields {
  const pairs = blocks.flatMap((block) => (block.type === 'fields' ? block.fields : []))
  const fields: APIEmbedField[] = []
  let length = 0
  let missing = 0
  for (const [label, value] of pairs) {
    const name = fit(label, LIMITS.fieldName)
    const shown = fit(value, LIMITS.fieldValue)
    const size = name.text.length + shown.text.length
    if (fields.length >= LIMITS.fields || length + size > room) {
      missing += label.length + value.length
      continue
    }
    length += size
    missing += name.missing + shown.missing
    fields.push({ name: name.text, value: shown.text, inline: value.length <= INLINE })
  }
  return { fields, length, missing }
}

/** Discord refuses a field without a visible character. */
function fit(raw: string, room: number): { text: string; missing: number } {
  if (raw.trim() === '') return { text: NOTHING, missing: 0 }
  const text = escape(raw)
  if (text.length <= room) return { text, missing: 0 }
  const kept = largest(raw.length, (n) => escape(truncate(raw, n)).length <= room)
  return { text: escape(truncate(raw, kept)), missing: raw.length - kept + 1 }
}
