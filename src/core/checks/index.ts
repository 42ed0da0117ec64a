import type { Deployment } from '../deployment.ts'
import { type Look, valueOr } from '../in-time.ts'
import { type Text, tr } from '../text.ts'
import { addressChecks, secretChecks, together, volumes } from './app.ts'
import { driftChecks } from './drift.ts'
import { type Finding, finding } from './finding.ts'
import { gatewayChecks } from './gateway.ts'
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
    ...gatewayChecks(deployment),
    ...driftChecks(deployment),
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
