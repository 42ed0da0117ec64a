import type { Guard } from './access.ts'
import { type Block, fields, type Reply, reply, table, text } from './reply.ts'
import { duration, say, type Text, tr } from './text.ts'

/** What is settled for an app (`of`) or a place, and what bears on it. */
export interface Settled {
  readonly of: string | null
  readonly place: string | null
  readonly app: string | null
  /** The app that is meant where nothing is bound. */
  readonly usual: string | null
  readonly locale: string | null
  readonly quiet: boolean | null
  readonly lines: number | null
  readonly guards: readonly Guard[]
}

const USUAL = tr('as usual', '依平常')

/** What takes a second person. */
export const secondWords = (second: Guard['second']): Text =>
  second === null
    ? USUAL
    : second === 'changes'
      ? tr('every change', '所有變更')
      : tr('all that is dangerous', '所有危險操作')

const standsWords = (ms: number | null): Text => (ms === null ? USUAL : duration(ms))

const quietWords = ({ quiet, of }: Settled): Text => {
  if (quiet === null) return of === null ? tr('as its app has it', '依應用程式') : ALWAYS
  return quiet ? tr('only when something is wrong', '只在有問題時') : ALWAYS
}
const ALWAYS = tr('always', '一律')

/** The settings as people read them. */
export function settingsReply(settled: Settled & { readonly changed: boolean }): Reply {
  const { changed } = settled
  return reply[changed ? 'ok' : 'info'](titleOf(settled), [
    fieldsOf(settled),
    ...(settled.guards.length === 0 ? [] : [guardTable(settled.guards)]),
    text(
      tr(
        'For confirming, the strictest setting counts: the app’s, the room’s, or the whole guild’s or chat’s. For the rest, the place’s counts before its app’s.',
        '確認方式取應用程式、頻道、整個伺服器或聊天中最嚴格者；其餘設定以地點優先於應用程式。',
      ),
    ),
    ...(settled.of === null
      ? [
          text(
            tr(
              'A person’s own language wins. A named app always counts.',
              '個人語言優先；指名的應用程式一律有效。',
            ),
          ),
        ]
      : []),
  ])
}

function titleOf({ of, changed }: Settled & { readonly changed: boolean }): Text {
  if (of !== null)
    return changed
      ? tr(`Settled for ${of}`, `已設定 ${of}`)
      : tr(`Settings of ${of}`, `${of} 的設定`)
  return changed
    ? tr('Settled for this place', '已設定此處')
    : tr('Settings of this place', '此處的設定')
}

function fieldsOf(settled: Settled): Block {
  const { of, place, app, usual, locale, lines } = settled
  const first = tr(
    `${usual ?? '–'} (the first of OPS_APPS)`,
    `${usual ?? '–'}（OPS_APPS 的第一個）`,
  )
  const common = [
    [tr('Notifications', '通知'), quietWords(settled)],
    [tr('Lines of logs', '日誌行數'), lines === null ? USUAL : String(lines)],
  ] as const
  if (of !== null) return fields([tr('App', '應用程式'), of], ...common)
  return fields(
    [tr('Place', '地點'), place ?? undefined],
    [tr('App', '應用程式'), app ?? first],
    [tr('Language', '語言'), locale ?? tr('as set by OPS_LOCALE', '依 OPS_LOCALE')],
    ...common,
  )
}

/** What is asked for beyond the usual, a row an app or place. */
const guardTable = (guards: readonly Guard[]): Block =>
  table(
    [
      tr('Of', '對象'),
      tr('A second person for', '須第二人核准'),
      tr('Questions stand', '問題等候'),
      tr('By', '設定者'),
    ],
    guards.map(({ on, second, standsMs, by }) => [
      on,
      secondWords(second),
      standsWords(standsMs),
      by,
    ]),
  )

/** What is different now, a line each, for the record. */
export function settingsLines(before: Settled, after: Settled): readonly string[] {
  const [old, now] = [flat(before), flat(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name) ?? 'as usual', now.get(name) ?? 'as usual']
    return was === is ? [] : [`${after.of ?? after.place ?? ''} ${name}: ${was} → ${is}`.trim()]
  })
}

function flat({ app, locale, quiet, lines, guards }: Settled): ReadonlyMap<string, string> {
  const set = Object.entries({ app, locale, quiet, lines }).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)] as const],
  )
  return new Map([...set, ...guards.map((guard) => [guard.on, guardLine(guard)] as const)])
}

const guardLine = ({ second, standsMs }: Guard): string => {
  const [who, stands] = [secondWords(second), standsWords(standsMs)].map((one) => say(one, 'en'))
  return `second person: ${who}, questions stand ${stands}`
}
