import { addressRoutes } from './addresses.ts'
import { appRoutes } from './apps.ts'
import { certificateRoutes } from './certificates.ts'
import { insideRoutes } from './inside.ts'
import { leaseRoutes } from './leases.ts'
import { logRoutes } from './logs.ts'
import { actionRoutes } from './machine-actions.ts'
import { machineRoutes } from './machines.ts'
import { metadataRoutes } from './metadata.ts'
import { platformRoutes } from './platform.ts'
import { prometheusRoutes } from './prometheus.ts'
import { releaseRoutes } from './releases.ts'
import type { Route } from './router.ts'
import { secretRoutes } from './secrets.ts'
import { snapshotRoutes } from './snapshots.ts'
import { volumeRoutes } from './volumes.ts'
import { waitRoutes } from './wait.ts'

/** Both hosts in one list: their paths do not overlap. */
export const flyRoutes: readonly Route[] = [
  ...appRoutes,
  ...machineRoutes,
  ...actionRoutes,
  ...waitRoutes,
  ...leaseRoutes,
  ...metadataRoutes,
  ...insideRoutes,
  ...secretRoutes,
  ...volumeRoutes,
  ...snapshotRoutes,
  ...addressRoutes,
  ...certificateRoutes,
  ...platformRoutes,
  ...logRoutes,
  ...releaseRoutes,
  ...prometheusRoutes,
]
