import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { LEVELS } from '#core/logs/entry.ts'
import { beginHistory, type History, readOn } from '#core/logs/history.ts'
import { beginLive, type Live, look, pauseOf } from '#core/logs/live.ts'
import { renderLive } from '#core/logs/show-live.ts'
import { renderHistory } from '#core/logs/show.ts'
import { sinceOption } from '#core/logs/since.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

const options = z.object({
  app: option.app().optional(),
  machine: z
    .string()
    .regex(/^[0-9a-z]{1,32}$/)
    .optional()
    .transform((id) => (id === 'all' ? undefined : id))
    .meta({
      about: tr('Machine id, or all; all if left out', '機器 id 或 all；省略時為全部'),
      form: tr('a machine id, or all', '機器 id 或 all'),
      complete: 'machine',
    }),
  lines: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({
      about: tr('How many lines, newest last; 50 if left out', '幾行（最新的在最後）；省略時為 50'),
    }),
  since: sinceOption().optional(),
  grep: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ about: tr('Only lines with this (RE2 pattern)', '只要含有此內容的行（RE2 樣式）') }),
  level: z
    .enum(LEVELS)
    .optional()
    .meta({ about: tr('Only lines at least this bad', '只要至少此等級的行') }),
  follow: z
    .boolean()
    .optional()
    .meta({ about: tr('Keep showing the newest lines', '持續顯示最新的行') }),
  file: z
    .boolean()
    .optional()
    .meta({ about: tr('Attach all lines as a file', '將所有行附加為檔案') }),
})

/**
 * Done when: the log API gave every page up to the moment of asking; a search that takes long says how far it is and goes on in
 * the same message.
 */
export default defineCommand({
  name: 'logs',
  description: tr('Read, search or follow the logs', '讀取、搜尋或持續顯示日誌'),
  examples: ['logs', 'logs since=2h grep=error', 'logs level=warn lines=200 file=true'],
  options,
  role: 'responder',
  where: 'worker',
  kind: 'read',

  run: (context, asked): Promise<Logs> =>
    asked.follow === true ? beginLive(context, asked) : beginHistory(context, asked),

  render: (logs: Logs, asked, { job }) =>
    isLive(logs) ? renderLive(logs, asked, job) : renderHistory(logs, asked, job),

  follow: {
    after: (logs: Logs) => (isLive(logs) ? pauseOf(logs) : logs.done ? null : 0),
    look: (context, asked, logs: Logs) =>
      isLive(logs) ? look(context, asked, logs) : readOn(context, asked, logs),
    tries: 1000,
    stops: true,
  },
})

type Logs = History | Live
const isLive = (logs: Logs): logs is Live => 'kind' in logs
