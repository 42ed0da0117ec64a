import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { type Text, tr } from '../text.ts'
import { badProblem, broken, damaging, keepMeta, unfit, unread } from './change-errors.ts'
import { damageOf } from './damage.ts'
import { setEdits, unsetEdits, valueText, withEdits } from './edits.ts'
import { parseConfig, type Parsed } from './parse.ts'
import { membersNamed, type Path, readPath, showPath } from './path.ts'
import type { Edit, Region } from './port.ts'
import { type ConfigRead, readConfig } from './read.ts'
import { type Reload, reloadOf } from './reload.ts'
import { findProblems, type Problem } from './rules.ts'
import { isSecretPath } from './secret-path.ts'
import { lineDiff, shownText, VEIL } from './shown.ts'
import { configMachine } from './target.ts'

/** Stands in the edits of a plan for a value that a plan must not hold. No text of a file has it. */
const SLOT = '\u0000value\u0000'
/** Begins a file where there is none. */
const FRESH = '{\n  "meta": {}\n}\n'

/** What will be changed, as a job may keep it: no word of the file, no value. */
export interface Change {
  readonly machine: string
  /** Digest of the file this was made for; `missing` for none. */
  readonly before: string
  readonly path: string
  readonly edits: readonly Edit[]
  readonly reload: Reload
}
export interface Planned {
  readonly change: Change
  /** Empty when nothing would change. */
  readonly diff: string
  readonly notes: readonly Text[]
}

/** A file to be changed, or what one begins with where there is none. */
interface Base {
  readonly machine: Machine
  readonly before: string
  readonly text: string
  readonly parsed: Parsed
  /** `null` where there is no file. */
  readonly read: ConfigRead | null
}

export async function baseOf(context: WorkContext): Promise<Base> {
  const machine = await configMachine(context)
  const read = await readConfig(context, machine)
  if (read.ok) {
    if (read.parsed === null) throw broken(read)
    const { sha256, text, parsed } = read
    return { machine, before: sha256, text, parsed, read }
  }
  if (read.trouble !== 'missing') throw unread(read)
  const parsed = parseConfig(FRESH)
  if (!parsed.ok) throw new TypeError('the first config is no JSON5')
  return { machine, before: 'missing', text: FRESH, parsed, read: null }
}

/** The path a person typed. Rejects for what is none. */
export function pathOf(words: string): Path {
  const path = readPath(words)
  if (path !== undefined) return path
  throw new OpsError('bad_input', tr(`“${words}” is no path.`, `「${words}」不是路徑。`), {
    hint: tr(
      'Write it like gateway.auth.mode, list[0].id or ["a key.with dots"].',
      '請寫成 gateway.auth.mode、list[0].id 或 ["有.點的鍵"]。',
    ),
  })
}

/** What setting a value would do; `shown` is the value as typed, or null for one that was given privately. */
export function planSet(base: Base, words: string, shown: string | null): Planned {
  const path = pathOf(words)
  const secret = isSecretPath(words)
  const edits = setEdits(base.text, base.parsed, { path, value: SLOT })
  if (typeof edits === 'string') throw unfit(edits, path)
  const value = shown === null ? `"${VEIL} (new)"` : valueText(shown, secret)
  return planned(base, { path, edits, value, guessed: shown === null })
}

/** What taking a path away would do. */
export function planUnset(base: Base, words: string): Planned {
  const path = pathOf(words)
  if (path[0] === 'meta' && path.length === 1) throw keepMeta()
  const edits = unsetEdits(base.text, base.parsed, path)
  if (typeof edits === 'string') throw unfit(edits, path)
  return planned(base, { path, edits, value: '', guessed: false })
}

interface Draft {
  readonly path: Path
  readonly edits: readonly Edit[]
  readonly value: string
  /** The value is not the real one. */
  readonly guessed: boolean
}

function planned(base: Base, { path, edits, value, guessed }: Draft): Planned {
  const text = withEdits(base.text, filled(edits, value))
  const parsed = parseConfig(text)
  if (!parsed.ok) throw new OpsError('internal', parsed.what)
  const risk = base.read === null ? null : damageOf(base, { text, parsed })
  if (risk?.is === 'lost') throw damaging(risk.why)
  const fresh = introduced(base, { text, parsed })
  const wrong = guessed ? undefined : fresh.find(({ severity }) => severity === 'error')
  if (wrong !== undefined) throw badProblem(wrong)
  return {
    change: {
      machine: base.machine.id,
      before: base.before,
      path: showPath(path),
      edits: base.read === null ? [{ start: 0, end: 0, text: withEdits(base.text, edits) }] : edits,
      reload: reloadOf(path, base.parsed.value),
    },
    diff: diffFor(base, edits, value),
    notes: [
      ...(risk === null ? [] : [risk.why]),
      ...fresh.filter(({ severity }) => severity === 'warn').map(({ what }) => what),
      ...includes(base.parsed),
    ],
  }
}

/** The edits with a value in its place. */
export const filled = (edits: readonly Edit[], value: string): readonly Edit[] =>
  edits.map((edit) => ({ ...edit, text: edit.text.replaceAll(SLOT, () => value) }))

function introduced(
  base: Base,
  after: { readonly text: string; readonly parsed: Parsed },
): readonly Problem[] {
  const before = new Set(
    base.read === null ? [] : base.read.problems.map((one) => `${one.id} ${one.path}`),
  )
  return findProblems(after.text, after.parsed).filter(
    (one) => !before.has(`${one.id} ${one.path}`),
  )
}

/** Both sides with their secrets veiled. An edit keeps off masked places or covers them, so these never run into each other. */
function diffFor({ text, read }: Base, edits: readonly Edit[], value: string): string {
  const regions = read?.regions ?? []
  const before = read === null ? '' : shownText({ text, regions })
  const fill = filled(edits, value)
  const after = { text: withEdits(text, fill), regions: moved(regions, fill) }
  return lineDiff(before, shownText(after))
}

/** Where masked places are afterwards; those that were covered are gone. */
function moved(regions: readonly Region[], edits: readonly Edit[]): readonly Region[] {
  const kept = regions.filter(
    ([start, end]) => !edits.some((edit) => edit.start < end && start < edit.end),
  )
  return kept.map(([start, end, tag]) => {
    const by = edits
      .filter((edit) => edit.end <= start)
      .reduce((sum, edit) => sum + edit.text.length - (edit.end - edit.start), 0)
    return [start + by, end + by, tag]
  })
}

const includes = ({ root }: Parsed): readonly Text[] => {
  if (membersNamed(root, '$include').length === 0) return []
  return [
    tr(
      'The file includes others ($include). Only the file itself is changed; what it says itself goes before what it includes.',
      '此檔案引入其他檔案（$include）。只會變更檔案本身；其內容優先於引入的內容。',
    ),
  ]
}
