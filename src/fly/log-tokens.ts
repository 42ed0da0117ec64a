import { OpsError } from '../core/errors.ts'
import type { Fly } from '../core/fly.ts'
import { tr } from '../core/text.ts'

/** Which of the two tokens a call is made with. */
export type TokenName = 'api' | 'read'

/** What the log API's 401 is made plain with; kept over all calls of one client. */
export interface LogTokens {
  readonly names: readonly TokenName[]
  /** The one that worked last. */
  first: TokenName
}

/** Both tokens where they differ: tokens of one app are refused by the log API at times, and read tokens run out. */
export const logTokens = (differ: boolean): LogTokens => ({
  names: differ ? ['read', 'api'] : ['read'],
  first: 'read',
})

const isAuth = (error: unknown): error is OpsError =>
  error instanceof OpsError && error.code === 'auth'

/**
 * The log API answers 401 to an unknown app as well as to a token of the wrong kind (FLY.md §4.1): the other token is tried, then the
 * Machines API is asked whether there is such an app. Rejects with `not_found` or with an `auth` that names the token.
 */
export async function withEither<T>(
  { tokens, fly, app }: { tokens: LogTokens; fly: Pick<Fly, 'app'>; app: string },
  ask: (token: TokenName) => Promise<T>,
): Promise<T> {
  const order = [tokens.first, ...tokens.names.filter((name) => name !== tokens.first)]
  let refused: OpsError | undefined
  for (const name of order) {
    try {
      const answer = await ask(name)
      tokens.first = name
      return answer
    } catch (error) {
      if (!isAuth(error)) throw error
      refused = error
    }
  }
  const there = await fly.app(app).then(
    () => true,
    (error: unknown) => !(error instanceof OpsError && error.code === 'not_found'),
  )
  throw there ? needsToken(app, tokens, refused) : gone(app)
}

const gone = (app: string): OpsError =>
  new OpsError('not_found', tr(`Fly has no app ${app}.`, `Fly 沒有應用程式 ${app}。`), {
    hint: tr(
      'It may have been deleted or renamed: `fly apps list` shows what there is; OPS_APPS names what is managed.',
      '可能已被刪除或改名：`fly apps list` 可列出現有的；OPS_APPS 是所管理的清單。',
    ),
  })

function needsToken(app: string, { names }: LogTokens, refused: OpsError | undefined): OpsError {
  const which = names.length > 1 ? 'FLY_READ_TOKEN, FLY_API_TOKEN' : 'FLY_READ_TOKEN'
  return new OpsError(
    'auth',
    tr(
      `Fly’s log API refuses ${which} for ${app}.`,
      `Fly 的日誌 API 拒絕以 ${which} 讀取 ${app}。`,
    ),
    {
      hint: tr(
        'Make one with `fly tokens create readonly <org>` for the organization of this app, and set it as FLY_READ_TOKEN.',
        '請以 `fly tokens create readonly <org>` 為此應用程式的組織建立權杖，並設為 FLY_READ_TOKEN。',
      ),
      ...(refused?.reference !== undefined && { reference: refused.reference }),
    },
  )
}
