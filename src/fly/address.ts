import { OpsError } from '../core/errors.ts'
import { tr } from '../core/text.ts'
import type { Call } from './call.ts'

type Target = Pick<Call<unknown>, 'endpoint' | 'at' | 'query'>

/**
 * The URL of a call. Refuses names that a URL parser would resolve away (`..`) or that are empty: with them the request would
 * go to another endpoint than the one that was meant.
 */
export function urlOf(base: string, { endpoint, at, query }: Target): URL {
  const template = endpoint.slice(endpoint.indexOf(' ') + 1)
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => segment(at[name] ?? ''))
  const url = new URL(`${base.replace(/\/+$/, '')}${path}`)
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

function segment(value: string): string {
  if (/^\.{0,2}$/.test(value)) throw badName()
  return encodeURIComponent(value.toWellFormed())
}

const badName = () =>
  new OpsError(
    'validation',
    tr('A name in the request is empty or a dot.', '要求中的名稱是空的或只有點。'),
    {
      hint: tr('Give the full name or id.', '請提供完整的名稱或識別碼。'),
    },
  )
