import { createHash } from 'node:crypto'
import type { AuditEntry } from '../audit.ts'
import type { Plan } from '../command.ts'
import type { Block } from '../reply.ts'
import { withoutPrinted } from '../secret-shapes.ts'
import { say, type Text } from '../text.ts'

const LINES = 24
const LENGTH = 200

/** A plan by its fingerprint, short enough to be read out. */
export const planDigest = (fingerprint: string): string =>
  createHash('sha256').update(fingerprint).digest('hex').slice(0, 16)

/** What a plan said would change: the lines of its fields and tables, as its asker saw them. */
export function planFacts({ title, blocks, fingerprint }: Plan): NonNullable<AuditEntry['plan']> {
  const lines = [en(title), ...blocks.flatMap(linesOf)]
  const facts = lines.slice(0, LINES).map((line) => withoutPrinted(line).slice(0, LENGTH))
  return { digest: planDigest(fingerprint), facts }
}

/** Lines that a command gives for the record, as those of a plan; nothing without any. */
export function factsOf(given: readonly string[]): Pick<AuditEntry, 'plan'> {
  if (given.length === 0) return {}
  const facts = given.slice(0, LINES).map((line) => withoutPrinted(line).slice(0, LENGTH))
  return { plan: { digest: planDigest(JSON.stringify(facts)), facts } }
}

const en = (value: Text): string => say(value, 'en')

function linesOf(block: Block): readonly string[] {
  if (block.type === 'fields')
    return block.fields.map(([label, value]) => `${en(label)}: ${en(value)}`)
  if (block.type === 'table') return block.rows.map((row) => row.map(en).join(' | '))
  return []
}
