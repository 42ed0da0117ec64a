import { DETECTORS } from '../../src/core/watch/detectors.ts'
import { positionAfter } from '../../src/core/logs/tail.ts'
import { watchApp } from '../../src/watch/one-app.ts'
import { createWatchRecords } from '../../src/watch/records.ts'
import * as made from '../helpers/deployments.ts'
import { noGateway, scriptedFly } from '../helpers/run-command.ts'
import { createTestLog } from '../helpers/test-log.ts'

type Deps = Parameters<typeof watchApp>[0]

/** Lines of an app that writes none. */
export const NO_LINES = { logs: undefined, position: positionAfter('1'), everyMs: null } as const

/** Watches `my-openclaw` from now on, where nothing is wrong and nothing comes of it but what `given` says. */
export function watchOne(
  given: Partial<Deps> & Pick<Deps, 'store' | 'clock' | 'intake'>,
  signal: AbortSignal,
): Promise<void> {
  const usual = {
    fly: scriptedFly({ machines: async () => [made.machine()] }),
    gateway: { ...noGateway(), probe: async () => made.report() },
    log: createTestLog([]),
    recent: async () => [],
    lines: { expect: () => {}, leave: () => {}, read: async () => NO_LINES },
    records: createWatchRecords(given),
    rules: async () => ({}),
    detectors: DETECTORS,
    remedy: async () => {},
    holds: () => true,
    onLook: () => {},
    random: () => 1,
  }
  return watchApp({ ...usual, ...given }, { app: 'my-openclaw', firstMs: 0, signal })
}
