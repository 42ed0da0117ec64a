import { createHash } from 'node:crypto'
import type { OwnMenu } from '../../core/own-menus.ts'
import { ChatError, type Log, type Store } from '../../core/ports.ts'
import type { Api } from './api.ts'
import { LANGUAGES, menuCommands } from './menu.ts'

/** What was written for whom, as a digest, so that it is written once. */
const BUCKET = 'telegram-menu'
/** Each takes two calls; whoever is beyond has the menu of everybody. */
const MOST = 200

interface Deps {
  readonly api: Api
  readonly store: Pick<Store, 'list' | 'put' | 'remove'>
  readonly log: Log
  /** Who is to have which menu now. */
  readonly wanted: () => Promise<readonly OwnMenu[]>
}

/** Brings people's own menus up to date; tells whether there was anything to do. Rejects with `ChatError` when it is to be tried again. */
export function createOwnMenus(deps: Deps): () => Promise<boolean> {
  const { store, wanted } = deps
  let last = ''
  return async () => {
    const menus = new Map((await wanted()).slice(0, MOST).map((own) => [idOf(own), own]))
    const digests = new Map([...menus].map(([id, own]) => [id, digestOf(own)]))
    const now = JSON.stringify([...digests])
    if (now === last) return false
    const written = new Map((await store.list(BUCKET)).map(({ id, value }) => [id, value]))
    const fresh = [...menus].filter(([id]) => written.get(id) !== digests.get(id))
    for (const [id, own] of fresh) {
      const known = await each(deps, own, (where, locale) =>
        deps.api.call('setMyCommands', { ...where, commands: menuCommands(own.menu, locale) }),
      )
      if (known) await store.put(BUCKET, id, digests.get(id))
    }
    const over = [...written.keys()].filter((id) => !menus.has(id))
    for (const id of over) {
      const [chat = '', user] = id.split('/')
      const whose = { chat, user: user ?? null }
      await each(deps, whose, (where) => deps.api.call('deleteMyCommands', where))
      await store.remove(BUCKET, id)
    }
    last = now
    return fresh.length + over.length > 0
  }
}

type Whose = Pick<OwnMenu, 'chat' | 'user'>
type Locale = (typeof LANGUAGES)[number][0]

const idOf = ({ chat, user }: Whose): string => (user === null ? chat : `${chat}/${user}`)

const digestOf = ({ menu }: OwnMenu): string =>
  createHash('sha256')
    .update(JSON.stringify(LANGUAGES.map(([locale]) => menuCommands(menu, locale))))
    .digest('base64url')
    .slice(0, 16)

const scopeOf = ({ chat, user }: Whose) =>
  user === null
    ? ({ type: 'chat', chat_id: Number(chat) } as const)
    : ({ type: 'chat_member', chat_id: Number(chat), user_id: Number(user) } as const)

/** In each language. Whom Telegram does not know there (yet) is left to the menu of everybody until something changes or the bot starts anew. */
async function each(
  { log }: Deps,
  whose: Whose,
  call: (
    where: { readonly scope: ReturnType<typeof scopeOf>; readonly language_code?: string },
    locale: Locale,
  ) => Promise<unknown>,
): Promise<boolean> {
  for (const [locale, language_code] of LANGUAGES) {
    const where = { scope: scopeOf(whose), ...(language_code !== undefined && { language_code }) }
    try {
      await call(where, locale)
    } catch (error) {
      if (
        !(error instanceof ChatError) ||
        error.kind === 'network' ||
        error.kind === 'rate_limited'
      )
        throw error
      log.debug({ err: error, ...whose }, 'somebody has no menu of their own')
      return false
    }
  }
  return true
}
