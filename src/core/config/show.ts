import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { type Block, code, fields, type Reply, reply, text } from '../reply.ts'
import { tr, utc } from '../text.ts'
import { unread } from './change-errors.ts'
import { type ConfigRead, readConfig } from './read.ts'
import type { Problem } from './rules.ts'
import { problemBlocks } from './problem-words.ts'
import { shownText } from './shown.ts'
import { configMachine } from './target.ts'

/** The file as it may be shown. */
export interface ConfigShown {
  readonly machine: string
  readonly path: string
  readonly text: string
  readonly size: number
  readonly owner: string
  readonly mode: string
  readonly changedAt: number
  readonly problems: readonly Problem[]
  readonly masked: number
}

/** Longer ones come as a file. */
export const MOST_SHOWN = 2600

/** Reads the file of the machine that runs. Rejects where there is none or it can't be read, with what to do. */
export async function readOrReject(
  context: WorkContext,
): Promise<{ read: ConfigRead; machine: string }> {
  const machine = await configMachine(context)
  const read = await readConfig(context, machine)
  if (read.ok) return { read, machine: machine.id }
  if (read.trouble === 'missing') throw missing()
  throw unread(read)
}

export async function showConfig(context: WorkContext): Promise<ConfigShown> {
  const { read, machine } = await readOrReject(context)
  const { facts } = read.seen
  return {
    machine,
    path: read.path,
    text: shownText(read),
    size: facts?.size ?? 0,
    owner: `${facts?.uid ?? '?'}:${facts?.gid ?? '?'}`,
    mode: facts?.mode ?? '?',
    changedAt: facts?.changedMs ?? 0,
    problems: read.problems,
    masked: read.regions.length,
  }
}

export function showReply(
  shown: ConfigShown,
  _options: unknown,
  { app }: { readonly app: string },
): Reply {
  const bad = shown.problems.some(({ severity }) => severity === 'error')
  const body: Block =
    shown.text.length <= MOST_SHOWN
      ? code(shown.text.trimEnd(), 'json5')
      : {
          type: 'file',
          name: 'openclaw.json5',
          content: shown.text,
          about: tr('The file, masked', '檔案（已遮蔽）'),
        }
  return reply[bad ? 'warn' : 'info'](tr(`Config of ${app}`, `${app} 的設定`), [
    fields(
      [tr('File', '檔案'), `${shown.machine}:${shown.path}`],
      [tr('Size', '大小'), tr(`${shown.size} bytes`, `${shown.size} 位元組`)],
      [tr('Owner, mode', '擁有者、權限'), `${shown.owner} ${shown.mode}`],
      [tr('Changed', '變更時間'), utc(shown.changedAt)],
    ),
    ...problemBlocks(shown.problems),
    body,
    ...(shown.masked === 0 ? [] : [text(MASKED)]),
  ])
}

const missing = (): OpsError =>
  new OpsError(
    'not_found',
    tr(
      'There is no config file; the gateway runs by its defaults.',
      '沒有設定檔；閘道以預設值執行。',
    ),
    {
      hint: tr(
        '/openclaw config set makes one, for example: config set path=gateway.mode value=local',
        '/openclaw config set 會建立一份，例如：config set path=gateway.mode value=local',
      ),
    },
  )

const MASKED = tr(
  'Secrets were masked inside the machine; nobody sees them here.',
  '密鑰已在機器內遮蔽；此處任何人都看不到。',
)
