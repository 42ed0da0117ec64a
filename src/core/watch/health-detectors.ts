import type { Finding } from '../checks/finding.ts'
import type { Seen } from '../doctor/seen.ts'
import type { GatewayReport } from '../gateway.ts'
import type { Machine } from '../fly.ts'
import { duration, join, tr } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { MINUTE, SECOND } from './moments.ts'
import { newestStart } from './remember.ts'
import { gateways, gatewaysSeen } from './seen-of.ts'
import { evidence, findings, runOf, troubleOf } from './trouble.ts'

/** A machine that runs, and yet does not do what it should. */
export const HEALTH_DETECTORS: readonly Detector[] = [
  {
    id: 'check',
    doc: tr(
      'A health check of Fly’s has been critical for so long. Over when none is.',
      'Fly 的健康檢查失敗達此時間。全部通過即結束。',
    ),
    severity: 'critical',
    threshold: { default: 60, unit: 's', min: 15, max: 3600 },
    needs: ['machines'],
    patienceMs: MINUTE,
    cures: [],
    detect: (moment) => gateways(moment.after).flatMap((one) => failing(one, moment) ?? []),
  },
  {
    id: 'gateway.ready',
    doc: tr(
      'The gateway says that it is not ready, so long after its start. Over when it is, or its machine is stopped.',
      '啟動達此時間後閘道仍回報未就緒。就緒或機器停止即結束。',
    ),
    severity: 'critical',
    threshold: { default: 5, unit: 'min', min: 1, max: 60 },
    down: true,
    needs: ['machines', 'gateway'],
    patienceMs: MINUTE,
    cures: [],
    detect: (moment) => gateways(moment.after).flatMap((one) => notReady(one, moment) ?? []),
  },
  {
    id: 'gateway.channels',
    doc: tr(
      'The gateway is ready and has been without some of its channels for so long: held back after crashes, ended, or without their connection. Over when they run.',
      '閘道已就緒，但部分頻道未運作達此時間：因異常結束而暫停、已停止或斷線。頻道恢復即結束。',
    ),
    severity: 'critical',
    threshold: { default: 2, unit: 'min', min: 1, max: 60 },
    needs: ['machines', 'gateway'],
    patienceMs: MINUTE,
    cures: ['restart'],
    detect: (moment) => gatewaysSeen(moment.after, moment.now).flatMap((one) => mute(one, moment)),
  },
]

function failing(machine: Machine, { after, now, threshold }: Moment): Trouble | undefined {
  const { id, checks, state, hostStatus } = machine
  if (state !== 'started' || hostStatus !== 'ok') return undefined
  const sinceOf = (name: string): number =>
    Math.max(after.memory.since[`check ${id} ${name}`] ?? now, newestStart(machine))
  const long = checks.filter(
    ({ name, status }) => status === 'critical' && now - sinceOf(name) >= threshold * SECOND,
  )
  if (long.length === 0) return undefined
  const names = long.map(({ name }) => name).join(', ')
  const limit = duration(threshold * SECOND)
  return {
    ...runOf(id),
    title: tr('Health check fails', '健康檢查失敗'),
    text: join(
      '',
      tr(
        `The check ${names} of ${id} has failed for more than `,
        `${id} 的檢查 ${names} 失敗已超過 `,
      ),
      limit,
      tr('.', '。'),
    ),
    evidence: long.map(({ name, output }) => evidence(name, output || 'critical')),
    fix: null,
    since: Math.min(...long.map(({ name }) => sinceOf(name))),
    from: 'look',
  }
}

/** The report of the run that goes on; one of before the newest start says nothing of it. */
function reportOf({ gateway }: Moment['after'], machine: Machine): GatewayReport | undefined {
  if (machine.state !== 'started' || machine.hostStatus !== 'ok' || !gateway.known) return undefined
  if (gateway.value?.machine !== machine.id || gateway.at < newestStart(machine)) return undefined
  return gateway.value.report
}

function notReady(machine: Machine, { after, now, threshold }: Moment): Trouble | undefined {
  const report = reportOf(after, machine)
  if (report?.ready !== false) return undefined
  const { id } = machine
  const since = Math.max(after.memory.since[`unready ${id}`] ?? now, newestStart(machine))
  if (now - since < threshold * MINUTE) return undefined
  const { reason } = report
  return {
    ...runOf(id),
    title: tr('The gateway is not ready', '閘道未就緒'),
    text: join(
      '',
      tr(`The gateway of ${id} has not been ready for more than `, `${id} 的閘道未就緒已超過 `),
      duration(threshold * MINUTE),
      tr('. Its log says why.', '。原因見紀錄。'),
    ),
    evidence: reason === null ? [] : [evidence(tr('It says', '閘道回報'), reason)],
    fix: null,
    since,
    from: 'look',
  }
}

/** After hard ends the gateway holds its channels back for five minutes (OPENCLAW.md §3): a restart before that only makes it longer. */
const HELD_MS = 5 * MINUTE

function mute(
  { machine, seen }: { readonly machine: Machine; readonly seen: Seen },
  { after, now, threshold }: Moment,
): readonly Trouble[] {
  const report = reportOf(after, machine)
  if (report?.ready !== true) return []
  const since = Math.max(after.memory.since[`channels ${machine.id}`] ?? now, newestStart(machine))
  const [down] = [...findings('gateway.failing', seen), ...findings('gateway.channels', seen)]
  if (down !== undefined && now - since < threshold * MINUTE) return []
  const [breaker] = findings('breaker', seen)
  // Whoever lists its channels and misses none has got past it.
  const past = down === undefined && report.channels !== null
  const found = breaker === undefined || past ? down : held(breaker, report)
  if (found === undefined) return []
  return [
    troubleOf(down === undefined || found === down ? found : both(found, down), {
      key: machine.id,
      group: `channels/${machine.id}`,
      machine: machine.id,
      title: tr('Channels are not running', '頻道未運作'),
      since: down === undefined ? now : since,
      from: down === undefined ? 'line' : 'look',
    }),
  ]
}

const both = (held: Finding, down: Finding): Finding => ({
  ...held,
  text: join(' ', down.text, held.text),
})

function held(breaker: Finding, { uptimeMs }: GatewayReport): Finding {
  if (uptimeMs !== null && uptimeMs >= HELD_MS) return breaker
  const { run: _early, ...waiting } = breaker
  return waiting
}
