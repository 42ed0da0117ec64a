import { driftChecks } from '../checks/drift.ts'
import { cheapChecks } from '../checks/index.ts'
import { valueOr } from '../in-time.ts'
import { tr, utc } from '../text.ts'
import { type Check, ready } from './check.ts'
import { check, type Cure } from './machine-checks.ts'
import type { Seen } from './seen.ts'

/** The app as a whole, by what `status` says of it. */
const ofApp = (
  one: ReturnType<typeof check> & Pick<Check, 'needs'>,
  cure: (seen: Seen) => ReturnType<Cure> = () => ({}),
): Check => ({
  ...one,
  find: (seen) =>
    cheapChecks(seen.deployment, seen.now)
      .filter(({ id }) => id === one.id)
      .map((finding) => ({ ...finding, ...cure(seen) })),
})

const drifted = (opened: boolean) => (seen: Seen) =>
  driftChecks(seen.deployment).filter(
    ({ run }) => (run?.command === 'openclaw network private') === opened,
  )

export const APP_CHECKS: readonly Check[] = [
  ofApp(
    {
      ...check('machines.two', 'warning', tr('One gateway alone', '只有一個閘道'), [
        'machine stop',
      ]),
      needs: ['machines'],
    },
    ({ machine, deployment }) => {
      const second = valueOr(deployment.machines, []).find(
        ({ id, state }) => state === 'started' && id !== machine?.id,
      )
      if (second === undefined) return {}
      return {
        run: ready('machine stop', { machine: second.id }),
        evidence: `${second.id}: state = ${second.state}`,
      }
    },
  ),
  ofApp(
    {
      ...check('secrets.staged', 'warning', tr('Every secret is applied', '所有密鑰皆已套用'), [
        'secrets apply',
      ]),
      needs: ['machines', 'secrets'],
    },
    ({ deployment }) => {
      const newest = Math.max(
        0,
        ...valueOr(deployment.secrets, []).map(({ updatedAt }) => updatedAt ?? 0),
      )
      return { run: ready('secrets apply'), evidence: `secrets[].updated_at = ${utc(newest)}` }
    },
  ),
  ofApp({
    ...check('address.none', 'info', tr('Services can be reached', '服務可以連線')),
    needs: ['machines', 'addresses'],
  }),
  ofApp(
    {
      ...check(
        'gateway.failing',
        'critical',
        tr('The gateway reports no fault', '閘道未回報問題'),
        ['logs'],
      ),
      needs: ['gateway'],
    },
    () => ({ run: ready('logs') }),
  ),
  ofApp(
    {
      ...check('gateway.channels', 'critical', tr('Channels are running', '頻道運作中'), ['logs']),
      needs: ['gateway'],
    },
    () => ({ run: ready('logs') }),
  ),
  {
    ...check('drift', 'warning', tr('Nothing was reset behind our back', '設定沒有被別處重設'), [
      'memory',
      'machine command',
    ]),
    needs: ['machines', 'remembered'],
    find: drifted(false),
  },
  {
    ...check('network.opened', 'warning', tr('Private where meant to be', '應為私有者維持私有'), [
      'network private',
    ]),
    needs: ['machines', 'addresses', 'remembered'],
    find: (seen) => drifted(true)(seen).map((finding) => ({ ...finding, id: 'network.opened' })),
  },
]
