import type { Machine, MachineConfig } from './fly.ts'
import { blindPaths, canBeChecked, isUnchecked, withCheck, withSight } from './health-pages.ts'
import { isOnVolume, namedState } from './locate.ts'
import { envOf, mountsOf, servicesOf } from './machine-config.ts'
import { isBag, rawServices, servedPort } from './services.ts'
import { type Text, tr } from './text.ts'

/** What of a machine's config is wrong by itself, whatever runs in it, and can be put right there. */
export const PARTS = ['autostop', 'checks', 'restart', 'state'] as const
export type Part = (typeof PARTS)[number]

/** One field before and after, as it may be shown. */
export interface FieldChange {
  readonly field: string
  readonly before: string
  readonly after: string
}

type Configured = Pick<Machine, 'id' | 'checks'> & { readonly config: MachineConfig }

export const isIdled = (config: MachineConfig): boolean =>
  servicesOf(config).some(({ autostop }) => autostop !== 'off')

export const staysDown = ({ restart }: MachineConfig): boolean =>
  isBag(restart) && restart['policy'] === 'no'

const STATE_DIR = 'OPENCLAW_STATE_DIR'

/** The state directory that the config names, where that lies on none of its volumes. */
export function stateOffVolume(config: MachineConfig): string | null {
  const dir = namedState(config)?.dir
  return dir === undefined || isOnVolume(config, dir) ? null : dir
}

export const isStateNamed = (config: MachineConfig): boolean => namedState(config) !== undefined

/** Where the gateway keeps its state by its own environment, where the config names nothing and that lies on none of its volumes. */
export function stateElsewhere(config: MachineConfig, stateDir: string | undefined): string | null {
  if (stateDir === undefined || isStateNamed(config)) return null
  return isOnVolume(config, stateDir) ? null : stateDir
}

/** Where it belongs: the guide's mount, or the only one; null where that is not clear. */
export function volumeDir(config: MachineConfig): string | null {
  const paths = mountsOf(config).map(({ path }) => path)
  if (paths.includes('/data')) return '/data'
  return paths.length === 1 ? (paths[0] ?? null) : null
}

/** Which of the parts are wrong; a release that is not known has no page missing. */
export function wrongParts(machine: Configured, version: string | null): readonly Part[] {
  const { config } = machine
  const wrong: Readonly<Record<Part, boolean>> = {
    autostop: isIdled(config),
    checks: isUnchecked(machine) || blindPaths(config, version).length > 0,
    restart: staysDown(config),
    state: stateOffVolume(config) !== null,
  }
  return PARTS.filter((part) => wrong[part])
}

/** Why a part that is wrong can't be put right in the config alone, and what to do; nothing where it can. */
export function hindrance(part: Part, machine: Configured): Text | undefined {
  const { id, config } = machine
  const port = servedPort(config)
  if (part === 'checks' && isUnchecked(machine) && !canBeChecked(config))
    return tr(
      `No service of ${id} leads to port ${port}, where the gateway listens, so there is no place for a check. Make these agree first: /openclaw doctor fix=port.`,
      `${id} 沒有服務通往閘道監聽的連接埠 ${port}，因此無處加入檢查。請先讓兩者一致：/openclaw doctor fix=port。`,
    )
  if (part !== 'state' || volumeDir(config) !== null) return undefined
  return mountsOf(config).length === 0
    ? tr(
        `${id} has no volume, and Fly gives none to a machine that is there. Put [mounts] into fly.toml and run fly deploy, which makes it anew.`,
        `${id} 沒有磁碟區，而 Fly 無法為既有的機器加上磁碟區。請在 fly.toml 加入 [mounts]，再執行 fly deploy 以重新建立。`,
      )
    : tr(
        `${id} has several volumes and none at /data, so which one is meant is not clear. Set OPENCLAW_STATE_DIR in fly.toml, then fly deploy.`,
        `${id} 有多個磁碟區且沒有掛載於 /data 者，無法得知要用哪一個。請在 fly.toml 設定 OPENCLAW_STATE_DIR，再執行 fly deploy。`,
      )
}

const MENDS: Readonly<
  Record<Part, (config: MachineConfig, version: string | null) => MachineConfig>
> = {
  autostop: (config) => ({ ...config, services: rawServices(config).map(kept) }),
  checks: (config, version) =>
    isUnchecked({ config, checks: [] }) ? withCheck(config, version) : withSight(config, version),
  restart: (config) => ({
    ...config,
    restart: { ...(isBag(config['restart']) && config['restart']), policy: 'on-failure' },
  }),
  state: (config) => ({
    ...config,
    env: { ...(isBag(config['env']) && config['env']), [STATE_DIR]: volumeDir(config) },
  }),
}

/** As the guide has it: never stopped for want of visitors, and one machine meant to run. Whether visitors start it stays as it was. */
function kept(service: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const [{ autostop, minMachinesRunning } = { autostop: 'off', minMachinesRunning: 1 }] =
    servicesOf({ services: [service] })
  if (autostop === 'off') return service
  return { ...service, autostop: 'off', min_machines_running: Math.max(1, minMachinesRunning) }
}

/** The config with these parts put right; nothing else of it changes. */
export const repaired = (
  config: MachineConfig,
  { parts, version }: { readonly parts: readonly Part[]; readonly version: string | null },
): MachineConfig => parts.reduce((now, part) => MENDS[part](now, version), config)

/** What a repair changes, field by field. */
export function fieldChanges(before: MachineConfig, after: MachineConfig): readonly FieldChange[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  return Object.entries(is)
    .map(([field, words]) => ({ field, before: was[field] ?? '–', after: words }))
    .filter((change) => change.before !== change.after)
}

/** Every field that a repair may touch; of a check its headers and what is asked behind the path are left out, for they may be secret. */
function fieldsOf(config: MachineConfig): Readonly<Record<string, string>> {
  const policy = isBag(config['restart']) ? config['restart']['policy'] : undefined
  const services = rawServices(config).flatMap(({ checks }, index) => {
    const { autostop, minMachinesRunning } = servicesOf(config)[index] ?? {}
    const all = Array.isArray(checks) ? checks.filter(isBag).map(checkWords) : []
    return [
      [`services[${index}].autostop`, String(autostop)],
      [`services[${index}].min_machines_running`, String(minMachinesRunning)],
      [`services[${index}].checks`, all.join('; ') || '–'],
    ]
  })
  const own = isBag(config['checks']) ? Object.entries(config['checks']) : []
  return Object.fromEntries([
    ...services,
    ...own.map(([name, check]) => [`checks.${name}`, isBag(check) ? checkWords(check) : '–']),
    ['restart.policy', typeof policy === 'string' ? policy : '–'],
    [`env.${STATE_DIR}`, envOf(config)[STATE_DIR] ?? '–'],
  ])
}

const checkWords = ({ type, path }: Readonly<Record<string, unknown>>): string =>
  type === 'tcp' || typeof path !== 'string' ? 'tcp' : `http ${path.replace(/\?.*$/s, '?…')}`
