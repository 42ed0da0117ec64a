import type { Action } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import type { Finding } from './finding.ts'

/** Beside the other buttons there is little room. */
const MOST = 2

const LABELS: Readonly<Record<string, Text>> = {
  'openclaw memory': tr('Memory as set', '還原記憶體設定'),
  'openclaw machine command': tr('Command as set', '還原指令'),
  'openclaw network private': tr('Private as set', '還原私有'),
}

/** Buttons that set again what somebody else has reset, their arguments filled in; each still asks before it does. */
export const againActions = (app: string, findings: readonly Finding[]): readonly Action[] =>
  findings
    .filter(({ id }) => id === 'drift')
    .flatMap(({ run }) => run ?? [])
    .slice(0, MOST)
    .map(({ command, input }) => ({
      label: LABELS[command] ?? tr('Set it again', '重新套用'),
      style: 'primary',
      intent: { do: 'run', command, input: { app, ...input } },
    }))
