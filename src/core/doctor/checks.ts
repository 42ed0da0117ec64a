import type { Check } from './check.ts'
import { CONFIG_CHECKS } from './config-checks.ts'
import { DEPLOYMENT_CHECKS } from './deployment-checks.ts'
import { HEALTH_CHECKS } from './health-checks.ts'
import { INSIDE_CHECKS } from './inside-checks.ts'
import { LOG_CHECKS } from './log-checks.ts'
import { MACHINE_CHECKS } from './machine-checks.ts'
import { OOM_CHECKS } from './oom-checks.ts'
import { PUBLIC_CHECKS } from './public-checks.ts'
import { APP_CHECKS } from './status-checks.ts'
import { TOKEN_CHECKS } from './token-checks.ts'
import { VOLUME_CHECKS } from './volume-checks.ts'

/** Everything the doctor looks at, in the order in which equals are told. */
export const CHECKS: readonly Check[] = [
  ...DEPLOYMENT_CHECKS,
  ...MACHINE_CHECKS,
  ...APP_CHECKS,
  ...INSIDE_CHECKS,
  ...VOLUME_CHECKS,
  ...CONFIG_CHECKS,
  ...TOKEN_CHECKS,
  ...PUBLIC_CHECKS,
  ...HEALTH_CHECKS,
  ...OOM_CHECKS,
  ...LOG_CHECKS,
]
