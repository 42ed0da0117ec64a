import type { Finding, Severity } from '../checks/finding.ts'
import { lastExit, machineChecks } from '../checks/machine.ts'
import { commandOf, envOf } from '../machine-config.ts'
import { joinLine } from '../command-line.ts'
import type { Machine } from '../fly.ts'
import { recommended, secretFlags } from '../gateway-command.ts'
import { valueOr } from '../in-time.ts'
import { withoutPrinted } from '../secret-shapes.ts'
import { type Text, tr, truncate } from '../text.ts'
import { type Check, ready, REPAIR, repairCure } from './check.ts'
import type { Seen } from './seen.ts'
import { STATE_CHECK } from './state-check.ts'

/** What is added to a finding of `status`: evidence, and the cure with its arguments. */
export type Cure = (
  machine: Machine,
  seen: Seen,
) => Partial<Pick<Finding, 'run' | 'hint' | 'evidence'>>

/** A check of `status`, told here with its evidence and the command with its arguments. */
const ofMachine = (
  check: Pick<Check, 'id' | 'severity' | 'about'> & Partial<Pick<Check, 'cures' | 'needs'>>,
  cure: Cure = () => ({}),
): Check => ({
  needs: ['machines'],
  cures: [],
  ...check,
  find: (seen) =>
    valueOr(seen.deployment.machines, []).flatMap((machine) =>
      machineChecks(machine, seen.now)
        .filter(({ id }) => id === check.id)
        .map((finding) => ({ ...finding, ...cure(machine, seen) })),
    ),
})

/** Lines of the log explain an end. */
const logs: Cure = (machine) => ({
  run: ready('logs', { machine: machine.id }),
  evidence: endOf(machine),
})

/** How the last run ended, by the event of it. */
export function endOf(machine: Machine): string {
  const exit = lastExit(machine)
  if (exit === null) return ''
  const { code, signal, oom } = exit
  return `exit_event: exit_code = ${code}, signal = ${signal}, oom_killed = ${oom}`
}

/** What the failing check itself said. */
const checkOutput: Cure = ({ id, checks }) => {
  const failing = checks.find(({ status }) => status === 'critical')
  const output = withoutPrinted(failing?.output ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return {
    run: ready('logs', { machine: id }),
    evidence: failing === undefined ? '' : truncate(`${failing.name}: ${output}`, 160),
  }
}
const memory =
  (input: Readonly<Record<string, string>>): Cure =>
  ({ id, guest }) => ({
    run: ready('memory', { ...input, machine: id }),
    evidence: guest === null ? '' : `guest.memory_mb = ${guest.memoryMb}`,
  })

/** The command that the guide would have, unless the present one holds a secret, which must not be shown. */
const command: Cure = ({ id, config }) => {
  const words = config && recommended(config)
  const evidence = config ? evidenceOf(commandOf(config)) : ''
  if (!words || secretFlags(words).length > 0) return { evidence, run: ready('machine command') }
  return { evidence, run: ready('machine command', { machine: id, set: joinLine(words) }) }
}
const evidenceOf = (words: readonly string[]): Text =>
  secretFlags(words).length > 0 || words.length === 0 ? '' : `init.cmd = ${joinLine(words)}`

export const check = (
  id: string,
  severity: Severity,
  about: Text,
  cures: readonly string[] = [],
) => ({
  id,
  severity,
  about,
  cures,
})

/** What a machine's own record tells. */
export const MACHINE_CHECKS: readonly Check[] = [
  ofMachine(
    {
      ...check(
        'host',
        'critical',
        tr('Fly reaches the host of each machine', 'Fly 能連上每部機器的主機'),
      ),
    },
    ({ hostStatus }) => ({ evidence: `host_status = ${hostStatus}` }),
  ),
  ofMachine(
    check('memory.small', 'critical', tr('At least 2 GB of memory', '記憶體至少 2 GB'), ['memory']),
    memory({ size: '2gb' }),
  ),
  ofMachine(
    check('memory.heap_cap', 'warning', tr('The heap cap leaves room', '堆積上限留有餘裕'), [
      'memory',
    ]),
    (machine, seen) => ({
      ...memory({ heap: 'auto' })(machine, seen),
      evidence: `env.NODE_OPTIONS = ${machine.config === null ? '?' : envOf(machine.config)['NODE_OPTIONS']}`,
    }),
  ),
  ofMachine(
    check('exit.oom', 'critical', tr('No run ended for want of memory', '沒有因記憶體不足而結束'), [
      'memory',
    ]),
    (machine, seen) => ({ ...memory({ size: 'next' })(machine, seen), evidence: endOf(machine) }),
  ),
  ofMachine(
    check('exit.crash', 'warning', tr('No run ended with an error', '沒有因錯誤而結束'), ['logs']),
    logs,
  ),
  ofMachine(
    check('exit.gave_up', 'critical', tr('No machine gave up starting', '沒有機器放棄啟動'), [
      'machine start',
    ]),
    (machine) => ({
      run: ready('machine start', { machine: machine.id }),
      evidence: endOf(machine),
    }),
  ),
  ofMachine(
    check('crashloop', 'critical', tr('No series of hard ends', '沒有連續異常結束'), ['logs']),
    logs,
  ),
  ofMachine(check('lease', 'info', tr('Nobody holds a machine', '沒有人租用機器'))),
  ofMachine(
    check('check', 'critical', tr('Fly’s health checks pass', 'Fly 的健康檢查通過'), ['logs']),
    checkOutput,
  ),
  ofMachine(
    check('autostop', 'warning', tr('Fly does not stop it by itself', 'Fly 不會自行停止它'), [
      REPAIR,
    ]),
    (machine) => ({ ...repairCure(machine, 'autostop'), evidence: 'services[].autostop ≠ off' }),
  ),
  ofMachine(
    check('port', 'critical', tr('Port and service agree', '連接埠與服務一致'), [
      'machine command',
    ]),
    command,
  ),
  ofMachine(
    check('bind', 'warning', tr('The gateway listens beyond loopback', '閘道不只監聽本機'), [
      'machine command',
    ]),
    command,
  ),
  STATE_CHECK,
]
