import { quoteWord } from '../command-line.ts'
import type { Deployment } from '../deployment.ts'
import { type Drift, driftOf, type ReadyCommand } from '../drift.ts'
import { valueOr } from '../in-time.ts'
import { join, type Text, tr, utc } from '../text.ts'
import type { Finding } from './finding.ts'

/** What was set through the bot and has been put back by somebody else, with the command that sets it again. */
export function driftChecks(deployment: Deployment): readonly Finding[] {
  const { machines, addresses, remembered } = deployment
  if (remembered === undefined || !remembered.known) return []
  const seen = {
    machines: valueOr(machines, []),
    addresses: valueOr(addresses, null),
    remembered: remembered.value,
  }
  return driftOf(seen).map((drift) => ({
    id: 'drift',
    severity: 'warning',
    text: words(drift),
    fix: lineOf(drift.again),
    run: drift.again,
    ...(drift.accept !== null && {
      accept: drift.accept,
      hint: tr(
        `Or leave it as it is: /openclaw ${lineOf(drift.accept)}`,
        `或維持現況：/openclaw ${lineOf(drift.accept)}`,
      ),
    }),
  }))
}

/** As it is typed, without the top-level word. */
function lineOf({ command, input }: ReadyCommand): string {
  const words = Object.entries(input).map(([name, value]) => `${name}=${quoteWord(value)}`)
  return [command.replace(/^openclaw /, ''), ...words].join(' ')
}

function words(drift: Drift): Text {
  const { by, at } = drift
  const when =
    by === null
      ? tr(`(${utc(at)})`, `（${utc(at)}）`)
      : tr(`(${by}, ${utc(at)})`, `（${by}，${utc(at)}）`)
  return join(' ', what(drift), when)
}

function what({ part, machine, set, now }: Drift): Text {
  switch (part) {
    case 'memory':
      return tr(
        `The memory of ${machine} was set to ${set} here and is ${now}: a deploy made elsewhere has probably reset it.`,
        `${machine} 的記憶體在此設為 ${set}，現在是 ${now}：可能被別處的部署重設。`,
      )
    case 'heap':
      return tr(
        `The heap cap of ${machine} was set to ${set} here and is ${now}: a deploy made elsewhere has probably reset it.`,
        `${machine} 的堆積上限在此設為 ${set}，現在是 ${now}：可能被別處的部署重設。`,
      )
    case 'command':
      return tr(
        `The command of ${machine} was set to “${set}” here and is “${now}”: a deploy made elsewhere has probably reset it.`,
        `${machine} 的指令在此設為「${set}」，現在是「${now}」：可能被別處的部署重設。`,
      )
    case 'network':
      return tr(
        `The app was made private here and has a way in again: ${now}. A deploy made elsewhere has probably opened it.`,
        `應用程式在此設為私有，現在又有對外入口：${now}。可能被別處的部署開放。`,
      )
    default:
      return part satisfies never
  }
}
