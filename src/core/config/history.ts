import { HINTS } from '../complete-things.ts'
import type { WorkContext } from '../context.ts'
import { type Action, type Reply, reply, table, text } from '../reply.ts'
import { type Text, tr, utc } from '../text.ts'
import { unread } from './change-errors.ts'
import { readConfig } from './read.ts'
import { configMachine } from './target.ts'
import { changeNote } from './who-changed.ts'

interface Row {
  readonly id: string | null
  readonly size: number
  /** When it was replaced; null for what is there now. */
  readonly until: number | null
  /** Who wrote it and how, where that was done through the bot. */
  readonly by: string | null
  readonly what: string | null
}
/** The versions of a config file, what is there now first. */
export interface ConfigHistory {
  readonly machine: string
  readonly path: string
  readonly rows: readonly Row[]
}

export async function configHistory(context: WorkContext): Promise<ConfigHistory> {
  const machine = await configMachine(context)
  const read = await readConfig(context, machine)
  const { seen } = read
  if (seen === null) throw unread(read as Extract<typeof read, { ok: false }>)
  const now = seen.facts
    ? [{ id: seen.facts.id, size: seen.facts.size, until: null, op: seen.written }]
    : []
  const older = seen.history.filter(({ id }) => id !== seen.facts?.id)
  const rows = [...now, ...older].map(async ({ op, ...rest }): Promise<Row> => {
    const note = await changeNote(context.store, op)
    return { ...rest, by: note?.by ?? null, what: note?.what ?? null }
  })
  await context.store.put(
    HINTS,
    `version.${context.app}`,
    older.map(({ id }) => id),
  )
  return { machine: machine.id, path: seen.path, rows: await Promise.all(rows) }
}

/** A select has no more choices on Discord. */
const CHOICES = 25

export function historyReply(
  { machine, path, rows }: ConfigHistory,
  _options: unknown,
  { app }: { readonly app: string },
): Reply {
  const old = rows.filter(({ id, until }) => id !== null && until !== null)
  const head = [
    tr('Version', '版本'),
    tr('Until', '截至'),
    tr('Bytes', '位元組'),
    tr('Written by', '寫入者'),
  ]
  return reply.info(
    tr(`Config versions of ${app}`, `${app} 的設定版本`),
    [
      text(`${machine}:${path}`),
      table(
        head,
        rows.map((row) => [
          row.id ?? '–',
          row.until === null ? NOW : utc(row.until),
          String(row.size),
          whoWords(row),
        ]),
      ),
      text(old.length === 0 ? EMPTY : KEPT),
    ],
    { actions: old.length === 0 ? [] : [restoreAction(app, old)] },
  )
}

const restoreAction = (app: string, rows: readonly Row[]): Action => ({
  label: tr('Put a version back', '還原版本'),
  style: 'neutral',
  intent: { do: 'run', command: 'openclaw config restore', input: { app } },
  into: 'id',
  choices: rows
    .slice(0, CHOICES)
    .flatMap(({ id, until }) =>
      id === null || until === null ? [] : [{ label: `${id} · ${utc(until)}`, value: id }],
    ),
})

const OWN: Readonly<Record<string, Text>> = {
  'last-good': tr('the gateway’s own copy of what last worked', '閘道自存的最近可用版本'),
  bak: tr('the gateway’s own backup', '閘道自存的備份'),
}

function whoWords({ id, by, what }: Row): Text {
  const own = OWN[id ?? '']
  if (own !== undefined) return own
  return by === null ? tr('not through this bot', '非經由本機器人') : `${by} · ${what ?? ''}`
}

const NOW = tr('now', '目前')
const EMPTY = tr(
  'Nothing is kept yet: each change by config set, unset or restore keeps what was there before.',
  '尚無保留版本：每次以 config set、unset 或 restore 變更時，都會保留先前內容。',
)
const KEPT = tr(
  'The last 20 are kept in the machine, readable by its owner alone. config restore shows the difference first.',
  '機器內保留最近 20 份，僅擁有者可讀。config restore 會先顯示差異。',
)
