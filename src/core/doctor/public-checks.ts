import { type Finding, finding } from '../checks/finding.ts'
import { isPublic } from '../deployment.ts'
import { valueOr } from '../in-time.ts'
import { servicesOf } from '../machine-config.ts'
import { releasedSince } from '../services.ts'
import { tr } from '../text.ts'
import { type Check, type Hit, newestLine, quoted, ready } from './check.ts'
import type { Seen } from './seen.ts'
import { NO_VERSION, versionOf } from './version.ts'

/** Reachable from the internet: with an address, and with a service behind it. */
const isOpen = ({ deployment, machine }: Seen): boolean =>
  valueOr(deployment.addresses, []).some(isPublic) &&
  machine?.config != null &&
  servicesOf(machine.config).length > 0

export const PUBLIC_CHECKS: readonly Check[] = [
  {
    id: 'proxy.untrusted',
    severity: 'critical',
    about: tr('The public address answers', '公開位址有回應'),
    needs: ['machines', 'addresses', 'logs'],
    cures: ['config set'],
    find: untrustedProxy,
    open: (seen) => {
      if (!isOpen(seen)) return undefined
      const strict = releasedSince(versionOf(seen), [2026, 8])
      if (strict === null) return NO_VERSION
      if (!strict || trustedBy(seen).length > 0) return undefined
      return seen.config.known ? undefined : seen.config.why
    },
  },
  {
    id: 'ui.origins',
    severity: 'warning',
    about: tr('The Control UI may be opened', '可開啟 Control UI'),
    needs: ['machines', 'addresses', 'logs'],
    cures: ['config get'],
    find: (seen) => {
      const hit = newestLine(seen, ['ws.origin_refused', 'ui.origins_required'])
      if (hit === undefined) return []
      return [
        {
          ...finding(
            'ui.origins',
            hit.id === 'ui.origins_required' ? 'critical' : 'warning',
            tr(
              `The Control UI was opened from an address that is not listed. https://${seen.deployment.app}.fly.dev belongs in gateway.controlUi.allowedOrigins.`,
              `Control UI 從未列出的位址開啟。請將 https://${seen.deployment.app}.fly.dev 加入 gateway.controlUi.allowedOrigins。`,
            ),
          ),
          evidence: quoted(hit),
          run: ready('config get', { path: 'gateway.controlUi.allowedOrigins' }),
        },
      ]
    },
  },
]

const trustedBy = ({ config }: Seen): readonly string[] =>
  (config.known ? config.value.trustedProxies : null) ?? []

/** Before 2026.8 the same request was served, and the line names nobody to trust: no more than worth knowing. */
function untrustedProxy(seen: Seen): readonly Finding[] {
  const hit = newestLine(seen, ['proxy.unattributed', 'proxy.untrusted'])
  if (hit === undefined || !isOpen(seen)) return noProxies(seen)
  if (hit.id === 'proxy.unattributed') return refusedProxy(seen, hit)
  // It may be of before that: the setting counts without a new start.
  if (trustedBy(seen).length > 0) return []
  return [
    {
      ...finding(
        'proxy.untrusted',
        'info',
        tr(
          'The gateway does not trust Fly’s proxy; this release serves it all the same, from 2026.8 on the answer is 403.',
          '閘道不信任 Fly 的代理；此版本仍會提供服務，自 2026.8 起則回應 403。',
        ),
      ),
      evidence: quoted(hit),
      hint: tr(
        'After an update to 2026.8 or later open the public address once, then run doctor: the log names the address to trust.',
        '更新至 2026.8 或更新版本後，請開啟公開位址一次再執行 doctor：紀錄會顯示要信任的位址。',
      ),
    },
  ]
}

/** The line names the proxy's address; trusting the app's own ones too keeps all visitors from sharing one lock-out (OPENCLAW.md §6). */
function refusedProxy(seen: Seen, hit: Hit): readonly Finding[] {
  const from = Object.values(hit.values).find((value) => /^[0-9a-f.:]+$/i.test(value))
  const trusted = trustedBy(seen)
  if (from !== undefined && trusted.includes(from)) return []
  const own = valueOr(seen.deployment.addresses, [])
    .filter(isPublic)
    .map(({ address }) => address)
  const value = JSON.stringify([
    ...new Set([...trusted, ...(from === undefined ? [] : [from]), ...own]),
  ])
  return [
    {
      ...finding(
        'proxy.untrusted',
        'critical',
        tr(
          'Everything that comes by the public address gets 403: the gateway does not trust Fly’s proxy (since 2026.8).',
          '經由公開位址的請求都會收到 403：閘道不信任 Fly 的代理（自 2026.8 起）。',
        ),
      ),
      evidence: quoted(hit),
      run: ready('config set', { path: 'gateway.trustedProxies', value }),
    },
  ]
}

function noProxies(seen: Seen): readonly Finding[] {
  const { config } = seen
  const strict = releasedSince(versionOf(seen), [2026, 8]) === true
  if (!isOpen(seen) || !strict || !config.known || config.value.trustedProxies === null) return []
  if (config.value.trustedProxies.length > 0) return []
  return [
    {
      ...finding(
        'proxy.untrusted',
        'warning',
        tr(
          'The app is public and gateway.trustedProxies is empty: whoever comes by the public address will get 403 (since 2026.8).',
          '應用程式為公開，但 gateway.trustedProxies 為空：經由公開位址連線會收到 403（自 2026.8 起）。',
        ),
      ),
      evidence: 'gateway.trustedProxies = []',
      hint: tr(
        'Open the public address once, then run doctor again: the log names the address to trust.',
        '請開啟公開位址一次後再執行 doctor：紀錄會顯示要信任的位址。',
      ),
    },
  ]
}
