import { type Block, fields, type Reply, reply, table, text } from '../reply.ts'
import { bytes, duration, join, type Text, tr } from '../text.ts'
import type { SelfStatus } from './status.ts'

const unknown = tr('unknown', '未知')

/** The screen of `/ops self status`. */
export function renderSelf(status: SelfStatus): Reply {
  const { warnings, version, machine, app } = status
  const where = machine?.id ?? (app === null ? tr('not on Fly', '不在 Fly 上') : app)
  return reply[warnings.length > 0 ? 'warn' : 'ok'](
    join(' · ', `openclaw-ops ${version ?? '?'}`, where),
    [about(status), ...others(status), ...warnings.map((one) => text(join(' ', '🟡', one.text)))],
    {
      actions:
        machine === null
          ? []
          : [
              {
                label: tr('Restart me', '重新啟動我'),
                style: 'neutral',
                intent: { do: 'run', command: 'ops self restart', input: {} },
              },
            ],
    },
  )
}

function about({ machine, memory, queue, apps, lastStart, ...status }: SelfStatus): Block {
  return fields(
    [tr('Role', '角色'), status.role ?? unknown],
    [tr('Engine', '引擎'), engine(status.engine)],
    [tr('Up for', '已運行'), status.uptimeMs === null ? unknown : duration(status.uptimeMs)],
    [
      tr('Last start', '上次啟動'),
      join(' · ', lastStart.at?.replace(/\.\d+Z$/, 'Z') ?? '', lastStart.why),
    ],
    [tr('Queue', '佇列'), depth(queue)],
    [
      tr('Memory', '記憶體'),
      memory === null
        ? unknown
        : tr(
            `${bytes(memory.rssBytes)} of ${bytes(memory.limitBytes)}`,
            `${bytes(memory.limitBytes)} 中的 ${bytes(memory.rssBytes)}`,
          ),
    ],
    [tr('App', '應用程式'), status.app ?? undefined],
    [
      tr('Machine', '機器'),
      machine === null
        ? undefined
        : join(', ', machine.id, machine.state, machine.region, machine.size ?? unknown),
    ],
    [tr('Image', '映像檔'), machine?.image ?? undefined],
    [tr('Checks', '檢查'), checks(machine)],
    [tr('Manages', '管理'), apps.join(', ')],
  )
}

const engine = (name: SelfStatus['engine']): Text =>
  name === null ? unknown : name === 'redis' ? 'Redis' : tr('embedded (SQLite)', '內建（SQLite）')

const depth = (lanes: SelfStatus['queue']): Text =>
  lanes.length === 0
    ? tr('empty', '空')
    : join(
        '; ',
        ...lanes.map(({ lane, waiting, active, delayed }) =>
          tr(
            `${lane}: ${active} running, ${waiting} waiting, ${delayed} later`,
            `${lane}：${active} 執行中、${waiting} 等待、${delayed} 稍後`,
          ),
        ),
      )

function checks(machine: SelfStatus['machine']): Text | undefined {
  if (machine === null) return undefined
  if (machine.checks.length === 0) return tr('none', '無')
  const passing = machine.checks.filter(({ status }) => status === 'passing').length
  return `${passing}/${machine.checks.length}`
}

function others({ others: list }: SelfStatus): readonly Block[] {
  if (list.length === 0) return []
  return [
    table(
      [
        tr('Other process', '其他行程'),
        tr('Role', '角色'),
        tr('Version', '版本'),
        tr('State', '狀態'),
      ],
      list.map((one) => [
        one.machine ?? tr('not on Fly', '不在 Fly 上'),
        one.role,
        one.version,
        state(one),
      ]),
    ),
  ]
}

function state({ alive, endedOnPurpose, seenMsAgo }: SelfStatus['others'][number]): Text {
  if (alive) return tr('there', '運作中')
  const ago = duration(seenMsAgo)
  return endedOnPurpose
    ? join(' ', tr('stopped', '已停止'), ago, tr('ago', '前'))
    : join(' ', tr('silent for', '無回應'), ago)
}
