import type { ReadyCommand } from '../drift.ts'
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

const KEEP: Readonly<Record<string, Text>> = {
  'openclaw memory': tr('Memory as it is', '保留目前記憶體'),
  'openclaw machine command': tr('Command as it is', '保留目前指令'),
  'openclaw network public': tr('Public as it is', '維持公開'),
}

/**
 * Buttons that set again what somebody else has reset, and beside each the one that takes the new state for what is meant; their
 * arguments are filled in, and what they change they ask about.
 */
export const againActions = (app: string, findings: readonly Finding[]): readonly Action[] =>
  findings
    .filter(({ id }) => id === 'drift')
    .slice(0, MOST)
    .flatMap(({ run, accept }) => [
      ...(run ? [button(app, run, LABELS[run.command] ?? tr('Set it again', '重新套用'))] : []),
      ...(accept ? [keepAction(app, accept)] : []),
    ])

/** The button for the other way: what is there now is meant. */
export const keepAction = (app: string, accept: ReadyCommand): Action => ({
  ...button(app, accept, KEEP[accept.command] ?? tr('As it is', '維持現況')),
  style: 'neutral',
})

const button = (app: string, { command, input }: ReadyCommand, label: Text): Action => ({
  label,
  style: 'primary',
  intent: { do: 'run', command, input: { app, ...input } },
})
