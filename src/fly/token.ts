/** The single tokens of what was pasted: schemes stripped, split at commas. */
export function tokenParts(token: string): readonly string[] {
  return token
    .split(',')
    .map((part) =>
      part
        .trim()
        .replace(/^(?:(?:Bearer|FlyV1)\s+)+/i, '')
        .trim(),
    )
    .filter((part) => part !== '')
}

/**
 * The `Authorization` header for a Fly token (FLY.md §2.9). Macaroons go alone under `FlyV1`, because the log API answers
 * 401 to `Bearer` macaroons and to a mix with user tokens; without any macaroon it is the old user token's `Bearer`.
 */
export function authorization(token: string): string {
  const parts = tokenParts(token)
  const macaroons = parts.filter((part) => /^(?:fm1r|fm1a|fm2)_/.test(part))
  return macaroons.length > 0 ? `FlyV1 ${macaroons.join(',')}` : `Bearer ${parts.join(',')}`
}
