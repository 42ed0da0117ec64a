import { readFileSync } from 'node:fs'
import type { Machine } from '../core/fly.ts'
import type { Gateway, GatewayReport, ProbeOptions } from '../core/gateway.ts'
import { tr } from '../core/text.ts'
import type { Text } from '../core/text.ts'
import { channelsOf } from './channels.ts'
import { createConfigFile } from './config-file.ts'
import { createEnvironment } from './environment.ts'
import { parseFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import { judgeHealth } from './health.ts'
import { locate } from '../core/locate.ts'
import type { Location, Overrides } from '../core/locate.ts'
import { createInspect } from './inspect.ts'
import { createLocks } from './locks.ts'
import { createPreflight } from './preflight.ts'
import { createScript, excuse } from './script.ts'
import type { GatewayDeps } from './script.ts'
import { createTokens } from './token.ts'

/** A look takes a second, four hung requests three each. */
const SECONDS = 20
/** Waiting may take this long of an exec, so that the look that follows still ends in time. */
const LONGEST_WAIT_SECONDS = 15
const SECONDS_WITH_WAIT = 22

const STATES: Readonly<Record<string, Text>> = {
  stopped: tr('The machine is stopped. Start it.', '機器已停止，請啟動它。'),
  suspended: tr('The machine is suspended. Start it.', '機器已暫停，請啟動它。'),
  failed: tr(
    'The machine failed to start. Read its logs, then restart it.',
    '機器啟動失敗，請查看日誌，再重新啟動。',
  ),
}

/** A report that says only why there is none. */
function blank(
  location: Location | null,
  overrides: Overrides,
  ready: false | null,
  reason: Text,
): GatewayReport {
  return {
    ready,
    reason,
    version: null,
    uptimeMs: null,
    bootId: null,
    channels: null,
    rssBytes: null,
    pid: null,
    port: location?.port ?? overrides.port ?? 3000,
    stateDir: location?.stateDir ?? overrides.stateDir ?? '/data',
    layout: location?.layout ?? 'direct',
    stateOnVolume: location?.stateOnVolume ?? null,
  }
}

const notStarted = (state: string): Text =>
  STATES[state] ??
  tr(
    `The machine is ${state}, not started. Look again in a minute.`,
    `機器目前為 ${state}，尚未啟動，請一分鐘後再查看。`,
  )

/** When the process started, in ms ago, from the kernel's own figures. */
function processUptime({ process }: Frame): number | null {
  if (process === null || process.ticksPerSecond === 0) return null
  const { startTicks, ticksPerSecond, machineUptimeSeconds } = process
  return Math.max(0, Math.round((machineUptimeSeconds - startTicks / ticksPerSecond) * 1000))
}

/**
 * Which run of the process this is: kernel boot, pid and start time. The boot belongs to it because a machine that boots
 * twice may well give the same pid and start tick. A restart within the process keeps it; `uptimeMs` shows that one.
 */
const bootOf = ({ process, boot }: Frame): string | null =>
  process === null || boot === null ? null : `${boot}:${process.pid}:${process.startTicks}`

/** One that still starts has no channels yet, which says nothing; one that is held up by a channel names it (`discord:default`). */
const worthTelling = (ready: boolean | null, failing: readonly string[] | null): boolean =>
  ready === true || (failing ?? []).some((name) => name.includes(':'))

function reportOf(frame: Frame, location: Location): GatewayReport {
  const { failing, ...health } = judgeHealth(frame, location.port)
  const { process } = frame
  return {
    ...health,
    uptimeMs: health.uptimeMs ?? processUptime(frame),
    bootId: bootOf(frame),
    ...(worthTelling(health.ready, failing) ? channelsOf(frame) : { channels: null }),
    rssBytes: process === null || process.rssKb === 0 ? null : process.rssKb * 1024,
    pid: process?.pid ?? null,
    ...location,
    ...(failing === null ? {} : { failing }),
  }
}

const GARBLED = tr(
  'The answer from inside the machine could not be read. Try again.',
  '無法讀取機器內部的回應，請再試一次。',
)
const UNREACHABLE = tr(
  'Fly cannot reach the host of this machine at the moment. Wait, or see status.flyio.net.',
  'Fly 目前無法連上這部機器的主機，請稍候，或查看 status.flyio.net。',
)

const STILL_OLD = tr(
  'The gateway from before still answers; the new one is not there yet.',
  '先前的閘道仍在回應，新的尚未啟動。',
)

/** One that is still going down is ready for nothing. */
function discount(report: GatewayReport, otherBootThan: string | undefined): GatewayReport {
  if (report.ready !== true || report.bootId === null || report.bootId !== otherBootThan)
    return report
  return { ...report, ready: false, reason: STILL_OLD }
}

/** What the script is told: how long to wait in whole seconds, the run that does not count, and how to ask about channels. */
function told({ waitMs = 0, otherBootThan = '', channels = false }: ProbeOptions, asker: string) {
  const seconds = Math.min(Math.max(0, Math.floor(waitMs / 1000)), LONGEST_WAIT_SECONDS)
  return {
    words: [String(seconds), otherBootThan, channels ? asker : ''],
    seconds: seconds === 0 ? SECONDS : SECONDS_WITH_WAIT,
  }
}

/** Looks at gateways with one `exec` each. Rejects only when cancelled; whatever else goes wrong is in the report. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { overrides = {} } = deps
  const script = createScript(deps, 'probe.sh')
  const asker = ['config-auth.mjs', 'channels.mjs']
    .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
    .join('\n')

  const look = async (app: string, machine: Machine, location: Location, how: ProbeOptions) => {
    const { stdout, nonce } = await script({ app, machine, location, ...told(how, asker) })
    const frame = parseFrame(stdout, nonce)
    if (frame === null) return blank(location, overrides, null, GARBLED)
    return discount(reportOf(frame, location), how.otherBootThan)
  }

  return {
    config: createConfigFile(deps),
    probe: async (app, machine, how = {}) => {
      if (machine.config === null) return blank(null, overrides, null, UNREACHABLE)
      const location = locate(machine.config, overrides)
      if (machine.state !== 'started')
        return blank(location, overrides, false, notStarted(machine.state))
      try {
        return await look(app, machine, location, how)
      } catch (error) {
        return blank(location, overrides, null, excuse(error))
      }
    },
    inspect: createInspect(deps),
    preflight: createPreflight(deps),
    ...createLocks(deps),
    ...createTokens(deps),
    ...createEnvironment(deps),
  }
}
