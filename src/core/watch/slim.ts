import type { Machine, MachineConfig } from '../fly.ts'
import { masked } from '../gateway-command.ts'
import { commandOf, envOf, mountsOf } from '../machine-config.ts'
import { withoutPrinted } from '../secret-shapes.ts'
import { isBag, rawServices } from '../services.ts'
import { truncate } from '../text.ts'

/** What of the environment the checks read; anything else may hold a secret. */
const VARIABLES = ['NODE_OPTIONS', 'OPENCLAW_STATE_DIR', 'FLY_PROCESS_GROUP']
const EVENTS = 30
const OUTPUT = 300

/** A machine as it may be kept: what detectors read of it, and nothing that may be secret. */
export const slim = (machine: Machine): Machine => ({
  ...machine,
  config: machine.config === null ? null : slimConfig(machine.config),
  events: machine.events.slice(0, EVENTS),
  checks: machine.checks.map((check) => ({
    ...check,
    output: truncate(withoutPrinted(check.output).replaceAll(/\s+/g, ' ').trim(), OUTPUT),
  })),
})

function slimConfig(config: MachineConfig): MachineConfig {
  const env = Object.entries(envOf(config)).filter(([name]) => VARIABLES.includes(name))
  const { image, metadata, restart } = config
  const group = isBag(metadata) ? metadata['fly_process_group'] : undefined
  return {
    image,
    restart: isBag(restart) ? { policy: restart['policy'] } : undefined,
    metadata: group === undefined ? undefined : { fly_process_group: group },
    env: Object.fromEntries(env),
    init: { cmd: masked(commandOf(config)) },
    mounts: mountsOf(config),
    services: rawServices(config).map(slimService),
  }
}

/** Without its checks: they may send headers. */
const slimService = (service: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(SERVICE.map((name) => [name, service[name]]))
const SERVICE = [
  'internal_port',
  'protocol',
  'ports',
  'autostop',
  'autostart',
  'min_machines_running',
]
