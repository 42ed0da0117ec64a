import type { MenuEntry } from '../../core/front.ts'
import { type Locale, truncate } from '../../core/text.ts'
import type { Api } from './api.ts'
import { LIMITS } from './limits.ts'

export interface MenuCommand {
  readonly command: string
  readonly description: string
}

const SCOPES = ['default', 'all_private_chats', 'all_group_chats'] as const
/** The language without a code is for everybody without a menu of their own. */
export const LANGUAGES: ReadonlyArray<readonly [Locale, string | undefined]> = [
  ['en', undefined],
  ['zh-TW', 'zh'],
]

/** First words people may type: the short form of what is under `openclaw`, and the other trees as they are. */
export const menuNames = (menu: readonly MenuEntry[]): ReadonlySet<string> =>
  new Set(menu.map(({ path }) => nameOf(path)))

/** The list that Telegram shows while somebody types a slash; a group of commands is one entry. */
export function menuCommands(menu: readonly MenuEntry[], locale: Locale): MenuCommand[] {
  const byName = Map.groupBy(menu, ({ path }) => nameOf(path))
  return [...byName]
    .filter(([name]) => /^[a-z0-9_]{1,32}$/.test(name))
    .map(([command, entries]) => ({ command, description: describe(command, entries, locale) }))
    .slice(0, LIMITS.menuEntries)
}

/** Writes the menus that differ from what Telegram has; tells whether there were any. */
export async function registerMenu(
  api: Api,
  menu: readonly MenuEntry[],
): Promise<'unchanged' | 'registered'> {
  let changed = false
  for (const type of SCOPES) {
    for (const [locale, language_code] of LANGUAGES) {
      const where = { scope: { type }, ...(language_code !== undefined && { language_code }) }
      const commands = menuCommands(menu, locale)
      const present = await api.call('getMyCommands', where)
      if (isSame(present, commands)) continue
      await api.call('setMyCommands', { ...where, commands })
      changed = true
    }
  }
  return changed ? 'registered' : 'unchanged'
}

function nameOf(path: string): string {
  const [tree = '', verb = ''] = path.split(' ')
  if (path === 'ops help') return 'help'
  return tree === 'openclaw' ? verb : tree
}

function describe(name: string, entries: readonly MenuEntry[], locale: Locale): string {
  const parts = entries.map(({ path, about }) => {
    const rest = path.split(' ').slice(1).join(' ')
    const under = rest === name || path === 'ops help' ? '' : rest.replace(`${name} `, '')
    return { under, about: about[locale] }
  })
  const [first] = parts
  if (parts.length === 1 && first) {
    const { under, about } = first
    return truncate(under === '' ? about : `${under}: ${about}`, LIMITS.menuDescription)
  }
  const full = parts.map(({ under, about }) => `${under}: ${about}`).join(' · ')
  if (full.length <= LIMITS.menuDescription) return full
  return truncate(parts.map(({ under }) => under).join(' · '), LIMITS.menuDescription)
}

const isSame = (present: readonly MenuCommand[], wanted: readonly MenuCommand[]) =>
  present.length === wanted.length &&
  wanted.every(({ command, description }, at) => {
    const other = present[at]
    return other?.command === command && other.description === description
  })
