import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { OpsError } from '../core/errors.ts'
import type { Fly, Machine } from '../core/fly.ts'
import type { Gateway, GatewayReport } from '../core/gateway.ts'
import { tr } from '../core/text.ts'
import type { Text } from '../core/text.ts'
import { parseFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import { judgeHealth } from './health.ts'
import { locate } from '../core/locate.ts'
import type { Location, Overrides } from '../core/locate.ts'

export interface GatewayDeps {
  readonly fly: Pick<Fly, 'exec'>
  readonly overrides?: Overrides
  /** Makes the word that ties an output to its probe; random by default. */
  readonly nonce?: () => string
}

/** Long commands fail at about 30 s on Fly, sometimes after having run (FLY.md §5.8): stay well below. */
const SECONDS = 20
/** An exec's own PATH may lack where the image keeps curl and node. */
const EXTRA_PATH = ':/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

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

function reportOf(frame: Frame, location: Location): GatewayReport {
  const { failing, ...health } = judgeHealth(frame, location.port)
  const { process } = frame
  return {
    ...health,
    uptimeMs: health.uptimeMs ?? processUptime(frame),
    bootId: bootOf(frame),
    channels: null,
    rssBytes: process === null || process.rssKb === 0 ? null : process.rssKb * 1024,
    pid: process?.pid ?? null,
    ...location,
    ...(failing === null ? {} : { failing }),
  }
}

/** Fly's failures that leave the gateway unknown; a cancelled call stays a failure. */
function excuse(error: unknown): Text {
  if (!(error instanceof OpsError) || error.code === 'cancelled') throw error
  return error.text
}

const GARBLED = tr(
  'The answer from inside the machine could not be read. Try again.',
  '無法讀取機器內部的回應，請再試一次。',
)
const UNREACHABLE = tr(
  'Fly cannot reach the host of this machine at the moment. Wait, or see status.flyio.net.',
  'Fly 目前無法連上這部機器的主機，請稍候，或查看 status.flyio.net。',
)

/** Looks at gateways with one `exec` each. Rejects only when cancelled; whatever else goes wrong is in the report. */
export function createGateway({ fly, overrides = {}, nonce }: GatewayDeps): Gateway {
  const script = readFileSync(new URL('probe.sh', import.meta.url), 'utf8')
  const makeNonce = nonce ?? (() => randomBytes(12).toString('hex'))

  const look = async (app: string, machine: Machine, location: Location) => {
    const word = makeNonce()
    const place = [location.stateDir, String(location.port)]
    const command = ['sh', '-c', script, '_', ...place, word, EXTRA_PATH]
    const result = await fly.exec(app, machine.id, { command, seconds: SECONDS })
    return parseFrame(result.stdout, word)
  }

  return {
    probe: async (app, machine) => {
      if (machine.config === null) return blank(null, overrides, null, UNREACHABLE)
      const location = locate(machine.config, overrides)
      if (machine.state !== 'started')
        return blank(location, overrides, false, notStarted(machine.state))
      try {
        const frame = await look(app, machine, location)
        return frame === null
          ? blank(location, overrides, null, GARBLED)
          : reportOf(frame, location)
      } catch (error) {
        return blank(location, overrides, null, excuse(error))
      }
    },
  }
}
