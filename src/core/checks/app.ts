import { isPublic, type Deployment } from '../deployment.ts'
import type { AppSecret, Machine } from '../fly.ts'
import { valueOr } from '../in-time.ts'
import { commandOf, mountsOf, servicesOf } from '../machine-config.ts'
import { bytes, tr } from '../text.ts'
import { type Finding, finding } from './finding.ts'

const VOLUME_FULL = 0.8

/** One volume, one gateway: a second started machine means two writers or two bots on one token. */
export function together(machines: readonly Machine[]): readonly Finding[] {
  const started = machines.filter(
    ({ state, config }) => state === 'started' && config !== null && mountsOf(config).length > 0,
  )
  if (started.length < 2) return []
  const ids = started.map(({ id }) => id).join(', ')
  return [
    finding(
      'machines.two',
      'warning',
      tr(
        `${started.length} machines are started (${ids}); a gateway wants to be alone.`,
        `有 ${started.length} 台機器在執行（${ids}）；閘道應該只有一台。`,
      ),
    ),
  ]
}

/** How full the volumes are, and whether anything keeps copies of them. */
export function volumes({ volumes: found }: Deployment): readonly Finding[] {
  return valueOr(found, []).flatMap(({ id, usedBytes, totalBytes, autoBackup }) => {
    const full =
      usedBytes !== null && totalBytes !== null && totalBytes > 0 ? usedBytes / totalBytes : 0
    return [
      ...(full < VOLUME_FULL
        ? []
        : [
            finding(
              'volume.full',
              full >= 0.9 ? 'critical' : 'warning',
              tr(
                `Volume ${id} is ${Math.round(full * 100)} % full (${bytes(usedBytes ?? 0)}).`,
                `磁碟區 ${id} 已使用 ${Math.round(full * 100)} %（${bytes(usedBytes ?? 0)}）。`,
              ),
              'volumes extend',
            ),
          ]),
      ...(autoBackup === false
        ? [
            finding(
              'volume.no_snapshots',
              'warning',
              tr(`Volume ${id} makes no snapshots by itself.`, `磁碟區 ${id} 不會自動建立快照。`),
            ),
          ]
        : []),
    ]
  })
}

const TOKEN = 'OPENCLAW_GATEWAY_TOKEN'

/** Secrets that are missing or that no machine has yet. */
export function secretChecks(deployment: Deployment): readonly Finding[] {
  if (!deployment.secrets.known) return []
  const found: Finding[] = []
  const secrets = deployment.secrets.value
  const machines = valueOr(deployment.machines, [])
  const lan = machines.some(
    ({ config }) => config !== null && commandOf(config).join(' ').includes('--bind lan'),
  )
  if (lan && !secrets.some(({ name }) => name === TOKEN))
    found.push(
      finding(
        'token.missing',
        'warning',
        tr(
          `There is no secret ${TOKEN}; a gateway with --bind lan needs one or refuses to start.`,
          `沒有密鑰 ${TOKEN}；使用 --bind lan 的閘道需要它，否則會拒絕啟動。`,
        ),
        'token rotate',
      ),
    )
  const staged = secrets.filter((secret) => isStaged(secret, machines) === true)
  if (staged.length > 0)
    found.push(
      finding(
        'secrets.staged',
        'warning',
        tr(
          `Set but not applied to the machine yet: ${staged.map(({ name }) => name).join(', ')}.`,
          `已設定但尚未套用到機器：${staged.map(({ name }) => name).join('、')}。`,
        ),
        'secrets apply',
      ),
    )
  return found
}

/** Set, but not on every machine yet; null where that can't be told. */
export function isStaged({ updatedAt }: AppSecret, machines: readonly Machine[]): boolean | null {
  if (updatedAt === null || machines.length === 0) return null
  const found = machines.map((machine) => hasSecretsOf(machine, updatedAt))
  if (found.includes(false)) return true
  return found.includes(null) ? null : false
}

/** A machine has the secrets of the moment it was made or updated last. Fly gives its newest events only: null when they do not reach back that far. */
export function hasSecretsOf({ events, createdAt }: Machine, since: number): boolean | null {
  const applied = events.filter(({ type }) => type === 'update' || type === 'launch')
  if (Math.max(createdAt ?? 0, ...applied.map(({ at }) => at)) >= since) return true
  return events.some(({ at }) => at < since) ? false : null
}

/** Services that nobody can reach. */
export function addressChecks(
  deployment: Deployment,
  machines: readonly Machine[],
): readonly Finding[] {
  if (!deployment.addresses.known) return []
  const open = deployment.addresses.value.some(isPublic)
  const routed = machines.some(({ config }) => config !== null && servicesOf(config).length > 0)
  if (open || !routed || machines.length === 0) return []
  return [
    finding(
      'address.none',
      'info',
      tr(
        'The machines have services but the app has no public address, so nothing outside reaches them.',
        '機器設定了服務，但應用程式沒有公開位址，因此外部無法連線。',
      ),
    ),
  ]
}
