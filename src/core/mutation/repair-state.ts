import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { commandOf } from '../machine-config.ts'
import { repaired, volumeDir } from '../repairs.ts'
import { type Block, code, text } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { configFileOf, marked } from './command-plan.ts'

interface Moving {
  readonly release: string | null
  /** The directory that is left. */
  readonly lost: string
}

/**
 * What becomes of the state that lies on the machine's own disk: an update empties that disk, and nothing is carried over, for a copy of
 * databases that are being written is none. Rejects where the gateway would find nothing to start with.
 */
export async function stateWarnings(
  context: WorkContext,
  machine: Machine & { readonly config: MachineConfig },
  { lost, release }: Moving,
): Promise<readonly Block[]> {
  const { app } = context
  const to = volumeDir(machine.config) ?? ''
  const config = repaired(machine.config, { parts: ['state'], version: release })
  const there = await configFileOf(context, { ...machine, config })
  const copy = `fly ssh console -a ${app} --machine ${machine.id} -C "cp -a ${lost}/. ${to}/"`
  if (there === false && !commandOf(config).includes('--allow-unconfigured'))
    throw nothingThere(to, copy)
  return [
    text(marked(emptied(lost))),
    text(onVolume(to, there)),
    text(
      there === true
        ? tr(
            `To keep what is in ${lost}, look at both directories and copy what is missing before you confirm; this writes over what has the same name:`,
            `若要保留 ${lost} 的內容，請在確認前比較兩個目錄並複製缺少的部分；以下指令會覆寫同名檔案：`,
          )
        : tr(
            `To keep what is in ${lost}, copy it before you confirm:`,
            `若要保留 ${lost} 的內容，請在確認前先複製：`,
          ),
    ),
    code(copy),
  ]
}

const emptied = (lost: string): Text =>
  tr(
    `What the gateway has written to ${lost} (config, sessions, paired devices) is on the machine’s own disk. This does not move it, and the update empties that disk, as every start does. That can’t be taken back.`,
    `閘道寫入 ${lost} 的內容（設定、工作階段、已配對的裝置）在機器自己的磁碟上。這不會搬移它，而更新會清空該磁碟（每次啟動都會如此），無法復原。`,
  )

function onVolume(to: string, there: boolean | null): Text {
  if (there === null)
    return tr(
      `What ${to} holds could not be looked at; the gateway takes what is there.`,
      `無法查看 ${to} 的內容；閘道會使用其中現有的內容。`,
    )
  return there
    ? tr(
        `${to} has a config file already: the gateway takes that one, and whatever else is there.`,
        `${to} 已有設定檔：閘道會使用它，以及其中的其他內容。`,
      )
    : tr(
        `${to} has no config file: the gateway starts without one.`,
        `${to} 沒有設定檔：閘道會在沒有設定的情況下啟動。`,
      )
}

const nothingThere = (to: string, copy: string): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `There is no config file in ${to}, and without --allow-unconfigured the gateway would not start with it.`,
      `${to} 沒有設定檔，而沒有 --allow-unconfigured 閘道將無法啟動。`,
    ),
    {
      hint: tr(`Copy the present state there first: ${copy}`, `請先將目前的狀態複製過去：${copy}`),
    },
  )
