import { joinLine } from '../command-line.ts'
import { commandWarnings } from '../command-warnings.ts'
import type { WorkContext } from '../context.ts'
import { keptCommand, sameWords } from '../drift.ts'
import { keepAction } from '../checks/again.ts'
import { masked, recommended } from '../gateway-command.ts'
import { commandOf } from '../machine-config.ts'
import { overrideOf } from '../overrides.ts'
import { type Action, type Block, code, fields, type Reply, reply, text } from '../reply.ts'
import { type Text, tr, utc } from '../text.ts'
import { commandTarget, configFileOf, lineOf, marked } from './command-plan.ts'

/** What a machine runs now, what the guide would have it run, and what was set here; field names are public. */
export interface CommandNow {
  readonly kind: 'shown'
  readonly app: string
  readonly machine: string
  readonly command: readonly string[]
  /** Null for a layout that is better left alone. */
  readonly recommended: readonly string[] | null
  readonly set: {
    readonly command: readonly string[]
    readonly by: string
    readonly at: number
  } | null
  readonly drifted: boolean
  readonly warnings: readonly Text[]
}

export async function commandNow(
  context: WorkContext,
  word: string | undefined,
): Promise<CommandNow> {
  const { app, fly, store } = context
  const machine = commandTarget(await fly.machines(app), word)
  const { id, config } = machine
  const words = commandOf(config)
  const override = await overrideOf(store, { app, machine: id })
  const configFile = await configFileOf(context, machine)
  const better = recommended(config)
  const line = { words, comment: null }
  return {
    kind: 'shown',
    app,
    machine: id,
    command: masked(words),
    recommended: better && masked(better),
    set:
      override?.command === undefined
        ? null
        : { command: override.command, by: override.by, at: override.at },
    drifted: override?.command !== undefined && !sameWords(override.command, words),
    warnings: words.length === 0 ? [] : commandWarnings({ config, line, configFile }),
  }
}

/** Says it, with a button for what is recommended and one for what was set here. */
export function shownCommand(now: CommandNow): Reply {
  const { app, machine, command, recommended: better, set, drifted, warnings } = now
  const fine = better === null || sameWords(better, command)
  const kept = keptCommand(machine, command)
  return reply[drifted || warnings.length > 0 ? 'warn' : 'info'](
    tr(`${app}: the start command of ${machine}`, `${app}：${machine} 的啟動指令`),
    [
      code(lineOf(command)),
      ...(command.length === 0
        ? [text(tr('None is set: the image’s own runs.', '沒有設定：執行映像檔本身的指令。'))]
        : []),
      ...warnings.map((warning) => text(marked(warning))),
      ...setBlocks(now),
      ...(fine
        ? []
        : [text(tr('Recommended for this machine:', '建議這部機器使用：')), code(lineOf(better))]),
      text(HOW),
    ],
    {
      actions: [
        ...(drifted && set !== null
          ? [button(tr('Command as set', '還原指令'), now, set.command)]
          : []),
        ...(drifted && kept !== null ? [keepAction(app, kept)] : []),
        ...(fine || better.includes('***')
          ? []
          : [button(tr('Recommended', '使用建議'), now, better)]),
      ],
    },
  )
}

const HOW = tr(
  'To change it: machine command set="…". Without a shell: no variables, no pipes; quotes keep words together.',
  '要變更：machine command set="…"。不經過 shell：沒有變數與管線；引號可把詞連在一起。',
)

function setBlocks({ set, drifted }: CommandNow): readonly Block[] {
  if (set === null) return []
  const who = fields([tr('Set by', '設定者'), `${set.by}, ${utc(set.at)}`])
  if (!drifted) return [who]
  return [
    who,
    text(
      tr(
        '🟡 It was set to this here and is something else now: a deploy has probably put it back.',
        '🟡 先前在此設為以下指令，現在已不同：可能被部署改回。',
      ),
    ),
    code(joinLine(set.command)),
  ]
}

const button = (label: Text, { app, machine }: CommandNow, words: readonly string[]): Action => ({
  label,
  style: 'primary',
  intent: {
    do: 'run',
    command: 'openclaw machine command',
    input: { app, machine, set: joinLine(words) },
  },
})
