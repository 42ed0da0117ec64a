import { lastExit } from '../checks/machine.ts'
import { newestLine } from '../doctor/check.ts'
import type { Seen } from '../doctor/seen.ts'
import type { Machine, MachineExit } from '../fly.ts'
import { tr } from '../text.ts'
import type { Detector, Moment, Threshold, Trouble } from './detector.ts'
import { MINUTE } from './moments.ts'
import { gatewaysSeen } from './seen-of.ts'
import { findings, runOf, troubleOf } from './trouble.ts'

const QUIET: Threshold = { default: 30, unit: 'min', min: 5, max: 1440 }

/** Memory that ran out, by Fly's own word for how a run ended, and else by the log. */
export const OOM_DETECTORS: readonly Detector[] = [
  {
    id: 'oom.kernel',
    doc: tr(
      'The kernel killed a process because the memory was used up. Over when the machine was changed, or has gone on quietly for so long.',
      '記憶體耗盡，核心終止了程序。機器經變更，或平穩運行達此時間後即結束。',
    ),
    severity: 'critical',
    threshold: QUIET,
    needs: ['machines'],
    cures: ['memory'],
    detect: (moment) => each(moment, kernel),
  },
  {
    id: 'oom.heap',
    doc: tr(
      'Node ran out of its own heap, whatever memory is left beside it. Over when the machine was changed, or has gone on quietly for so long.',
      'Node 用盡自身的堆積，與剩餘記憶體無關。機器經變更，或平穩運行達此時間後即結束。',
    ),
    severity: 'critical',
    threshold: QUIET,
    needs: ['machines', 'logs'],
    cures: ['memory'],
    detect: (moment) => each(moment, heap),
  },
]

interface Ran extends Moment {
  readonly machine: Machine
  readonly seen: Seen
}

const each = (moment: Moment, find: (ran: Ran) => Trouble | undefined): readonly Trouble[] =>
  gatewaysSeen(moment.after, moment.now).flatMap((one) => find({ ...moment, ...one }) ?? [])

const isRecent = ({ now, threshold }: Moment, at: number): boolean => now - at < threshold * MINUTE

function kernel(ran: Ran): Trouble | undefined {
  const { machine, seen } = ran
  const title = tr('Out of memory', '記憶體不足')
  const exit = lastExit(machine)
  if (exit?.oom === true && isRecent(ran, exit.at)) {
    const found = findings('exit.oom', seen).find(({ severity }) => severity === 'critical')
    const rest = { ...runOf(machine.id), title, since: exit.at, from: 'look', past: true } as const
    return found && withSize(machine, troubleOf(found, rest))
  }
  const line = newestLine(seen, ['oom.kernel'], { ever: true })?.line
  if (line === undefined || !isRecent(ran, line.at)) return undefined
  const found = findings('oom.kernel', seen).find(({ severity }) => severity === 'critical')
  const rest = { since: line.at, from: 'line', needs: ['machines', 'logs'] } as const
  return found && withSize(machine, troubleOf(found, { ...runOf(machine.id), title, ...rest }))
}

const withSize = ({ guest }: Machine, trouble: Trouble): Trouble =>
  guest === null
    ? trouble
    : {
        ...trouble,
        evidence: [...trouble.evidence, [tr('Memory', '記憶體'), `${guest.memoryMb} MB`]],
      }

function heap(ran: Ran): Trouble | undefined {
  const { machine, seen } = ran
  const line = newestLine(seen, ['oom.heap', 'oom.stack'], { ever: true })?.line
  if (line === undefined || !isRecent(ran, line.at)) return undefined
  const found = findings('oom.heap', seen).find(({ severity }) => severity === 'critical')
  return (
    found &&
    troubleOf(found, {
      ...runOf(machine.id),
      title: tr('JavaScript heap used up', 'JavaScript 堆積用盡'),
      since: line.at,
      past: true,
      from: aborted(lastExit(machine), line.at) ? 'look' : 'line',
    })
  )
}

const NEAR_MS = 2 * MINUTE
/** V8 ends so when it has no heap left (OPENCLAW.md §9): Fly's own word bears the line out. */
const aborted = (exit: MachineExit | null, at: number): boolean =>
  exit !== null &&
  !exit.requested &&
  (exit.code === 134 || exit.signal === 6) &&
  Math.abs(exit.at - at) < NEAR_MS
