import { undoneElsewhere } from './network-proof.ts'
import type { Direction } from './network-plan.ts'
import type { NetworkResult } from './network-result.ts'
import type { Heard } from './network.ts'
import { proxyWords } from './network-config-look.ts'
import { bullets, stateBlocks, usd } from './network-words.ts'
import { type Action, type Block, fields, type Reply, reply, text } from './reply.ts'
import { join, type Text, tr } from './text.ts'

/** Says what was read back, and what was not. */
export function renderResult(result: NetworkResult): Reply {
  const { app, to, changed, proven, against, addresses, machines } = result
  const rest = { actions: actions(result) }
  if (!changed)
    return reply.info(
      result.meant === true ? meant(app) : already(app, to),
      [...stateBlocks(addresses, machines), ...file(result)],
      rest,
    )
  if (against.length > 0)
    return reply.error(
      undoneElsewhere(result.goal, against).text,
      stateBlocks(addresses, machines),
      rest,
    )
  if (!proven)
    return reply.warn(
      tr(
        `${app}: every step was done, but the end could not be read back`,
        `${app}：所有步驟都已完成，但無法讀回最後狀態`,
      ),
      [
        text(
          tr('I look again in half a minute and correct this.', '我會在半分鐘後再看一次並更正。'),
        ),
      ],
      rest,
    )
  const tone = Object.values(result.gateways).every(({ ready }) => ready === true) ? 'ok' : 'warn'
  return reply[tone](done(app, to), doneBlocks(result), rest)
}

const already = (app: string, to: Direction): Text =>
  to === 'private'
    ? tr(`${app} is private already; nothing was done`, `${app} 已經是私有的；沒有執行任何動作`)
    : tr(`${app} is public already; nothing was done`, `${app} 已經是公開的；沒有執行任何動作`)

const meant = (app: string): Text =>
  tr(`${app} stays public, and is meant to be so from now on`, `${app} 維持公開，今後視為應為公開`)

const done = (app: string, to: Direction): Text =>
  to === 'private'
    ? tr(`${app} is private now`, `${app} 現在是私有的`)
    : tr(`${app} is public now`, `${app} 現在是公開的`)

function doneBlocks(result: NetworkResult): readonly Block[] {
  const { addresses, machines, released, url, to, goal, costUsdMonth: cost } = result
  return [
    ...stateBlocks(addresses, machines),
    fields(
      [tr('Released', '已釋出'), released.map(({ address }) => address).join(', ') || undefined],
      ['URL', url ?? undefined],
      [tr('Addresses a month', '位址每月費用'), `${usd(cost.before)} → ${usd(cost.after)}`],
    ),
    ...gatewayWords(result),
    ...bullets(to === 'private' ? [NO_ROUTE] : proxyWords(goal)),
    ...file(result),
  ]
}

const NO_ROUTE = tr(
  'The private address routes nothing while there are no services, and recorded gateways listen on IPv4 alone, so fly proxy may be refused: the sure way in is fly ssh console. Connect lists them all.',
  '沒有服務時，私有位址不會轉送任何連線；已知的閘道只監聽 IPv4，因此 fly proxy 可能被拒絕：最可靠的方式是 fly ssh console。「連線方式」會列出全部方法。',
)

const gatewayWords = ({ gateways, goal, machines }: NetworkResult): readonly Block[] =>
  goal.turns.map(({ id, heard }) => {
    const now = gateways[id]
    if (now !== undefined) return text(gatewayWord(id, now, heard?.ready === false))
    const state = machines.find((one) => one.id === id)?.state ?? '?'
    return text(
      tr(
        `${id} is ${state}, as before, so its gateway was not asked.`,
        `${id} 和之前一樣為 ${state}，因此沒有詢問其閘道。`,
      ),
    )
  })

function gatewayWord(id: string, { ready, version, reason }: Heard, before: boolean): Text {
  const known = version === null ? '' : ` (${version})`
  if (ready === true)
    return tr(`The gateway of ${id} is ready${known}.`, `${id} 的閘道已就緒${known}。`)
  if (ready === null)
    return join(
      ' ',
      tr(`Whether the gateway of ${id} is ready is not known.`, `無法得知 ${id} 的閘道是否就緒。`),
      reason ?? '',
    )
  const words = before
    ? tr(`The gateway of ${id} is not ready, as before.`, `${id} 的閘道未就緒，與之前相同。`)
    : tr(`The gateway of ${id} is not ready.`, `${id} 的閘道未就緒。`)
  return join(' ', words, reason ?? '')
}

const file = ({ file: made }: NetworkResult): readonly Block[] =>
  made === null
    ? []
    : [
        {
          type: 'file',
          ...made,
          about: tr(
            'Deploy with this file from now on, or the next deploy brings the old state back.',
            '之後請用此檔案部署，否則下次部署會回到舊狀態。',
          ),
        },
      ]

function actions({ app, to, changed }: NetworkResult): readonly Action[] {
  const run = (label: Text, command: string): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
  })
  const back = to === 'private' ? 'network public' : 'network private'
  return [
    run(tr('Connect', '連線方式'), 'connect'),
    run(tr('Status', '狀態'), 'status'),
    ...(changed ? [run(tr('Undo', '復原'), back)] : []),
  ]
}
