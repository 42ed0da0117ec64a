import type { CarryDeps } from './carry.ts'
import type { Address } from './invocation.ts'
import { type FilesSent, OUTBOX, type OutboxRecord } from './outbox.ts'
import { type Chat, ChatError, type FileBeside, type MessageRef } from './ports.ts'
import type { SaidReply } from './reply.ts'
import { LEASE_MS } from './sending.ts'
import { say, tr } from './text.ts'

/** Of a message that is edited for days the newest are remembered. */
const KEPT = 100

/** A file that fails so often while the words get there is at fault itself. */
const TURNS = 6

/** What is brought, by which chat and whereto. */
interface Parcel {
  readonly chat: Chat
  readonly address: Address
  /** As it was leased. */
  readonly held: OutboxRecord
  /** Its words, secrets open. */
  readonly words: SaidReply
}

/**
 * Brings the words, and then the files that can't go with them, one after the other; what was sent is remembered after each, so that
 * whoever goes on after a kill sends the rest. What the platform refuses is told in the message. Rejects with what the chat says otherwise.
 */
export async function bring(deps: CarryDeps, parcel: Parcel): Promise<MessageRef> {
  const { chat, address, held, words } = parcel
  const told = missing(held)
  const ref = await chat.deliver(address, withoutFiles(words, told), held.ref)
  const due = isDue(held, words) ? (chat.filesOf?.(address, words, ref) ?? []) : []
  if (due.length === 0) return ref
  const after = await sendAll(deps, { held, ref, due })
  const names = missing({ rev: held.rev, files: after })
  if (names.length === told.length) return ref
  return chat.deliver(address, withoutFiles(words, names), ref)
}

interface Due {
  readonly held: OutboxRecord
  readonly ref: MessageRef
  readonly due: readonly FileBeside[]
}

async function sendAll(deps: CarryDeps, { held, ref, due }: Due): Promise<FilesSent> {
  let files = begun(held, ref, due)
  const { sent, refused } = files
  const left = due.filter(({ id }) => !sent.includes(id) && !refused.some((one) => one.id === id))
  if (left.length > 0) await remember(deps, { held, ref, files })
  for (const file of left) {
    const { id, name } = file
    const taken = await isTaken(deps, file, { key: held.key, turns: files.turns })
    files = taken
      ? { ...files, sent: [...files.sent, id].slice(-KEPT) }
      : { ...files, refused: [...files.refused, { id, name }] }
    await remember(deps, { held, ref, files })
  }
  return files
}

/** Progress is rewritten every few seconds; files come with the end of it, or with the first words. */
const isDue = ({ ref, rev, files }: OutboxRecord, { tone }: SaidReply): boolean =>
  tone !== 'pending' || ref === undefined || files?.rev === rev

/** What is known of files of this very message; one that had to be made anew has none yet. */
function begun({ rev, ref: before, files }: OutboxRecord, ref: MessageRef, due: Due['due']) {
  const known = before === undefined || before.message === ref.message ? files : undefined
  const ids = new Set(due.map(({ id }) => id))
  const refused = (known?.refused ?? []).filter(({ id }) => ids.has(id))
  const turns = 1 + (known?.rev === rev ? known.turns : 0)
  return { rev, turns, sent: known?.sent ?? [], refused } satisfies FilesSent
}

const missing = ({ rev, files }: Pick<OutboxRecord, 'rev' | 'files'>): readonly string[] =>
  files?.rev === rev ? files.refused.map(({ name }) => name) : []

/** False where the platform will never take it; what may pass is the caller's to wait for. */
async function isTaken(
  { log }: CarryDeps,
  file: FileBeside,
  { key, turns }: { readonly key: string; readonly turns: number },
): Promise<boolean> {
  try {
    await file.send()
    return true
  } catch (error) {
    if (!(error instanceof ChatError) || error.kind === 'rate_limited') throw error
    if (error.kind === 'network' && turns < TURNS) throw error
    log.warn({ err: error, key, turns, file: file.name }, 'a file was not taken by its chat')
    return false
  }
}

/** The lease begins anew: each file may take as long as a message. */
async function remember(
  { store, clock, owner }: CarryDeps,
  { held, ref, files }: Omit<Due, 'due'> & { readonly files: FilesSent },
): Promise<void> {
  const until = clock.now() + LEASE_MS
  await store.update(
    OUTBOX,
    held.key,
    (current) => {
      if (current === undefined) return undefined
      const { sending: _, ...rest } = current as OutboxRecord
      return { ...rest, ref, files, lease: { owner, until } }
    },
    { order: until },
  )
}

/** The words, and first of all which files they promise in vain. */
export function withoutFiles(words: SaidReply, names: readonly string[]): SaidReply {
  if (names.length === 0) return words
  const all = names.join(', ')
  const note = tr(
    names.length === 1
      ? `⚠️ The file ${all} was not taken by this chat and is missing here; ask again to have it sent anew.`
      : `⚠️ The files ${all} were not taken by this chat and are missing here; ask again to have them sent anew.`,
    `⚠️ 此聊天未接受檔案 ${all}，因此這裡沒有附上；可重新查詢再傳送一次。`,
  )
  return { ...words, blocks: [{ type: 'text', text: say(note, words.locale) }, ...words.blocks] }
}
