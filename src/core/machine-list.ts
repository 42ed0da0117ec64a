import type { Machine } from './fly.ts'
import { processGroupOf, servicesOf } from './machine-config.ts'
import { isStandby } from './mutation/targets.ts'
import { type Block, type Reply, reply, table, text } from './reply.ts'
import { sizeName } from './sizes.ts'
import { count, join, say, type Text, tr } from './text.ts'

/** The app’s machines as one table. */
export const listed = ({
  app,
  machines,
}: {
  readonly app: string
  readonly machines: readonly Row[]
}): Reply =>
  machines.length === 0
    ? reply.warn(tr(`${app} has no machine`, `${app} 沒有機器`), [
        text(tr('/openclaw deploy launch makes one.', '/openclaw deploy launch 會建立一部。')),
      ])
    : reply.info(
        tr(
          `${app}: ${say(count(machines.length, 'machine', 'machines', ''), 'en')}`,
          `${app}：${machines.length} 部機器`,
        ),
        [machineTable(machines), ...notes(machines)],
      )

type Row = ReturnType<typeof rowOf>

/** What scripts and the table get of a machine. */
export function rowOf(machine: Machine) {
  const { id, name, state, region, guest, image, checks, hostStatus, config, lease } = machine
  return {
    id,
    name,
    state,
    region,
    size: guest === null ? null : sizeName(guest),
    memoryMb: guest?.memoryMb ?? null,
    image,
    group: config === null ? null : processGroupOf(config),
    standby: isStandby(machine),
    autostart: config === null ? null : servicesOf(config).some(({ autostart }) => autostart),
    checks: checks.map(({ name: check, status }) => ({ name: check, status })),
    hostStatus,
    lease: lease && { owner: lease.owner, expiresAt: lease.expiresAt },
  }
}

const machineTable = (machines: readonly Row[]): Block =>
  table(
    [
      tr('Machine', '機器'),
      tr('State', '狀態'),
      tr('Region', '區域'),
      tr('Size', '規格'),
      tr('Checks', '檢查'),
      tr('Image', '映像檔'),
    ],
    machines.map(({ id, state, hostStatus, region, size, memoryMb, checks, image }) => [
      id,
      hostStatus === 'ok'
        ? state
        : tr(`${state}? host ${hostStatus}`, `${state}？主機 ${hostStatus}`),
      region,
      size === null ? tr('unknown', '未知') : `${size} ${memoryMb} MB`,
      checks.length === 0
        ? tr('none', '無')
        : `${checks.filter(({ status }) => status === 'passing').length}/${checks.length}`,
      image ?? tr('unknown', '未知'),
    ]),
  )

function notes(machines: readonly Row[]): readonly Block[] {
  return machines.flatMap(({ id, standby, group, lease }) => {
    const facts: readonly Text[] = [
      standby ? tr('a standby', '備援機器') : '',
      group === null || group === 'app' ? '' : tr(`process group ${group}`, `程序群組 ${group}`),
      lease === null
        ? ''
        : tr(`leased by ${lease.owner ?? '?'}`, `由 ${lease.owner ?? '?'} 租用中`),
    ].filter((fact) => fact !== '')
    return facts.length === 0 ? [] : [text(join('', `${id}: `, join(', ', ...facts)))]
  })
}
