import { lastExit } from '../checks/machine.ts'
import type { Finding } from '../checks/finding.ts'
import { endOf } from '../doctor/machine-checks.ts'
import type { Seen } from '../doctor/seen.ts'
import type { Machine } from '../fly.ts'
import { join, tr } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { changedSince, MINUTE } from './moments.ts'
import { newestStart } from './remember.ts'
import { gatewaysSeen } from './seen-of.ts'
import { evidence, findings, runOf, troubleOf } from './trouble.ts'

/** The checks that know a reason for it, the surest first (OPENCLAW.md §3). */
const CAUSES = [
  'token.missing',
  'config.missing',
  'config.unreadable',
  'config.invalid',
  'lock',
  'start.migration',
  'start.failed',
]
const QUIET_MS = 10 * MINUTE

/** OpenClaw's own word for "I can't start with this": trying again does not help. */
export const EXIT_78: Detector = {
  id: 'exit.78',
  doc: tr(
    'The gateway ended with code 78: its config, its token or its state must be mended first. Over when it is ready, or was changed.',
    '閘道以代碼 78 結束：須先修正設定、權杖或狀態。就緒或經變更後即結束。',
  ),
  severity: 'critical',
  threshold: null,
  down: true,
  needs: ['machines'],
  cures: [
    'token rotate',
    'secrets apply',
    'config history',
    'config validate',
    'machine unlock',
    'deploy rollback',
  ],
  detect: (moment) => gatewaysSeen(moment.after, moment.now).flatMap((one) => found(one, moment)),
}

interface One {
  readonly machine: Machine
  readonly seen: Seen
}

function found({ machine, seen }: One, moment: Moment): readonly Trouble[] {
  const exit = lastExit(machine)
  if (exit?.code !== 78 || exit.requested || changedSince(machine, exit.at)) return []
  if (isOver(machine, exit.at, moment)) return []
  const { id } = machine
  const said = tr(
    `${id} ended with code 78: the gateway can’t start with what it has.`,
    `${id} 以代碼 78 結束：閘道無法以目前的內容啟動。`,
  )
  const rest = {
    ...runOf(id),
    title: tr('The gateway refuses to start', '閘道拒絕啟動'),
    since: exit.at,
  }
  const end = evidence(tr('Last end', '上次結束'), endOf(machine))
  const cause = causeOf(seen)
  if (cause === undefined) {
    const text = join(' ', said, tr('Its log says why.', '原因見紀錄。'))
    return [{ ...rest, text, evidence: [end], fix: null, from: 'look' }]
  }
  // The end is Fly's word; what is to be done about it rests on words of a log.
  const trouble = troubleOf(cause, { ...rest, from: 'line' })
  return [{ ...trouble, text: join(' ', said, trouble.text), evidence: [end, ...trouble.evidence] }]
}

const causeOf = (seen: Seen): Finding | undefined =>
  CAUSES.map((id) => findings(id, seen)[0]).find((one) => one !== undefined)

/** One that is in a loop of tries is started, too: only a gateway that is ready, or has stayed up, got past it. */
function isOver(machine: Machine, at: number, { after: { gateway }, now }: Moment): boolean {
  if (machine.state !== 'started' || newestStart(machine) < at) return false
  const report =
    gateway.known && gateway.value?.machine === machine.id ? gateway.value.report : null
  const isReady = report?.ready === true && gateway.at > newestStart(machine)
  return isReady || now - at >= QUIET_MS
}
