import { Secret } from '../core/secret.ts'
import { tr } from '../core/text.ts'
import { form, quoted, type Refuse } from './form.ts'

/** Sources of alerts that sign what they send with a key of their own choosing. */
const SIGNING_SOURCES = ['pagerduty', 'sentry', 'grafana'] as const
export type SigningSource = (typeof SIGNING_SOURCES)[number]
/** Two of one source are good at the same time, so that one can take the place of the other. */
export type HookKeys = Readonly<Partial<Record<SigningSource, readonly Secret[]>>>
const MOST = 2

const known = (name: string): SigningSource | undefined =>
  SIGNING_SOURCES.find((source) => source === name)

// Nothing behind a comma is quoted: it may be the rest of a key.
function oneKey(part: string, refuse: Refuse): readonly [SigningSource, Secret] {
  const [, name = '', key = ''] = /^\s*([a-z]+):(\S+)\s*$/.exec(part) ?? []
  const source = known(name)
  if (source !== undefined) return [source, new Secret(key)]
  return refuse(
    tr(
      'has a part that is not <source>:<key> with a source that signs',
      '其中一段不是 <來源>:<金鑰>，或該來源不會簽章',
    ),
  )
}

/** `pagerduty:<key>,sentry:<key>,grafana:<key>`: each source at most twice. */
export const hookKeys = form((value, refuse): HookKeys => {
  const keys = value.split(',').map((part) => oneKey(part, refuse))
  const names = keys.map(([source]) => source)
  const often = names.find((source) => names.filter((name) => name === source).length > MOST)
  if (often !== undefined)
    return refuse(tr(`names ${quoted(often)} more than twice`, `${quoted(often)} 出現超過兩次`))
  const of = (source: SigningSource) =>
    keys.flatMap(([name, key]) => (name === source ? [key] : []))
  return Object.fromEntries(names.map((source) => [source, of(source)]))
})
