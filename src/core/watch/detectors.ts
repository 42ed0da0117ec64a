import { BLIND } from './blind-detector.ts'
import type { Detector } from './detector.ts'
import { END_DETECTORS } from './end-detectors.ts'
import { EXIT_78 } from './exit-78.ts'
import { HEALTH_DETECTORS } from './health-detectors.ts'
import { HOST } from './host-detector.ts'
import { OOM_DETECTORS } from './oom-detectors.ts'
import { PLACE_DETECTORS } from './place-detectors.ts'
import { SECURITY_DETECTORS } from './security-detectors.ts'
import { START_DETECTORS } from './start-detectors.ts'
import { VOLUME_DETECTORS } from './volume-detectors.ts'

/** Everything the watcher looks out for; of one incident the newest word is its title, so what follows is told before its cause. */
export const DETECTORS: readonly Detector[] = [
  HOST,
  ...HEALTH_DETECTORS,
  ...END_DETECTORS,
  ...START_DETECTORS,
  EXIT_78,
  ...OOM_DETECTORS,
  ...PLACE_DETECTORS,
  ...VOLUME_DETECTORS,
  ...SECURITY_DETECTORS,
  BLIND,
]
