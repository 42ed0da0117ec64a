import { type Finding, finding } from '../checks/finding.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { askedPaths, blindPaths, isUnchecked } from '../health-pages.ts'
import { valueOr } from '../in-time.ts'
import { tr } from '../text.ts'
import { type Check, REPAIR, repairCure } from './check.ts'
import type { Seen } from './seen.ts'
import { NO_VERSION, versionOf } from './version.ts'

export const HEALTH_CHECKS: readonly Check[] = [
  {
    id: 'checks.missing',
    severity: 'info',
    about: tr('Fly checks the gateway', 'Fly 會檢查閘道'),
    needs: ['machines'],
    cures: [REPAIR],
    find: (seen) =>
      configured(seen)
        .filter(isUnchecked)
        .map((machine) => ({
          ...finding(
            'checks.missing',
            'info',
            tr(
              `${machine.id} has no health check: Fly routes to it whether it answers or not.`,
              `${machine.id} 沒有健康檢查：無論是否回應，Fly 都會轉送流量。`,
            ),
          ),
          evidence: 'services[].checks = []',
          ...repairCure(machine, 'checks'),
        })),
  },
  {
    id: 'checks.path',
    severity: 'warning',
    about: tr('The check asks a page this version has', '檢查的頁面存在於此版本'),
    needs: ['machines'],
    cures: [REPAIR],
    find: (seen) => configured(seen).flatMap((machine) => blindChecks(machine, versionOf(seen))),
    open: (seen) =>
      versionOf(seen) === null &&
      configured(seen).some(({ config }) => askedPaths(config).length > 0)
        ? NO_VERSION
        : undefined,
  },
]

type Configured = Machine & { readonly config: MachineConfig }

const configured = ({ deployment }: Seen): readonly Configured[] =>
  valueOr(deployment.machines, []).flatMap((machine) =>
    machine.config === null ? [] : [{ ...machine, config: machine.config }],
  )

const blindChecks = (machine: Configured, version: string | null): readonly Finding[] =>
  blindPaths(machine.config, version).map((path) => ({
    ...finding(
      'checks.path',
      'warning',
      tr(
        `The check of ${machine.id} asks ${path}, which ${version} answers with its web page: it passes even when the gateway is not ready.`,
        `${machine.id} 的檢查使用 ${path}，而 ${version} 會以網頁回應：即使閘道未就緒也會通過。`,
      ),
    ),
    evidence: `checks[].path = ${path}`,
    ...repairCure(machine, 'checks'),
  }))
