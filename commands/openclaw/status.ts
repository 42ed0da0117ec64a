import { z } from 'zod'
import { HINTS } from '#core/complete-things.ts'
import { channelWords } from '#core/channel-words.ts'
import { defineCommand } from '#core/command.ts'
import { againActions } from '#core/checks/again.ts'
import { type Deployment, lookAt } from '#core/deployment.ts'
import { option } from '#core/options.ts'
import { type Action, type Block, fields, type Reply, reply, table, text } from '#core/reply.ts'
import { type Status, statusOf } from '#core/status.ts'
import { bytes, count, duration, join, type Text, tr } from '#core/text.ts'

/** Done when: every part was looked at once, side by side, and what could not be read is named as unknown with its reason. */
export default defineCommand({
  name: 'status',
  description: tr(
    'One look at the deployment: gateway, machines, addresses, volumes, warnings',
    '一次看完部署狀態：閘道、機器、位址、磁碟區與警告',
  ),
  examples: ['status', 'status app=my-openclaw'],
  options: z.object({ app: option.app().optional() }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',

  async run(context) {
    const deployment = await lookAt(context)
    const nothing = failureOfAll(deployment)
    if (nothing) throw nothing
    const status = statusOf(deployment, context.clock.now())
    const ids = status.machines.map(({ id }) => id)
    const isSame = (known: unknown) => JSON.stringify(known) === JSON.stringify(ids)
    await context.store.update(HINTS, `machine.${context.app}`, (known) =>
      isSame(known) ? undefined : ids,
    )
    return status
  },

  render: (status) =>
    reply[toneOf(status)](
      headline(status),
      [gateway(status), ...machines(status), parts(status), ...warnings(status)],
      { actions: actions(status) },
    ),
})

/** When no part could be read there is one cause, and it is the answer. */
function failureOfAll({ info, machines, addresses, volumes, secrets }: Deployment) {
  const parts = [machines, info, addresses, volumes, secrets]
  const [first] = parts
  return first && !first.known && parts.every(({ known }) => !known) ? first.error : undefined
}

function toneOf({ gateway, warnings }: Status): 'ok' | 'warn' | 'error' {
  if (gateway.ready === false || warnings.some(({ severity }) => severity === 'critical'))
    return 'error'
  if (gateway.ready === null || warnings.some(({ severity }) => severity === 'warning'))
    return 'warn'
  return 'ok'
}

/** Its words have to say what its sign says: ready alone stands beside no other sign than the green one. */
function headline(status: Status): Text {
  const { app, gateway } = status
  if (gateway.ready === null)
    return tr(`${app}: whether the gateway is ready is unknown`, `${app}：無法得知閘道是否就緒`)
  if (!gateway.ready) return tr(`${app}: the gateway is not ready`, `${app}：閘道未就緒`)
  return {
    ok: tr(`${app}: the gateway is ready`, `${app}：閘道已就緒`),
    warn: tr(`${app}: the gateway is ready, with warnings`, `${app}：閘道已就緒，但有警告`),
    error: tr(
      `${app}: the gateway is ready, but something is wrong`,
      `${app}：閘道已就緒，但有嚴重問題`,
    ),
  }[toneOf(status)]
}

const unknown = tr('unknown', '未知')

function gateway(status: Status): Block {
  const { gateway: gate } = status
  return fields(
    [tr('Why', '原因'), gate.reason ?? undefined],
    [tr('Version', '版本'), gate.version ?? unknown],
    [tr('Up for', '已運行'), gate.uptimeMs === null ? unknown : duration(gate.uptimeMs)],
    [tr('Memory used', '使用記憶體'), gate.rssBytes === null ? undefined : bytes(gate.rssBytes)],
    [tr('Channels', '頻道'), channelWords(gate)],
    [tr('Access', '存取'), access(status)],
  )
}

function access({ url, private: hidden, machines: list }: Status): Text {
  if (hidden === null) return unknown
  if (hidden) return tr('private', '私有')
  if (url !== null) return url
  return list.length === 0
    ? tr('public address', '有公開位址')
    : tr('public address, no service', '有公開位址，沒有服務')
}

function machines({ machines: list }: Status): readonly Block[] {
  if (list.length === 0) return []
  return [
    table(
      [
        tr('Machine', '機器'),
        tr('State', '狀態'),
        tr('Region', '區域'),
        tr('Size', '規格'),
        tr('Memory', '記憶體'),
        tr('Checks', '檢查'),
      ],
      list.map(({ id, state, region, size, memoryMb, checks, hostStatus }) => [
        id,
        hostStatus === 'ok'
          ? state
          : tr(`${state}? host ${hostStatus}`, `${state}？主機 ${hostStatus}`),
        region,
        size ?? unknown,
        memoryMb === null ? unknown : `${memoryMb} MB`,
        checksOf(checks),
      ]),
    ),
  ]
}

function checksOf(checks: Status['machines'][number]['checks']): Text {
  if (checks.length === 0) return tr('none', '無')
  const passing = checks.filter(({ status }) => status === 'passing').length
  return `${passing}/${checks.length}`
}

function parts({
  machines: list,
  ips,
  volumes,
  secrets,
  costUsdMonth,
  warnings: found,
}: Status): Block {
  const image = list.find(({ image: ref }) => ref !== null)?.image
  const ifRead = (part: string, words: Text): Text =>
    found.some(({ id }) => id === `unknown.${part}`) ? unknown : words
  return fields(
    [tr('Image', '映像檔'), image ?? undefined],
    [
      tr('Addresses', '位址'),
      ifRead('addresses', ips.map(addressText).join(', ') || tr('none', '無')),
    ],
    [
      tr('Volumes', '磁碟區'),
      ifRead('volumes', volumes.map(volumeText).join(', ') || tr('none', '無')),
    ],
    [
      tr('Secrets', '密鑰'),
      ifRead('secrets', count(secrets.length, 'secret', 'secrets', '個密鑰')),
    ],
    [
      tr('Cost', '費用'),
      costUsdMonth === null
        ? unknown
        : tr(
            `about $${costUsdMonth.toFixed(2)} a month (estimate)`,
            `每月約 $${costUsdMonth.toFixed(2)}（估計）`,
          ),
    ],
  )
}

const addressText = ({ address, type }: Status['ips'][number]): string => `${address} (${type})`

const volumeText = ({ name, sizeGb, usedGb }: Status['volumes'][number]): string =>
  usedGb === null ? `${name} ${sizeGb} GB` : `${name} ${usedGb}/${sizeGb} GB`

const MARK = { critical: '🔴', warning: '🟡', info: '🔵' } as const

const warnings = ({ warnings: found }: Status): readonly Block[] =>
  found.map(({ severity, text: words }) => text(join(' ', MARK[severity], words)))

function actions({ app, warnings: found }: Status): Reply['actions'] & object {
  const run = (label: Text, command: string, style: Action['style'] = 'neutral'): Action => ({
    label,
    style,
    intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
  })
  return [
    ...againActions(app, found),
    run(tr('Refresh', '重新整理'), 'status'),
    run(tr('Logs', '紀錄'), 'logs'),
    run(tr('Restart', '重新啟動'), 'restart'),
    run(tr('Memory', '記憶體'), 'memory'),
    run(tr('Doctor', '診斷'), 'doctor'),
  ]
}
