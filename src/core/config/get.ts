import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { type Action, type Block, code, fields, type Reply, reply, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import { pathOf } from './change.ts'
import { follow, nameOf, rangeOf, showPath } from './path.ts'
import type { ConfigRead } from './read.ts'
import { knownKeys } from './rules.ts'
import { MOST_SHOWN, readOrReject } from './show.ts'
import { shownText } from './shown.ts'

/** One value as it may be shown. */
export interface ConfigValue {
  readonly path: string
  readonly kind: 'value' | 'masked' | 'variable' | 'unset'
  readonly text: string
  readonly line: number
  /** A key beside it that was probably meant. */
  readonly meant: string | null
  readonly includes: boolean
}

export async function getConfig(
  context: WorkContext,
  options: { readonly path: string },
): Promise<ConfigValue> {
  const path = pathOf(options.path)
  const { read } = await readOrReject(context)
  const { parsed } = read
  if (parsed === null) throw unreadable(read)
  const { node, steps } = follow(parsed.root, path)
  const names = node.type === 'Object' ? node.members.map(nameOf) : []
  const base = {
    path: showPath(path),
    line: node.loc.start.line,
    meant: null,
    includes: names.includes('$include'),
  }
  if (steps < path.length) {
    const known = [...names, ...knownKeys(path.slice(0, steps))]
    const meant = nearest(String(path[steps]), known) ?? null
    return {
      ...base,
      kind: 'unset',
      text: '',
      meant: meant && showPath([...path.slice(0, steps), meant]),
    }
  }
  const [start, end] = rangeOf(node)
  const inside = read.regions.filter(([from, to]) => start <= from && to <= end)
  const moved = inside.map(([from, to, tag]) => [from - start, to - start, tag] as const)
  const words = shownText({ text: read.text.slice(start, end), regions: moved })
  const whole = inside.some(([from, to]) => from === start && to === end)
  const variable = /^["']\$\{\w+\}["']$/.test(words)
  return { ...base, kind: whole ? 'masked' : variable ? 'variable' : 'value', text: words }
}

export function getReply(
  found: ConfigValue,
  _options: unknown,
  { app }: { readonly app: string },
): Reply {
  const { path, kind, text: words, line } = found
  const title = tr(`${path} of ${app}`, `${app} 的 ${path}`)
  if (kind === 'unset')
    return reply.info(title, [text(join(' ', unsetWords(found)))], {
      actions: meantAction(found, app),
    })
  const where = fields([tr('Line', '行'), line])
  if (kind === 'masked') return reply.info(title, [text(SECRET), where])
  const body: Block =
    words.length <= MOST_SHOWN
      ? code(words, 'json5')
      : {
          type: 'file',
          name: 'value.json5',
          content: words,
          about: tr('The value, masked', '值（已遮蔽）'),
        }
  return reply.info(title, [body, where, ...(kind === 'variable' ? [text(VARIABLE)] : [])])
}

const unsetWords = ({ meant, includes }: ConfigValue): Text =>
  join(
    ' ',
    tr('It is not set: what the gateway does by itself counts.', '未設定：以閘道的預設為準。'),
    meant === null ? '' : tr(`Did you mean ${meant}?`, `是否要找 ${meant}？`),
    includes
      ? tr(
          'The file includes others ($include), which may set it.',
          '此檔案引入其他檔案（$include），可能在其中設定。',
        )
      : '',
  )

const meantAction = ({ meant }: ConfigValue, app: string): readonly Action[] =>
  meant === null
    ? []
    : [
        {
          label: tr(`Get ${meant}`.slice(0, 70), `查看 ${meant}`.slice(0, 70)),
          style: 'neutral',
          intent: { do: 'run', command: 'openclaw config get', input: { app, path: meant } },
        },
      ]

const unreadable = ({ problems }: ConfigRead): OpsError => {
  const { line = 1, what = '' } = problems[0] ?? {}
  return new OpsError(
    'conflict',
    join(
      ' ',
      tr(`The file is no JSON5 (line ${line}).`, `檔案不是有效的 JSON5（第 ${line} 行）。`),
      what,
    ),
    { hint: tr('/openclaw config validate says more.', '/openclaw config validate 有更多說明。') },
  )
}

const SECRET = tr('It is set, and secret: it is never shown.', '已設定，且為密鑰：不會顯示。')
const VARIABLE = tr(
  'The gateway puts the variable of that name in at its start: see /openclaw secrets list.',
  '閘道啟動時會代入該名稱的變數：見 /openclaw secrets list。',
)
