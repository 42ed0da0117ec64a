import { lastExit, uncleanEnds } from '../checks/machine.ts'
import { endOf } from '../doctor/machine-checks.ts'
import { ready } from '../doctor/check.ts'
import type { Machine, MachineExit } from '../fly.ts'
import { join, tr, utc } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { DAY, deedAt, doneSince, MINUTE, stopsItself } from './moments.ts'
import { newestStart } from './remember.ts'
import { gateways } from './seen-of.ts'
import { evidence, runOf } from './trouble.ts'

/** Runs that ended though nobody asked for it. An exit that belongs to an update is none of them. */
export const END_DETECTORS: readonly Detector[] = [
  {
    id: 'crashloop',
    doc: tr(
      'So many hard ends within five minutes; the gateway then keeps its channels off. Over after five minutes with fewer.',
      '五分鐘內異常結束達此次數；閘道會因此暫停頻道。五分鐘內低於此數即結束。',
    ),
    severity: 'critical',
    threshold: { default: 3, unit: 'x', min: 2, max: 10 },
    down: true,
    needs: ['machines'],
    cures: [],
    detect: (moment) => gateways(moment.after).flatMap((machine) => loop(machine, moment) ?? []),
  },
  {
    id: 'exit.gave_up',
    doc: tr(
      'It failed until Fly stopped restarting it. Over when it runs again, or somebody changed or stopped it.',
      '持續失敗直到 Fly 不再重新啟動。再次運行，或有人變更或停止它即結束。',
    ),
    severity: 'critical',
    threshold: null,
    down: true,
    needs: ['machines'],
    cures: ['machine start', 'memory'],
    detect: (moment) => gateways(moment.after).flatMap((machine) => gaveUp(machine, moment) ?? []),
  },
  {
    id: 'stopped',
    doc: tr(
      'It stands still though nobody stopped, suspended or changed it and autostop is off. Over when it runs again, or somebody did.',
      '沒有人停止、暫停或變更它，自動停止也關閉，但它已停止。再次運行，或有人處理即結束。',
    ),
    severity: 'critical',
    threshold: null,
    down: true,
    needs: ['machines'],
    cures: ['machine start'],
    detect: (moment) => gateways(moment.after).flatMap((machine) => stopped(machine, moment) ?? []),
  },
]

const LOOP_MS = 5 * MINUTE
const LOOPING = tr(
  'The gateway may keep its channels off until five minutes have passed quietly: do not restart it now, look for the cause.',
  '閘道可能會暫停頻道，直到平穩運行五分鐘：現在請勿重新啟動，先找出原因。',
)

function loop(machine: Machine, { now, threshold }: Moment): Trouble | undefined {
  const ends = uncleanEnds(machine, now - LOOP_MS)
  const [newest] = ends
  if (newest === undefined || ends.length < threshold) return undefined
  const { id } = machine
  return {
    ...runOf(id),
    title: tr('Crash loop', '反覆異常結束'),
    text: join(
      ' ',
      tr(
        `${id} ended uncleanly ${threshold} times or more within five minutes.`,
        `${id} 在五分鐘內異常結束 ${threshold} 次以上。`,
      ),
      LOOPING,
    ),
    evidence: [
      evidence(tr('Ends', '結束次數'), String(ends.length)),
      evidence(tr('Last end', '上次結束'), endOf(machine)),
    ],
    fix: null,
    since: Math.min(...ends.map(({ at }) => at)),
    from: 'look',
  }
}

const isDown = ({ state, hostStatus }: Machine): boolean =>
  hostStatus === 'ok' && (state === 'stopped' || state === 'failed')
const isClean = ({ code, signal, oom }: MachineExit): boolean => code === 0 && signal <= 0 && !oom

/** Between two tries a machine is down for a moment. What ended long before it was looked at is somebody's old machine. */
function isFinal({ id }: Machine, exit: MachineExit, { after, now }: Moment): boolean {
  if (exit.restarting && now - exit.at < MINUTE) return false
  return now - exit.at < DAY || after.memory.since[`down ${id}`] !== undefined
}

function gaveUp(machine: Machine, moment: Moment): Trouble | undefined {
  const exit = lastExit(machine)
  if (!isDown(machine) || exit === null || exit.requested || isClean(exit)) return undefined
  if (!isFinal(machine, exit, moment) || doneSince(machine, exit.at)) return undefined
  const { id } = machine
  const { code, signal, oom, at } = exit
  const how = signal > 0 ? `signal ${signal}` : `code ${code}`
  return {
    ...runOf(id),
    title: tr('Retries used up', '重試次數用盡'),
    text: tr(
      `${id} ended with ${how} at ${utc(at)} and stays stopped: Fly does not start it again by itself.`,
      `${id} 於 ${utc(at)} 以 ${how} 結束並保持停止：Fly 不會再自行啟動它。`,
    ),
    evidence: [evidence(tr('Last end', '上次結束'), endOf(machine))],
    fix: oom ? ready('memory', { size: 'next', machine: id }) : startOf(id, code),
    since: at,
    from: 'look',
  }
}

/** What it refuses to start with has to be mended first; exit 78 says that, and what. */
const startOf = (id: string, code: number) =>
  code === 78 ? null : ready('machine start', { machine: id })

function stopped(machine: Machine, moment: Moment): Trouble | undefined {
  const { after } = moment
  const { id, state } = machine
  if (!isDown(machine) || stopsItself(machine)) return undefined
  const start = newestStart(machine)
  const exit = lastExit(machine)
  const own = exit !== null && exit.at >= start ? exit : null
  const since = own?.at ?? after.memory.since[`down ${id}`]
  if (since === undefined || deedAt(after, since) !== undefined) return undefined
  if (doneSince(machine, own?.at ?? start)) return undefined
  // Its word may come a moment after it stands still.
  if (own === null && moment.now - since < MINUTE) return undefined
  if (own !== null && (own.requested || !isClean(own) || !isFinal(machine, own, moment)))
    return undefined
  return {
    ...runOf(id),
    title: tr('Stopped unexpectedly', '非預期停止'),
    text: tr(
      `${id} is ${state} since ${utc(since)}, and nobody asked for it: no stop, no update, no autostop.`,
      `${id} 自 ${utc(since)} 起為 ${state}，並非有人要求：沒有停止、更新或自動停止。`,
    ),
    evidence: own === null ? [] : [evidence(tr('Last end', '上次結束'), endOf(machine))],
    fix: ready('machine start', { machine: id }),
    since,
    from: 'look',
  }
}
