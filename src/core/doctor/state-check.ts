import { type Finding, finding } from '../checks/finding.ts'
import { machineChecks } from '../checks/machine.ts'
import { valueOr } from '../in-time.ts'
import { stateElsewhere, stateOffVolume } from '../repairs.ts'
import { tr } from '../text.ts'
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
}

const named = ({ deployment, now }: Seen): readonly Finding[] =>
  valueOr(deployment.machines, []).flatMap((machine) =>
    machineChecks(machine, now)
      .filter(({ id }) => id === ID)
      .map((found) => ({
        ...found,
        ...repairCure(machine, 'state'),
        evidence: `env.OPENCLAW_STATE_DIR = ${machine.config && stateOffVolume(machine.config)}`,
      })),
  )

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
          `OPENCLAW_STATE_DIR of ${machine.id} is not set, and its gateway keeps its state in ${dir}, which is on no volume and is lost at every restart.`,
          `${machine.id} 未設定 OPENCLAW_STATE_DIR，閘道的狀態存於 ${dir}，不在磁碟區上，每次重新啟動都會遺失。`,
        ),
      ),
      ...repairCure(machine, 'state'),
      evidence: `/proc/<pid>/environ: ${dir}`,
    },
  ]
}
