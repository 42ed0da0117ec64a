import { z } from 'zod'
import { option } from './options.ts'
import { LOCALES, tr } from './text.ts'
import { readDuration } from './who.ts'

/** Not too short to be read, and not longer than usual. */
const STANDS = /^(?:(?:[3-9]\d|[1-8]\d\d|900)s|(?:[1-9]|1[0-5])m|usual)$/

/** What may be settled; `of` names an app, without it they are those of a place. */
export const settingsOptions = {
  locale: z
    .enum([...LOCALES, 'auto'])
    .optional()
    .meta({
      about: tr(
        'Language here for those whose own is not known; auto: as everywhere',
        '此處的語言（用於不知其語言的人）；auto：與其他地方相同',
      ),
    }),
  app: option
    .app()
    .optional()
    .meta({
      about: tr(
        'App that is meant here when none is named; * for the first managed one',
        '此處未指名時所指的應用程式；* 表示第一個管理的應用程式',
      ),
      complete: 'app',
      form: tr('the name of a managed app, or *', '管理中的應用程式名稱，或 *'),
    }),
  quiet: z
    .boolean()
    .optional()
    .meta({ about: tr('No sound unless something is wrong', '除非有問題，否則不發出通知聲') }),
  of: z
    .string()
    .max(63)
    .optional()
    .meta({
      about: tr(
        'App whose settings are meant, wherever it is asked about; this place’s if left out',
        '要設定的應用程式（不論在何處）；省略時為此處的設定',
      ),
      complete: 'app',
    }),
  second: z
    .enum(['usual', 'dangerous', 'changes'])
    .optional()
    .meta({
      about: tr(
        'What takes a second person: as usual, all that is dangerous, every change',
        '何者須第二人核准：依平常、所有危險操作、所有變更',
      ),
    }),
  stands: z
    .string()
    .regex(STANDS)
    .optional()
    .meta({
      about: tr(
        'How long a question stands at most: 30s to 15m, or usual',
        '問題最多等候多久：30s 至 15m，或 usual',
      ),
      form: tr(
        'a time from 30s to 15m like 90s or 5m, or usual',
        '30s 至 15m 的時間，如 90s 或 5m，或 usual',
      ),
    }),
  lines: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .meta({
      about: tr(
        'How many lines of logs where no number is named; 0 as usual',
        '未指定時顯示幾行日誌；0 表示依平常',
      ),
    }),
}
const shape = z.object(settingsOptions)
export type SettingsWish = z.output<typeof shape>

/** How long a question is to stand at most, in ms; null as usual. */
export const standsOf = (typed: string): number | null =>
  typed === 'usual' ? null : readDuration(typed)
