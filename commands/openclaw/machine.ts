import { z } from 'zod'
import { HINTS } from '#core/complete.ts'
import { defineCommand } from '#core/command.ts'
import { processGroupOf, servicesOf } from '#core/machine-config.ts'
import type { Machine } from '#core/fly.ts'
import { planStart, renderStart, runStart, startFollow } from '#core/mutation/machine-start.ts'
import { planStop, renderStop, runStop } from '#core/mutation/machine-stop.ts'
import { isStandby } from '#core/mutation/targets.ts'
import { option } from '#core/options.ts'
import { type Block, reply, table, text } from '#core/reply.ts'
import { sizeName } from '#core/sizes.ts'
import { count, join, say, type Text, tr } from '#core/text.ts'

const options = z.object({
  app: option.app().optional(),
  machine: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .meta({
      about: tr('Machine id; may be left out when it is clear', '機器 id；明確時可省略'),
      complete: 'machine',
    }),
})

/** Done when: Fly listed the app's machines. */
const list = defineCommand({
  name: 'machine list',
  description: tr(
    'The app’s machines: state, size, image, lease',
    '應用程式的機器：狀態、規格、映像檔、租用',
  ),
  examples: ['machine list'],
  options: z.object({ app: option.app().optional() }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',

  async run(context) {
    const machines = await context.fly.machines(context.app)
    const ids = machines.map(({ id }) => id)
    await context.store.put(HINTS, `machine.${context.app}`, ids)
    return { app: context.app, machines: machines.map(rowOf) }
  },

  render: ({ app, machines }) =>
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
        ),
})

type Row = ReturnType<typeof rowOf>

function rowOf(machine: Machine) {
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

/** Done when: a start event newer than any before is there, the machine is started and its gateway answers ready. */
const start = defineCommand({
  name: 'machine start',
  description: tr(
    'Start a stopped machine and wait for its gateway',
    '啟動已停止的機器並等待閘道就緒',
  ),
  examples: ['machine start', 'machine start machine=148ed127b32d89'],
  options,
  role: 'operator',
  where: 'worker',
  kind: 'change',
  plan: planStart,
  run: runStart,
  render: renderStart,
  follow: startFollow,
})

/** Done when: the machine is stopped and the exit of its run is among its events. */
const stop = defineCommand({
  name: 'machine stop',
  description: tr(
    'Stop a machine; its gateway and channels go away',
    '停止機器；其閘道與頻道會中斷',
  ),
  examples: ['machine stop', 'machine stop machine=148ed127b32d89'],
  options,
  role: 'operator',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planStop,
  run: runStop,
  render: renderStop,
})

export default [list, start, stop]
