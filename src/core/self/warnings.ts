import { type Finding, finding } from '../checks/finding.ts'
import type { WorkContext } from '../context.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { durationMs } from '../go-duration.ts'
import { mountsOf, servicesOf } from '../machine-config.ts'
import { gatewayMachines } from '../mutation/targets.ts'
import type { ProcessRecord } from '../processes.ts'
import { bytes, type Text, tr } from '../text.ts'

interface Seen {
  readonly machine: Machine | undefined
  readonly machines: readonly Machine[]
  /** Other processes that are there now. */
  readonly others: readonly ProcessRecord[]
  readonly unknown: Text | null
}

/** A full machine kills the process without a word. */
const FULL = 0.85
/** The process ends what it does within 20 s of the signal, and needs some more to say so (fly.toml, kill_timeout). */
const STOP_MS = 25_000

/** What of the bot's own deployment would let it down one day. */
export function ownFindings(
  { self, apps }: Pick<WorkContext, 'self' | 'apps'>,
  { machine, machines, others, unknown }: Seen,
): readonly Finding[] {
  return [
    ...(unknown === null ? [] : [unreadable(unknown, self?.app ?? '')]),
    ...memory(self),
    ...shared(self, apps, machines),
    ...others.filter(({ version }) => version !== self?.version).map((one) => older(one, self)),
    ...(machine?.config ? byConfig(machine.config, self?.engine ?? 'sqlite') : []),
  ]
}

const unreadable = (why: Text, app: string): Finding =>
  finding(
    'self.unreadable',
    'warning',
    tr(
      `My own app could not be read: ${typeof why === 'string' ? why : why.en} FLY_API_TOKEN may not be for ${app}; add one by "fly tokens create deploy -a ${app}" behind a comma.`,
      `無法讀取我自己的應用程式：${typeof why === 'string' ? why : why['zh-TW']} FLY_API_TOKEN 可能不適用於 ${app}；請以「fly tokens create deploy -a ${app}」建立一個並以逗號加在後面。`,
    ),
  )

function memory(self: WorkContext['self']): readonly Finding[] {
  const now = self?.memory()
  if (now === undefined || now.rssBytes < now.limitBytes * FULL) return []
  return [
    finding(
      'self.memory',
      'warning',
      tr(
        `I use ${bytes(now.rssBytes)} of ${bytes(now.limitBytes)}: give my machine more memory before it is killed.`,
        `我使用了 ${bytes(now.limitBytes)} 中的 ${bytes(now.rssBytes)}：請在被強制終止前增加我的機器記憶體。`,
      ),
    ),
  ]
}

function shared(
  self: WorkContext['self'],
  apps: readonly string[],
  machines: readonly Machine[],
): readonly Finding[] {
  const app = self?.app
  if (app === undefined || app === null || !apps.includes(app)) return []
  const gateways = gatewayMachines(machines).filter(({ id }) => id !== self?.machine)
  if (gateways.length === 0) return []
  return [
    finding(
      'self.shared',
      'warning',
      tr(
        `I share the app ${app} with the gateway (${gateways.map(({ id }) => id).join(', ')}): making it private takes my own hooks along, its secrets are in my environment, and a deploy of one replaces both. An app of my own is safer.`,
        `我與閘道（${gateways.map(({ id }) => id).join('、')}）共用應用程式 ${app}：改為私有會連同我的 hook 一併失效，其密鑰也在我的環境中，且部署其中之一會取代兩者。讓我使用自己的應用程式較安全。`,
      ),
    ),
  ]
}

const older = ({ machine, place, version }: ProcessRecord, self: WorkContext['self']): Finding =>
  finding(
    'self.versions',
    'warning',
    tr(
      `The process on ${machine ?? place} is version ${version}, this one ${self?.version}: bring both to the same.`,
      `${machine ?? place} 上的行程為 ${version} 版，此行程為 ${self?.version} 版：請更新為相同版本。`,
    ),
  )

function byConfig(config: MachineConfig, engine: 'redis' | 'sqlite'): readonly Finding[] {
  const stop = record(config['stop_config'])['timeout']
  const stopMs = typeof stop === 'string' ? durationMs(stop) : 5000
  const policy = record(config['restart'])['policy']
  return [
    ...when(engine === 'sqlite' && mountsOf(config).length === 0, () =>
      tr(
        'No volume is mounted: jobs, grants and the audit are lost at the next restart. Mount one at /data.',
        '未掛載磁碟區：工作、授權與稽核紀錄會在下次重新啟動時遺失。請在 /data 掛載一個。',
      ),
    ),
    ...when(policy === 'no', () =>
      tr(
        'The restart policy is "no": after a crash I stay away. Set it to "always".',
        '重新啟動政策為「no」：當機後我不會恢復。請設為「always」。',
      ),
    ),
    ...when(
      servicesOf(config).some(({ autostop }) => autostop !== 'off'),
      () =>
        tr(
          'Fly may stop me when nobody sends requests (auto_stop_machines): set it to "off".',
          '沒有請求時 Fly 可能停止我（auto_stop_machines）：請設為「off」。',
        ),
    ),
    ...when((stopMs ?? STOP_MS) < STOP_MS, () =>
      tr(
        'kill_timeout is below 25 s: at a stop, jobs are cut off instead of put down. Set it to "30s".',
        'kill_timeout 低於 25 秒：停止時工作會被中斷而非妥善放下。請設為「30s」。',
      ),
    ),
  ].map((words) => finding('self.config', 'warning', words))
}

const when = (holds: boolean, words: () => Text): readonly Text[] => (holds ? [words()] : [])

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
