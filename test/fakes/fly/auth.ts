import type { FakeToken } from './types.ts'
import type { World } from './world.ts'

export interface Login {
  /** `null` when the request is to be refused with 401. */
  readonly token: FakeToken | null
  readonly scheme: 'FlyV1' | 'Bearer' | 'none' | 'other'
  /** What a careful client would not have sent, although Fly may take it. */
  readonly mistake: string | null
}

/**
 * Macaroons go as `FlyV1`, user tokens as `Bearer`. The Machines API also takes `Bearer fm2_…`, the log API does not: so that is
 * a mistake even where it works.
 */
export function login(world: World, authorization: string | undefined): Login {
  if (authorization === undefined) {
    return { token: null, scheme: 'none', mistake: 'no Authorization header' }
  }
  const [, word, rest = ''] = /^(\S+) +(.*)$/.exec(authorization) ?? []
  const scheme = word === 'FlyV1' || word === 'Bearer' ? word : 'other'
  const parts = rest.split(',').map((part) => part.trim())
  const macaroons = parts.filter((part) => /^fm\d[ra]?_/.test(part))
  const token = parts.map((part) => world.tokens.get(part)).find((found) => found !== undefined)
  if (scheme === 'other' || token === undefined) {
    const what = scheme === 'other' ? 'unknown token scheme' : 'a token Fly does not know'
    return { token: null, scheme, mistake: what }
  }
  const mixed = macaroons.length > 0 && macaroons.length < parts.length
  const right = macaroons.length > 0 ? 'FlyV1' : 'Bearer'
  const mistake = mixed
    ? 'macaroons mixed with other tokens'
    : scheme === right
      ? null
      : `${scheme} used for a token that wants ${right}`
  return { token, scheme, mistake }
}
