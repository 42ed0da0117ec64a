import { type Finding, finding } from '../checks/finding.ts'
import { valueOr } from '../in-time.ts'
import { staysDown } from '../repairs.ts'
import { join, type Text, tr } from '../text.ts'
import { type Check, ready, REPAIR, repairCure } from './check.ts'
import type { Seen } from './seen.ts'
import { NO_VERSION, versionOf } from './version.ts'

export const DEPLOYMENT_CHECKS: readonly Check[] = [
  {
    id: 'machine.none',
    severity: 'critical',
    about: tr('There is a machine', '有機器'),
    needs: [],
    cures: ['deploy launch'],
    find: ({ deployment: { machines, app } }) =>
      !machines.known || machines.value.length > 0
        ? []
        : [
            {
              ...finding(
                'machine.none',
                'critical',
                tr(`${app} has no machine: nothing runs.`, `${app} 沒有機器：沒有任何東西在執行。`),
              ),
              evidence: 'machines: 0',
              run: ready('deploy launch'),
            },
          ],
    open: ({ deployment: { machines } }) => (machines.known ? undefined : machines.why),
  },
  {
    id: 'gateway.ready',
    severity: 'critical',
    about: tr('The gateway is ready', '閘道已就緒'),
    needs: ['machines'],
    cures: ['machine start', 'logs'],
    find: notReady,
    open: ({ deployment: { gateway } }) => {
      if (!gateway.known) return gateway.why
      return gateway.value.ready === null ? (gateway.value.reason ?? NO_VERSION) : undefined
    },
  },
  {
    id: 'restart.policy',
    severity: 'warning',
    about: tr('Fly restarts it after a crash', '當機後 Fly 會重新啟動'),
    needs: ['machines'],
    cures: [REPAIR],
    find: ({ deployment }) =>
      valueOr(deployment.machines, [])
        .filter(({ config }) => config !== null && staysDown(config))
        .map((machine) => ({
          ...finding(
            'restart.policy',
            'warning',
            tr(
              `${machine.id} stays down after a crash: its restart policy is “no”.`,
              `${machine.id} 當機後不會重新啟動：重新啟動政策為「no」。`,
            ),
          ),
          evidence: 'restart.policy = no',
          ...repairCure(machine, 'restart'),
        })),
  },
  {
    id: 'release.failed',
    severity: 'warning',
    about: tr('The last deploy succeeded', '上次部署成功'),
    needs: ['releases'],
    cures: ['deploy history'],
    find: ({ releases }) => {
      const [newest] = valueOr(releases, []).toSorted((a, b) => b.version - a.version)
      if (newest?.status !== 'failed') return []
      return [
        {
          ...finding(
            'release.failed',
            'warning',
            tr(
              `The last release (v${newest.version}) failed; the machines may run the one before.`,
              `上次發行（v${newest.version}）失敗；機器可能仍執行前一版。`,
            ),
          ),
          evidence: `releases[0].status = ${newest.status}`,
          run: ready('deploy history'),
        },
      ]
    },
  },
  {
    id: 'version.old',
    severity: 'info',
    about: tr('The version is of this season', '版本不過舊'),
    needs: ['machines'],
    cures: [],
    find: oldVersion,
    open: (seen) => (versionOf(seen) === null ? NO_VERSION : undefined),
  },
]

/** A machine that is down has its own words; one that gave up has its own check. */
function notReady({ machine, deployment: { gateway, machines } }: Seen): readonly Finding[] {
  if (!machines.known || machine === undefined || machine.hostStatus !== 'ok') return []
  const { id, state } = machine
  if (state === 'stopped' || state === 'suspended' || state === 'failed')
    return [
      {
        ...finding(
          'gateway.ready',
          'critical',
          tr(`${id} is ${state}: no gateway runs.`, `${id} 為 ${state}：沒有閘道在執行。`),
        ),
        evidence: `state = ${state}`,
        run: ready('machine start', { machine: id }),
      },
    ]
  if (!gateway.known || gateway.value.ready !== false) return []
  return [
    {
      ...finding(
        'gateway.ready',
        'critical',
        join(' ', tr('The gateway is not ready.', '閘道尚未就緒。'), gateway.value.reason ?? ''),
      ),
      evidence: `127.0.0.1:${gateway.value.port}`,
      run: ready('logs', { machine: id }),
    },
  ]
}

const MONTHS = 4

/** Versions are dates, so their age needs no look anywhere else. */
function oldVersion(seen: Seen): readonly Finding[] {
  const version = versionOf(seen)
  const match = /^v?(\d{4})\.(\d{1,2})\./.exec(version ?? '')
  if (match === null) return []
  const today = new Date(seen.now)
  const months =
    (today.getUTCFullYear() - Number(match[1])) * 12 + today.getUTCMonth() + 1 - Number(match[2])
  if (months < MONTHS) return []
  const old: Text = tr(
    `OpenClaw ${version} is ${months} months old; newer ones may migrate the state, so take a snapshot before.`,
    `OpenClaw ${version} 已有 ${months} 個月；較新版本可能會移轉狀態，請先建立快照。`,
  )
  return [
    {
      ...finding('version.old', 'info', old),
      evidence: `version = ${version}`,
      hint: tr(
        'To move on: /openclaw deploy image with the tag you want.',
        '升級：以想要的標籤執行 /openclaw deploy image。',
      ),
    },
  ]
}
