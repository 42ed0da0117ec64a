import type { AddressType, Guest, IpAddress, Machine, Volume } from './fly.ts'
import { sizeName } from './sizes.ts'
import { bytes, tr } from './text.ts'
import type { Text } from './text.ts'

/** Fly's prices in US dollars (FLY.md §6.2–6.4). Estimates: reservations, traffic, snapshots and taxes are not in them. */
const PRICES = {
  /** The day from which they hold. */
  date: '2026-10-01',
  secondsPerMonth: 2_592_000,
  perSecond: {
    shared: { cpu: 0.000_000_846_5, includedGb: 0.25 },
    performance: { cpu: 0.000_012_732, includedGb: 2 },
    ramGb: 0.000_002_316,
  },
  volumeGbMonth: 0.15,
  addressMonth: { v4: 2, egress: 3.6 },
  regions: {
    ams: 1.038461538,
    arn: 1.038461538,
    bom: 1.076923077,
    cdg: 1.134615385,
    dfw: 1.25,
    ewr: 1,
    fra: 1.153846154,
    gru: 1.615384615,
    iad: 1,
    jnb: 1.302884615,
    lax: 1.199519231,
    lhr: 1.134615385,
    nrt: 1.307692308,
    ord: 1.25,
    sin: 1.269230769,
    sjc: 1.192307692,
    syd: 1.269230769,
    yyz: 1.115384615,
  },
} as const

/** One thing that costs, and how much a month. */
interface CostLine {
  readonly kind: 'machine' | 'volume' | 'address'
  readonly id: string
  readonly text: Text
  readonly usd: number
}
export interface Cost {
  readonly usd: number
  readonly lines: readonly CostLine[]
  /** The day of the price table. */
  readonly pricesOf: string
  /** What the figure leaves out or guesses, in sentences. */
  readonly notes: readonly Text[]
}
export interface Costly {
  readonly machines: ReadonlyArray<Pick<Machine, 'id' | 'region' | 'state' | 'guest'>>
  readonly volumes: ReadonlyArray<Pick<Volume, 'id' | 'name' | 'sizeGb'>>
  readonly addresses: ReadonlyArray<Pick<IpAddress, 'address' | 'type'>>
}

/** What a region's machines cost in relation to iad; `undefined` for a region the table lacks. */
export function regionFactor(region: string): number | undefined {
  const factors: Readonly<Record<string, number>> = PRICES.regions
  return Object.hasOwn(factors, region) ? factors[region] : undefined
}

/** US dollars of a machine that runs all month; a region that is not in the table counts as iad. */
export function guestUsdMonth({ cpuKind, cpus, memoryMb }: Guest, region: string): number {
  const { [cpuKind]: kind, ramGb } = PRICES.perSecond
  const extraGb = Math.max(0, memoryMb / 1024 - cpus * kind.includedGb)
  const perSecond = cpus * kind.cpu + extraGb * ramGb
  return perSecond * PRICES.secondsPerMonth * (regionFactor(region) ?? 1)
}

/** What an app costs a month if it stays as it is, with a line for each item. */
export function costUsdMonth({ machines, volumes, addresses }: Costly): Cost {
  const lines = [
    ...machines.map(machineLine),
    ...volumes.map(volumeLine),
    ...addresses.map(addressLine),
  ]
  const usd = lines.reduce((sum, line) => sum + line.usd, 0)
  return { usd, lines, pricesOf: PRICES.date, notes: notesOn(machines) }
}

function machineLine({ id, region, state, guest }: Costly['machines'][number]): CostLine {
  if (guest === null) {
    return { kind: 'machine', id, text: tr('size unknown', '規格不明'), usd: 0 }
  }
  const size = `${sizeName(guest)} · ${bytes(guest.memoryMb * 1_048_576)} · ${region}`
  const runs = costs(state)
  const text = runs ? size : tr(`${size}, not running`, `${size}，未執行`)
  return { kind: 'machine', id, text, usd: runs ? guestUsdMonth(guest, region) : 0 }
}

const volumeLine = ({ id, name, sizeGb }: Costly['volumes'][number]): CostLine => ({
  kind: 'volume',
  id,
  text: tr(`volume ${name}, ${sizeGb} GB`, `磁碟區 ${name}，${sizeGb} GB`),
  usd: sizeGb * PRICES.volumeGbMonth,
})

const addressLine = ({ address, type }: Costly['addresses'][number]): CostLine => ({
  kind: 'address',
  id: address,
  text: tr(`address ${address}`, `位址 ${address}`),
  usd: ADDRESS_USD[type],
})

// Egress addresses come and are paid in pairs; the pair is counted at its v4.
const ADDRESS_USD: Readonly<Record<AddressType, number>> = {
  v4: PRICES.addressMonth.v4,
  v6: 0,
  shared_v4: 0,
  private_v6: 0,
  egress_v4: PRICES.addressMonth.egress,
  egress_v6: 0,
  egress_pair: PRICES.addressMonth.egress,
}

/** Time is charged while a machine runs; one that is on its way between states is counted as running. */
const costs = (state: string): boolean =>
  !['created', 'stopped', 'suspended', 'failed', 'destroyed', 'destroying'].includes(state)

function notesOn(machines: Costly['machines']): readonly Text[] {
  const unknown = new Set(
    machines.filter(({ region }) => regionFactor(region) === undefined).map(({ region }) => region),
  )
  const stopped = machines.some(({ state }) => !costs(state))
  const unsized = machines.some(({ guest }) => guest === null)
  return [
    ...[...unknown].map((region) =>
      tr(
        `No price is known for region ${region}: that of iad was taken.`,
        `沒有區域 ${region} 的價格：以 iad 的價格計算。`,
      ),
    ),
    ...(stopped
      ? [
          tr(
            'A machine that does not run costs only its root file system, $0.15 per GB a month, which is not counted.',
            '未執行的機器僅收取根檔案系統費用（每 GB 每月 $0.15），未計入。',
          ),
        ]
      : []),
    ...(unsized ? [tr('A machine of unknown size is not counted.', '規格不明的機器未計入。')] : []),
  ]
}
