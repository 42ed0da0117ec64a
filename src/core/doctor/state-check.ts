import { type Finding, finding } from '../checks/finding.ts'
import { machineChecks } from '../checks/machine.ts'
import type { Machine } from '../fly.ts'
import { valueOr } from '../in-time.ts'
import { namedState } from '../locate.ts'
import { gatewayMachines } from '../mutation/targets.ts'
import { isStateNamed, stateElsewhere } from '../repairs.ts'
import { type Text, tr } from '../text.ts'
import { type Check, REPAIR, repairCure } from './check.ts'
import type { Seen } from './seen.ts'

const ID = 'state.not_on_volume'

/** By the config where that names the directory; else by what the gateway's own process was given, where that could be looked at. */
export const STATE_CHECK: Check = {
  id: ID,
  severity: 'critical',
  about: tr('The state lies on a volume', '狀態存放在磁碟區'),
  needs: ['machines'],
  cures: [REPAIR],
  find: (seen) => [...named(seen), ...unnamed(seen)],
  open: unseen,
}

const named = ({ deployment, now }: Seen): readonly Finding[] =>
  valueOr(deployment.machines, []).flatMap((machine) =>
    machineChecks(machine, now)
      .filter(({ id }) => id === ID)
      .map((found) => ({
        ...found,
        ...repairCure(machine, 'state'),
        evidence: evidenceOf(machine),
      })),
  )

function evidenceOf({ config }: Machine): Text {
  const { variable, dir } = (config && namedState(config)) ?? {}
  return variable === undefined ? '' : `env.${variable} = ${dir}`
}

/** One whose config names no directory and into which nobody could look has not passed. */
function unseen({ deployment, machine, inside }: Seen): Text | undefined {
  const seenIn = inside.known && inside.value.stateDir !== undefined ? machine?.id : undefined
  const open = gatewayMachines(valueOr(deployment.machines, [])).find(
    ({ id, config }) => config !== null && !isStateNamed(config) && id !== seenIn,
  )
  if (open === undefined) return undefined
  if (open.id === machine?.id && !inside.known) return inside.why
  return tr(
    `Nothing names the state directory of ${open.id}, and where its gateway keeps it was not seen.`,
    `${open.id} 未指定狀態目錄，且未看到其閘道將狀態存放於何處。`,
  )
}

function unnamed({ machine, inside }: Seen): readonly Finding[] {
  if (machine?.config == null || !inside.known) return []
  const dir = stateElsewhere(machine.config, inside.value.stateDir)
  if (dir === null) return []
  return [
    {
      ...finding(
        ID,
        'critical',
        tr(
          `The config of ${machine.id} names no state directory, and its gateway keeps its state in ${dir}, which is on no volume and is lost at every restart.`,
          `${machine.id} 的設定未指定狀態目錄，閘道的狀態存於 ${dir}，不在磁碟區上，每次重新啟動都會遺失。`,
        ),
      ),
      ...repairCure(machine, 'state'),
      evidence: `/proc/<pid>/environ: ${dir}`,
    },
  ]
}
