import type { Scope, Subject } from './access.ts'
import { OpsError } from './errors.ts'
import type { Place } from './invocation.ts'
import { tr } from './text.ts'

/** What `readWho` and `readPlace` can read: everything else is refused before anything is asked. */
export const WHO = /^\s*(?:<@[!&]?\d{1,20}>|(?:discord|role):\d{1,20}|telegram:\d{1,16})\s*$/
export const PLACE =
  /^\s*(?:here|guild|<#\d{1,20}>|(?:discord|telegram):-?\d{1,20}(?:\/\d{1,20})?)\s*$/

/** Reads who is meant: a mention, `discord:<id>`, `role:<id>`, `telegram:<id>`. Names are refused, for they can be taken over. */
export function readWho(typed: string): Subject {
  const text = typed.trim()
  const user = /^(?:<@!?(\d{1,20})>|discord:(\d{1,20}))$/.exec(text)
  if (user) return { kind: 'user', platform: 'discord', id: user[1] ?? user[2] ?? '' }
  const role = /^(?:<@&(\d{1,20})>|role:(\d{1,20}))$/.exec(text)
  if (role) return { kind: 'role', id: role[1] ?? role[2] ?? '' }
  const telegram = /^telegram:(\d{1,16})$/.exec(text)
  if (telegram) return { kind: 'user', platform: 'telegram', id: telegram[1] ?? '' }
  throw new OpsError(
    'bad_input',
    tr(`“${typed}” names nobody I can tell apart.`, `無法辨識「${typed}」是誰。`),
    {
      hint: tr(
        'Write a mention, discord:<id>, role:<id> or telegram:<id>; names can be taken over, ids can not.',
        '請使用提及、discord:<id>、role:<id> 或 telegram:<id>；名稱可能被冒用，識別碼不會。',
      ),
    },
  )
}

/** Reads a place: `here`, `guild`, a channel mention, `discord:<guild>[/<channel>]`, `telegram:<chat>[/<topic>]`. */
export function readPlace(typed: string | undefined, here: Place): Scope {
  const text = typed?.trim() ?? 'here'
  const { platform, space } = here
  if (text === 'guild') return { platform, space }
  if (text === 'here')
    return { platform, space, ...(here.room !== undefined && { room: here.room }) }
  const channel = /^<#(\d{1,20})>$/.exec(text)
  if (channel && platform === 'discord') return { platform, space, room: channel[1] ?? '' }
  const named = /^(discord|telegram):(-?\d{1,20})(?:\/(\d{1,20}))?$/.exec(text)
  if (named) {
    const [, party, id = '', room] = named
    return {
      platform: party === 'discord' ? 'discord' : 'telegram',
      space: id,
      ...(room !== undefined && { room }),
    }
  }
  throw new OpsError(
    'bad_input',
    tr(`“${typed}” is no place I know.`, `無法辨識地點「${typed}」。`),
    {
      hint: tr(
        'Write here, guild, a channel mention, discord:<guild>/<channel> or telegram:<chat>/<topic>.',
        '請寫 here、guild、頻道提及、discord:<guild>/<channel> 或 telegram:<chat>/<topic>。',
      ),
    },
  )
}

/** A place in which roles can be given, read the same way; the console is none. */
export function readGrantPlace(typed: string | undefined, here: Place): Scope {
  const scope = readPlace(typed, here)
  if (scope.platform !== 'console') return scope
  throw new OpsError(
    'bad_input',
    tr('The console is no place to give roles in.', '主控台不能作為授權地點。'),
    {
      hint: tr(
        'Name one: place=discord:<guild> or place=telegram:<chat>.',
        '請指定：place=discord:<guild> 或 place=telegram:<chat>。',
      ),
    },
  )
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** What `readDuration` can read. */
export const DURATION = /^\s*(?=0*[1-9])\d{1,5}\s*[smhdSMHD]\s*$/
/** The same, or the word that ends what would last. */
export const DURATION_OR_OFF = new RegExp(`^off$|${DURATION.source}`)

/** Reads `90s`, `15m`, `2h`, `1d` into milliseconds. */
export function readDuration(typed: string): number {
  const [, amount, unit = ''] = /^(\d{1,5})\s*([smhd])$/i.exec(typed.trim()) ?? []
  const size = UNIT_MS[unit.toLowerCase()]
  if (amount !== undefined && size !== undefined && Number(amount) > 0) return Number(amount) * size
  throw new OpsError(
    'bad_input',
    tr(`“${typed}” is no length of time.`, `「${typed}」不是時間長度。`),
    {
      hint: tr('Write 90s, 15m, 2h or 1d.', '請寫 90s、15m、2h 或 1d。'),
    },
  )
}
