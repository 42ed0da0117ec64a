import type { Deployment } from '../deployment.ts'
import { type Look, valueOr } from '../in-time.ts'
import { type Text, tr } from '../text.ts'
import { addressChecks, secretChecks, together, volumes } from './app.ts'
import { type Finding, finding } from './finding.ts'
import { machineChecks } from './machine.ts'

/** The checks that need no further call: everything they say was seen in this one look. */
export function cheapChecks(deployment: Deployment, now: number): readonly Finding[] {
  const machines = valueOr(deployment.machines, [])
  return [
    ...unreadable(deployment),
    ...machines.flatMap((machine) => machineChecks(machine, now)),
    ...together(machines),
    ...volumes(deployment),
    ...secretChecks(deployment),
    ...addressChecks(deployment, machines),
    ...channels(deployment),
  ]
}

/** What could not be read is a finding of its own: silence would look like health. */
function unreadable(deployment: Deployment): readonly Finding[] {
  const parts: ReadonlyArray<readonly [string, Text, Look<unknown>]> = [
    ['app', tr('The app', '應用程式'), deployment.info],
    ['machines', tr('The machines', '機器'), deployment.machines],
    ['addresses', tr('The addresses', '位址'), deployment.addresses],
    ['volumes', tr('The volumes', '磁碟區'), deployment.volumes],
    ['secrets', tr('The secrets', '密鑰'), deployment.secrets],
  ]
  return parts.flatMap(([id, what, found]) =>
    found.known ? [] : [finding(`unknown.${id}`, 'warning', both(what, found.why))],
  )
}
const both = (what: Text, why: Text): Text =>
  tr(`${en(what)} could not be read: ${en(why)}`, `無法讀取${zh(what)}：${zh(why)}`)
const en = (text: Text): string => (typeof text === 'string' ? text : text.en)
const zh = (text: Text): string => (typeof text === 'string' ? text : text['zh-TW'])

/** What the gateway itself says does not work, though it is up. */
function channels({ gateway }: Deployment): readonly Finding[] {
  // One that is not up yet counts its own start among what fails, and the reason says so already.
  const failing = gateway.known && gateway.value.ready === true ? (gateway.value.failing ?? []) : []
  if (failing.length === 0) return []
  const names = failing.join(', ')
  return [
    finding(
      'gateway.failing',
      'critical',
      tr(`The gateway says these do not work: ${names}.`, `閘道回報這些部分無法運作：${names}。`),
      'logs',
    ),
  ]
}
