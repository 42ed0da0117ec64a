import type { WorkContext } from '../context.ts'
import { fields, type Reply, reply } from '../reply.ts'
import { count, type Text, tr } from '../text.ts'
import { placeOf } from './parse.ts'
import { follow, rangeOf, readPath } from './path.ts'
import type { Checked } from './port.ts'
import { problemBlocks } from './problem-words.ts'
import type { ConfigRead } from './read.ts'
import { checkedWords } from './result-words.ts'
import type { Problem } from './rules.ts'
import { cleanWords } from './secret-path.ts'
import { readOrReject } from './show.ts'

/** What is wrong with the file; `valid` by whoever judged it. */
export interface Validation {
  readonly machine: string
  readonly path: string
  readonly valid: boolean
  readonly checked: Checked
  readonly problems: readonly Problem[]
}

/** Reads the file, and has the gateway's own program check it where memory allows. What that one says outweighs our rules. */
export async function validateConfig(context: WorkContext): Promise<Validation> {
  const { read, machine: id } = await readOrReject(context)
  const machine = await context.fly.machine(context.app, id)
  const checked = await context.gateway.config.check(context.app, machine)
  const said = checked.by === 'program' ? saidProblems(read, checked) : []
  const own = checked.by === 'program' ? ownProblems(read, checked.valid) : read.problems
  const problems = [...said, ...own.filter(({ path }) => !said.some((one) => one.path === path))]
  const errors = problems.some(({ severity }) => severity === 'error')
  const valid = checked.by === 'program' ? checked.valid : !errors
  return { machine: id, path: read.path, valid, checked, problems }
}

/** What the program takes is valid, whatever our rules think of it; that it parses at all is not for us to doubt then. */
const ownProblems = ({ problems }: ConfigRead, valid: boolean): readonly Problem[] =>
  valid ? problems.filter(({ id }) => id === 'config.no_meta') : problems

function saidProblems(
  read: ConfigRead,
  { valid, issues }: Extract<Checked, { by: 'program' }>,
): readonly Problem[] {
  return issues.map(({ path: named, message }) => ({
    id: 'config.program',
    severity: valid ? 'warn' : 'error',
    ...saidAt(read, named === '<root>' ? '' : named, message),
  }))
}

const saidAt = (read: ConfigRead, path: string, message: string) => ({
  path,
  ...lineOf(read, path),
  what: path === '' ? cleanWords(message) : `${path}: ${cleanWords(message)}`,
  fix: fixOf(path, message),
})

/** The place of as much of a path as there is. */
function lineOf(
  { parsed, text, problems }: ConfigRead,
  path: string,
): { line: number; column: number } {
  if (parsed === null) return { line: problems[0]?.line ?? 1, column: problems[0]?.column ?? 1 }
  const { node } = follow(parsed.root, readPath(path) ?? [])
  return placeOf(text, rangeOf(node)[0])
}

/** Faults that are known, with their cure (OPENCLAW.md §1, §7). */
function fixOf(path: string, message: string): Text | null {
  const key = /(?:Unrecognized key: |additional properties: )"([^"]+)"/.exec(message)?.[1]
  if (key === 'allow' && path.startsWith('channels.'))
    return tr(
      'Since 2026.9 it is called enabled: set that, then remove allow.',
      '自 2026.9 起改名為 enabled：請設定它，再移除 allow。',
    )
  if (key !== undefined) {
    const whole = path === '' ? key : `${path}.${key}`
    return tr(`Remove it: config unset path=${whole}`, `請移除：config unset path=${whole}`)
  }
  if (/JSON5|parse failed/i.test(message))
    return tr(
      'Put an earlier version back: config history, then config restore.',
      '請還原先前版本：先用 config history，再用 config restore。',
    )
  return path === '' ? null : tr(`See it: config get path=${path}`, `查看：config get path=${path}`)
}

export function validateReply(
  found: Validation,
  _options: unknown,
  { app }: { readonly app: string },
): Reply {
  const { valid, problems, checked, machine, path } = found
  const title = valid
    ? tr(`The config of ${app} is valid`, `${app} 的設定有效`)
    : tr(`The config of ${app} is not valid`, `${app} 的設定無效`)
  const tone = !valid ? 'error' : problems.length > 0 ? 'warn' : 'ok'
  return reply[tone](title, [
    fields(
      [tr('File', '檔案'), `${machine}:${path}`],
      [tr('Checked', '檢查'), checkedWords(checked)],
      [tr('Found', '發現'), count(problems.length, 'problem', 'problems', '項問題')],
    ),
    ...problemBlocks(problems),
  ])
}
