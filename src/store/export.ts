import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { OpsError } from '../core/errors.ts'
import type { Store } from '../core/ports.ts'
import { type Text, tr } from '../core/text.ts'
import { writeWhole } from './files.ts'

const Dump = z.object({
  format: z.literal('openclaw-ops'),
  version: z.literal(1),
  at: z.number(),
  buckets: z.record(
    z.string(),
    z.array(z.object({ id: z.string(), order: z.number(), value: z.unknown() })),
  ),
  streams: z.record(z.string(), z.array(z.unknown())),
})
type Dump = z.infer<typeof Dump>

/** What is moved. Buckets that hold sealed values, credentials or things that expire are left out: seals and lives do not come along. */
export interface Parts {
  readonly buckets: readonly string[]
  readonly streams: readonly string[]
}

const PAGE = 500

/** Writes the named parts into one JSON file, mode 0600; gives how many entries. Nothing may write to the store meanwhile. */
export async function exportStore(
  store: Store,
  parts: Parts,
  to: {
    readonly path: string
    readonly at: number
    /** What of a value goes into the file; all of it when left out. */
    readonly strip?: (bucket: string, value: unknown) => unknown
  },
): Promise<number> {
  const dump: Dump = { format: 'openclaw-ops', version: 1, at: to.at, buckets: {}, streams: {} }
  const { strip = (_, value) => value } = to
  for (const bucket of parts.buckets)
    dump.buckets[bucket] = (await store.list(bucket)).map((entry) => ({
      ...entry,
      value: strip(bucket, entry.value),
    }))
  for (const stream of parts.streams) dump.streams[stream] = await readAll(store, stream)
  await writeWhole(to.path, `${JSON.stringify(dump)}\n`)
  return sizeOf(dump)
}

/** Reads such a file into a store in which the named parts are empty; gives how many entries. Rejects with `bad_input` or `conflict`. */
export async function importStore(store: Store, parts: Parts, path: string): Promise<number> {
  const dump = await load(path)
  const names = [...Object.keys(dump.buckets), ...Object.keys(dump.streams)]
  const known = new Set([...parts.buckets, ...parts.streams])
  if (names.some((name) => !known.has(name))) throw badFile(FOREIGN)
  await assertEmpty(store, parts)
  for (const [bucket, entries] of Object.entries(dump.buckets))
    for (const { id, order, value } of entries) await store.put(bucket, id, value, { order })
  for (const [stream, entries] of Object.entries(dump.streams))
    for (const entry of entries) await store.append(stream, entry)
  return sizeOf(dump)
}

async function readAll(store: Store, stream: string): Promise<unknown[]> {
  const all: unknown[] = []
  let after: string | undefined
  for (;;) {
    const page = await store.read(stream, { limit: PAGE, ...(after !== undefined && { after }) })
    all.push(...page.map(({ entry }) => entry))
    after = page.at(-1)?.id
    if (page.length < PAGE) return all
  }
}

async function assertEmpty(store: Store, parts: Parts): Promise<void> {
  const found = await Promise.all([
    ...parts.buckets.map((bucket) => store.list(bucket, { limit: 1 })),
    ...parts.streams.map((stream) => store.read(stream, { limit: 1 })),
  ])
  if (found.every((entries) => entries.length === 0)) return
  throw new OpsError(
    'conflict',
    tr(
      'There is already state here, and an import would mix the two. Import into an empty Redis database or an empty OPS_STATE_DIR.',
      '這裡已經有狀態資料，匯入會使兩者混在一起。請匯入空的 Redis 資料庫或空的 OPS_STATE_DIR。',
    ),
  )
}

async function load(path: string): Promise<Dump> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) throw badFile(UNREADABLE)
  try {
    return Dump.parse(JSON.parse(text))
  } catch {
    throw badFile(DAMAGED)
  }
}

const sizeOf = (dump: Dump): number =>
  [...Object.values(dump.buckets), ...Object.values(dump.streams)].flat().length

const UNREADABLE = tr('The file cannot be read.', '無法讀取此檔案。')
const DAMAGED = tr(
  'The file was not written by `npm run cli -- ops export`, or not completely.',
  '此檔案並非由 `npm run cli -- ops export` 寫入，或內容不完整。',
)
const FOREIGN = tr(
  'The file holds parts that this version does not know. Import it with the version that wrote it.',
  '此檔案含有本版本不認得的部分。請用寫出它的版本匯入。',
)
const badFile = (text: Text): OpsError => new OpsError('bad_input', text)
