import type { SplitLine } from './command-line.ts'
import { OpsError } from './errors.ts'
import type { MachineConfig } from './fly.ts'
import { BINDS, flagOf, runsGateway, secretFlags } from './gateway-command.ts'
import { type Text, tr } from './text.ts'

/** Rejects a command that can't work, or that would show a secret: nothing is touched for it. */
export function refuseCommand({ words }: SplitLine, config: MachineConfig): void {
  const error =
    noWords(words) ?? overruled(config) ?? secret(words) ?? misread(words) ?? flag(words)
  if (error !== undefined) throw error
}

const refused = (problem: Text, hint: Text): OpsError =>
  new OpsError('bad_input', problem, { hint })

function noWords(words: readonly string[]): OpsError | undefined {
  if (words.length > 0) return undefined
  return refused(
    tr('The command has no words.', '指令沒有內容。'),
    tr(
      'For example: node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan',
      '例如：node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan',
    ),
  )
}

/** `init.exec` runs in place of entrypoint and command alike. */
function overruled({ init }: MachineConfig): OpsError | undefined {
  const exec = typeof init === 'object' && init !== null && 'exec' in init ? init.exec : undefined
  if (!Array.isArray(exec) || exec.length === 0) return undefined
  return refused(
    tr(
      'The config of this machine has init.exec, which runs in place of any command.',
      '這部機器的設定有 init.exec，會取代任何指令。',
    ),
    tr('Take it out with fly machine update first.', '請先以 fly machine update 移除。'),
  )
}

function secret(words: readonly string[]): OpsError | undefined {
  const flags = secretFlags(words)
  if (flags.length === 0) return undefined
  return refused(
    tr(
      `${flags.join(', ')} would put a secret where everybody sees it, and it would go before the app’s own secret.`,
      `${flags.join('、')} 會把密鑰放在人人可見之處，且優先於應用程式的密鑰。`,
    ),
    tr(
      'Leave it out: /openclaw token rotate and /openclaw secrets set keep secrets out of sight.',
      '請移除它：/openclaw token rotate 與 /openclaw secrets set 不會顯示密鑰。',
    ),
  )
}

function misread(words: readonly string[]): OpsError | undefined {
  if (words.length === 1 && /\s/.test(words[0] ?? ''))
    return refused(
      tr(
        'The quotes around it make all of this one word, the name of one program.',
        '外層引號使整行成為一個詞，也就是一個程式名稱。',
      ),
      tr('Send it without the outer quotes.', '請移除最外層的引號再送出。'),
    )
  const dashed = words.find((word) => /^[\u2010-\u2015\u2212]/.test(word))
  if (dashed === undefined) return undefined
  return refused(
    tr(`“${dashed}” begins with a long dash.`, `「${dashed}」以長破折號開頭。`),
    tr('Type two short ones: --.', '請輸入兩個短橫線：--。'),
  )
}

function flag(words: readonly string[]): OpsError | undefined {
  if (!runsGateway(words)) return undefined
  const bind = flagOf(words, '--bind')
  if (bind !== null && !BINDS.has(bind))
    return refused(
      tr(
        `--bind ${bind} is no bind mode: the gateway would end at once.`,
        `--bind ${bind} 不是有效的模式：閘道會立即結束。`,
      ),
      tr('For Fly it is --bind lan.', '在 Fly 上請用 --bind lan。'),
    )
  const port = flagOf(words, '--port')
  if (port === null || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    return undefined
  return refused(
    tr(`--port ${port} is no port.`, `--port ${port} 不是有效的連接埠。`),
    tr('Type a number such as 3000.', '請輸入數字，例如 3000。'),
  )
}
