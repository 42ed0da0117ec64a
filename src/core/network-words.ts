import { type Address, type Reach, typeName } from './network.ts'
import type { MachineTurn, NetworkChange } from './network-plan.ts'
import { addressesUsd, isOpen } from './network.ts'
import { type Block, fields, table, text } from './reply.ts'
import { join, type Text, tr } from './text.ts'

const bullet = (words: Text): Block => text(join(' ', '•', words))
export const bullets = (all: readonly Text[]): readonly Block[] => all.map(bullet)

const NONE = tr('none', '無')
const UNKNOWN = tr('unknown', '未知')
export const usd = (amount: number): string => `$${amount.toFixed(2)}`

/** What changes, before → after; then what that means. */
export function planBlocks(change: NetworkChange, effects: readonly Text[]): readonly Block[] {
  const { turns, usd: cost } = change
  return [
    ...addressTable(change),
    ...(turns.length === 0 ? [] : [turnTable(turns)]),
    fields([tr('Addresses a month', '位址每月費用'), `${usd(cost.before)} → ${usd(cost.after)}`]),
    ...bullets(effects),
  ]
}

function addressTable({ addresses, release, allocate }: NetworkChange): readonly Block[] {
  const going = (one: Address) => release.some(({ address }) => address === one.address)
  const rows = [
    ...addresses.map((one) => [one.address, typeName(one.type), going(one) ? fate(one) : KEPT]),
    ...allocate.map((type) => [
      tr('(new)', '（新）'),
      typeName(type),
      tr('allocated, free', '配置，免費'),
    ]),
  ]
  if (rows.length === 0) return []
  return [table([tr('Address', '位址'), tr('Type', '類型'), tr('Then', '之後')], rows)]
}

const KEPT = tr('kept', '保留')
const fate = ({ type }: Address): Text =>
  type === 'v4' ? tr('released for good', '釋出，無法取回') : tr('released', '釋出')

const turnTable = (turns: readonly MachineTurn[]): Block =>
  table(
    [tr('Machine', '機器'), tr('State', '狀態'), tr('Services', '服務'), tr('Then', '之後')],
    turns.map(({ id, state, before, after, from }) => [
      id,
      state,
      lines(before),
      join(' ', lines(after), from === 'template' ? tr('(template)', '（範本）') : ''),
    ]),
  )

const lines = (exposed: readonly string[] | null): Text => {
  if (exposed === null) return UNKNOWN
  return exposed.length === 0 ? NONE : exposed.join('; ')
}

/** Addresses and services as they are, for looks and results; null where they could not be read. */
export const stateBlocks = (
  addresses: readonly Address[] | null,
  reach: readonly Reach[] | null,
): readonly Block[] => [
  addresses === null || addresses.length === 0
    ? fields([tr('Addresses', '位址'), addresses === null ? UNKNOWN : NONE])
    : table(
        [
          tr('Address', '位址'),
          tr('Type', '類型'),
          tr('Region', '區域'),
          tr('USD a month', '每月美元'),
        ],
        addresses.map((one) => [
          one.address,
          typeName(one.type),
          one.region ?? '–',
          usd(addressesUsd([one])),
        ]),
      ),
  reach === null || reach.length === 0
    ? fields([tr('Machines', '機器'), reach === null ? UNKNOWN : NONE])
    : table(
        [tr('Machine', '機器'), tr('State', '狀態'), tr('Services', '服務')],
        reach.map(({ id, state, exposed }) => [id, state, lines(exposed)]),
      ),
]

/** The page of the Control UI, when something outside can reach it. */
export const urlOf = (
  app: string,
  addresses: readonly Address[],
  reach: readonly Reach[],
): string | null =>
  addresses.some(isOpen) && reach.some(({ exposed }) => exposed !== null && exposed.length > 0)
    ? `https://${app}.fly.dev/`
    : null
