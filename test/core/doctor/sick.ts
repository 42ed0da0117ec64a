import { diagnose } from '../../../src/core/doctor/diagnose.ts'
import type { Seen } from '../../../src/core/doctor/seen.ts'
import * as made from '../../helpers/deployments.ts'
import { inside, line, seenWith, token } from '../../helpers/seen.ts'
import { guest, service, volumes, withMachine } from './failing.ts'

const { known } = made
export const all = (is: Seen) => ({ kind: 'all' as const, ...diagnose(is) })

/** Everything at once: a small machine, a full disk, a held-back channel, and a part that nobody could look at. */
export const SICK = all(
  seenWith(
    {
      ...withMachine({ guest: guest(1024), config: service({ autostop: true }) }),
      ...volumes({ autoBackup: false }),
      secrets: made.unknown(),
      gateway: known(made.report({ version: '2026.6.11' })),
    },
    {
      inside: known(
        inside({
          disks: inside().disks.map((disk) => ({ ...disk, usedBytes: disk.totalBytes * 0.93 })),
        }),
      ),
      token: known(token({ shadow: 'config' })),
      logs: known([
        line('[gateway] restart-loop breaker tripped: 3 unclean boot(s) within 300000ms'),
      ]),
      scopes: made.unknown(),
    },
  ),
)
