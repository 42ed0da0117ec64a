import { type Finding, finding } from '../checks/finding.ts'
import type { Machine } from '../fly.ts'
import { valueOr } from '../in-time.ts'
import { servicesOf } from '../machine-config.ts'
import { isBag, rawServices, releasedSince } from '../services.ts'
import { type Text, tr } from '../text.ts'
import { type Check, FILE, fileCure } from './check.ts'
import type { Seen } from './seen.ts'
import { NO_VERSION, versionOf } from './version.ts'

export const HEALTH_CHECKS: readonly Check[] = [
  {
    id: 'checks.missing',
    severity: 'info',
    about: tr('Fly checks the gateway', 'Fly 會檢查閘道'),
    needs: ['machines'],
    cures: [FILE],
    find: (seen) =>
      routed(seen)
        .filter(({ checks, config }) => checks.length === 0 && pathsOf(config).length === 0)
        .map(({ id }) => ({
          ...finding(
            'checks.missing',
            'info',
            tr(
              `${id} has no health check: Fly routes to it whether it answers or not.`,
              `${id} 沒有健康檢查：無論是否回應，Fly 都會轉送流量。`,
            ),
          ),
          evidence: 'services[].checks = []',
          run: fileCure(),
          hint: addCheck(versionOf(seen)),
        })),
  },
  {
    id: 'checks.path',
    severity: 'warning',
    about: tr('The check asks a page this version has', '檢查的頁面存在於此版本'),
    needs: ['machines'],
    cures: [FILE],
    find: (seen) => routed(seen).flatMap((machine) => blindChecks(machine, versionOf(seen))),
    open: (seen) =>
      versionOf(seen) === null && routed(seen).some(({ config }) => pathsOf(config).length > 0)
        ? NO_VERSION
        : undefined,
  },
]

/** A page that this version answers itself; without one only the port can be checked. */
const goodPath = (version: string | null): string | null =>
  releasedSince(version, [2026, 8]) === true
    ? '/startupz'
    : releasedSince(version, [2026, 3]) === true
      ? '/healthz'
      : null

const TIMES = 'grace_period = "2m", interval = "15s", timeout = "5s"'

function addCheck(version: string | null): Text {
  const path = goodPath(version)
  const lines =
    path === null
      ? `[[services.tcp_checks]] (${TIMES})`
      : `[[http_service.checks]] (method = "get", path = "${path}", ${TIMES})`
  return tr(
    `Add ${lines} to fly.toml, then fly deploy.`,
    `請在 fly.toml 加入 ${lines}，再執行 fly deploy。`,
  )
}

function otherPath(version: string | null): Text {
  const path = goodPath(version)
  return path === null
    ? tr(
        'Check the port alone (tcp_checks) in fly.toml, then fly deploy.',
        '請在 fly.toml 只檢查連接埠（tcp_checks），再執行 fly deploy。',
      )
    : tr(
        `Write path = "${path}" there in fly.toml, then fly deploy.`,
        `請在 fly.toml 將該處改為 path = "${path}"，再執行 fly deploy。`,
      )
}

const routed = ({
  deployment,
}: Seen): readonly (Machine & { config: NonNullable<Machine['config']> })[] =>
  valueOr(deployment.machines, []).flatMap((machine) =>
    machine.config === null || servicesOf(machine.config).length === 0
      ? []
      : [{ ...machine, config: machine.config }],
  )

/** Paths of all HTTP checks in a config. */
function pathsOf(config: NonNullable<Machine['config']>): readonly string[] {
  const inServices = rawServices(config).flatMap(({ checks }) =>
    Array.isArray(checks) ? checks : [],
  )
  const own = isBag(config['checks']) ? Object.values(config['checks']) : []
  return [...inServices, ...own].flatMap((check: unknown) =>
    isBag(check) && typeof check['path'] === 'string' ? [check['path']] : [],
  )
}

/** Older releases answer every path with their web page, so such a check passes whatever happens (OPENCLAW.md §1). */
const SINCE: Readonly<Record<string, readonly [number, number]>> = {
  '/startupz': [2026, 8],
  '/startup': [2026, 8],
  '/healthz': [2026, 3],
  '/health': [2026, 3],
  '/readyz': [2026, 3],
  '/ready': [2026, 3],
}

function blindChecks(
  { id, config }: Machine & { readonly config: NonNullable<Machine['config']> },
  version: string | null,
): readonly Finding[] {
  return pathsOf(config).flatMap((path) => {
    const since = Object.hasOwn(SINCE, path) ? SINCE[path] : undefined
    if (since === undefined || releasedSince(version, since) !== false) return []
    return [
      {
        ...finding(
          'checks.path',
          'warning',
          tr(
            `The check of ${id} asks ${path}, which ${version} answers with its web page: it passes even when the gateway is not ready.`,
            `${id} 的檢查使用 ${path}，而 ${version} 會以網頁回應：即使閘道未就緒也會通過。`,
          ),
        ),
        evidence: `checks[].path = ${path}`,
        run: fileCure(),
        hint: otherPath(version),
      },
    ]
  })
}
