import { Secret } from '../core/secret.ts'
import { tr } from '../core/text.ts'
import { form, quoted, type Refuse } from './form.ts'

/** Sources of alerts that sign what they send with a key of their own choosing. */
const SIGNING_SOURCES = ['pagerduty', 'sentry', 'grafana'] as const
export type SigningSource = (typeof SIGNING_SOURCES)[number]
export type HookKeys = Readonly<Partial<Record<SigningSource, Secret>>>

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

/** `pagerduty:<key>,sentry:<key>,grafana:<key>`: each source at most once. */
export const hookKeys = form((value, refuse): HookKeys => {
  const keys = value.split(',').map((part) => oneKey(part, refuse))
  const names = keys.map(([source]) => source)
  const twice = names.find((source, index) => names.indexOf(source) !== index)
  if (twice === undefined) return Object.fromEntries(keys)
  return refuse(tr(`names ${quoted(twice)} twice`, `${quoted(twice)} 出現了兩次`))
})
