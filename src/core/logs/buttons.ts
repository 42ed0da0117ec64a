import type { Action } from '../reply.ts'
import { tr } from '../text.ts'
import { cureOf, type Mark } from './cures.ts'
import type { LogOptions } from './history.ts'

const MARKS = 3

/** Under lines: following them, and what helps against what they mean. */
export function logButtons(
  app: string,
  options: LogOptions,
  marks: readonly Mark[],
): readonly Action[] {
  const cures = marks.slice(0, MARKS).flatMap(({ signature }) => cureOf(signature.id) ?? [])
  const unique = [...new Map(cures.map((cure) => [cure.command, cure])).values()]
  return [
    followButton(app, options),
    ...unique.map(({ command, input }): Action => ({
      label: labelOf(command),
      style: 'neutral',
      intent: { do: 'run', command: `openclaw ${command}`, input: { ...input, app } },
    })),
  ]
}

/** The same lines as they come, without what only a search has. */
export function followButton(app: string, { machine, grep, level }: LogOptions): Action {
  const input = {
    app,
    ...(machine !== undefined && { machine }),
    ...(grep !== undefined && { grep }),
    ...(level !== undefined && { level }),
    follow: true,
  }
  return {
    label: tr('Follow', '持續顯示'),
    style: 'primary',
    intent: { do: 'run', command: 'openclaw logs', input },
  }
}

export const stopButton = (job: string | null): readonly Action[] =>
  job === null
    ? []
    : [{ label: tr('Stop', '停止'), style: 'danger', intent: { do: 'cancel', job } }]

/** Buttons are labelled by the verb they run. */
const labelOf = (command: string): string => `${command.charAt(0).toUpperCase()}${command.slice(1)}`
