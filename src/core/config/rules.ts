import type { ValueNode } from '@humanwhocodes/momoa'
import { nearest } from '../nearest.ts'
import { type Text, tr } from '../text.ts'
import { type Parsed, placeOf } from './parse.ts'
import { nameOf, nodeAt, rangeOf, readPath } from './path.ts'

/** Something wrong with a config file, where, and what to do. `error`: the gateway refuses the file. */
export interface Problem {
  readonly id: string
  readonly severity: 'error' | 'warn'
  /** Empty for the whole file. */
  readonly path: string
  readonly line: number
  readonly column: number
  readonly what: Text
  readonly fix: Text | null
}

/** The keys of 2026.9.6 and of those before it; a key that is not there stops the start of a gateway that does not know it either. */
const TOP =
  '$schema $include meta env wizard diagnostics logging update browser ui auth models nodeHost agents tools bindings broadcast audio media messages commands approvals session cron hooks web channels discovery talk gateway memory skills plugins secrets acp cli mcp canvasHost'.split(
    ' ',
  )
const GATEWAY =
  '$include port mode bind customBindHost controlUi auth tailscale remote reload tls http nodes trustedProxies allowRealIpFallback tools push channelHealthCheckMinutes'.split(
    ' ',
  )

/** The keys that are known below a path, for those who meant one of them. */
export const knownKeys = (path: readonly unknown[]): readonly string[] =>
  path.length === 0 ? TOP : path.length === 1 && path[0] === 'gateway' ? GATEWAY : []

interface Rule {
  readonly path: string
  readonly good: (value: unknown) => boolean
  readonly fix: Text
}

const oneOf = (...words: readonly string[]) => ({
  good: (value: unknown) => words.includes(String(value)) || isVariable(value),
  fix: tr(`Write one of ${words.join(', ')}.`, `請寫 ${words.join('、')} 其中之一。`),
})
/** Put in by the gateway at its start, so that nothing can be said about it. */
const isVariable = (value: unknown): boolean => typeof value === 'string' && /\$\{\w+\}/.test(value)
const listOfTexts = {
  good: (value: unknown) =>
    Array.isArray(value) && value.every((item: unknown) => typeof item === 'string'),
  fix: tr(
    `Write a list of texts: ["a", "b"], in a typed line in single quotes: value='["a", "b"]'.`,
    `請寫成文字清單：["a", "b"]；在輸入的指令中用單引號包住：value='["a", "b"]'。`,
  ),
}
const block = {
  good: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
  fix: tr('Write a block: { … }.', '請寫成區塊：{ … }。'),
}

/** Forms that every version recorded here demands (OPENCLAW.md §6, §7). */
const RULES: readonly Rule[] = [
  ...['meta', 'gateway', 'gateway.auth', 'gateway.controlUi', 'agents', 'channels'].map((path) => ({
    path,
    ...block,
  })),
  {
    path: 'gateway.port',
    good: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535,
    fix: tr(
      'Write a number from 1 to 65535, without quotes.',
      '請寫 1 到 65535 的數字，不加引號。',
    ),
  },
  { path: 'gateway.bind', ...oneOf('auto', 'lan', 'loopback', 'custom', 'tailnet') },
  { path: 'gateway.mode', ...oneOf('local', 'remote') },
  { path: 'gateway.auth.mode', ...oneOf('token', 'password', 'trusted-proxy', 'none') },
  { path: 'gateway.trustedProxies', ...listOfTexts },
  { path: 'gateway.controlUi.allowedOrigins', ...listOfTexts },
]

const isBlock = block.good

/** What is wrong with a file that is JSON5, by rules of our own; those of the gateway's own program know more. */
export function findProblems(text: string, { root, value }: Parsed): readonly Problem[] {
  const at = (node: ValueNode | undefined) => placeOf(text, rangeOf(node ?? root)[0])
  if (!isBlock(value)) return [{ ...at(root), ...NO_BLOCK }]
  const bad = RULES.flatMap((rule): readonly Problem[] => {
    const node = nodeAt(root, readPath(rule.path) ?? [])
    if (node === undefined || rule.good(valueAt(value, rule.path))) return []
    return [
      {
        id: 'config.form',
        severity: 'error',
        path: rule.path,
        ...at(node),
        what: tr(
          `${rule.path} has a form that the gateway refuses.`,
          `${rule.path} 的格式會被閘道拒絕。`,
        ),
        fix: rule.fix,
      },
    ]
  })
  const strays = [
    ...strayKeys(text, root, { known: TOP, below: '' }),
    ...strayKeys(text, nodeAt(root, ['gateway']), { known: GATEWAY, below: 'gateway' }),
  ]
  const meta = nodeAt(root, ['meta']) === undefined && nodeAt(root, ['$include']) === undefined
  return [...bad, ...strays, ...(meta ? [{ ...at(root), ...NO_META }] : [])]
}

const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inside, key) =>
        typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
          ? (inside as Readonly<Record<string, unknown>>)[key]
          : undefined,
      value,
    )

function strayKeys(
  text: string,
  node: ValueNode | undefined,
  { known, below }: { readonly known: readonly string[]; readonly below: string },
): readonly Problem[] {
  if (node?.type !== 'Object') return []
  return node.members.flatMap((member): readonly Problem[] => {
    const name = nameOf(member)
    if (known.includes(name)) return []
    const path = below === '' ? name : `${below}.${name}`
    const meant = nearest(name, known)
    return [
      {
        id: 'config.unknown_key',
        severity: 'warn',
        path,
        ...placeOf(text, rangeOf(member)[0]),
        what: tr(
          `The key ${path} is not one I know. A gateway that does not know it either does not start.`,
          `我不認得 ${path} 這個鍵。若閘道也不認得，就不會啟動。`,
        ),
        fix:
          meant === undefined
            ? tr(`Remove it: config unset path=${path}`, `請移除：config unset path=${path}`)
            : tr(`Did you mean ${meant}?`, `是否要寫 ${meant}？`),
      },
    ]
  })
}

const NO_BLOCK = {
  id: 'config.form',
  severity: 'error',
  path: '',
  what: tr('The file is not a block of keys.', '檔案不是由鍵組成的區塊。'),
  fix: tr('It has to begin with { and end with }.', '必須以 { 開頭、以 } 結尾。'),
} as const

/** OPENCLAW.md §7: such a file is taken for a damaged one at the next start. */
const NO_META = {
  id: 'config.no_meta',
  severity: 'warn',
  path: 'meta',
  what: tr(
    'There is no meta block. If an earlier version had one, the next start throws this file away and puts its backup in place.',
    '沒有 meta 區塊。若先前版本有，下次啟動會捨棄此檔並還原備份。',
  ),
  fix: tr('Add one: config set path=meta value={}', '請加上：config set path=meta value={}'),
} as const
