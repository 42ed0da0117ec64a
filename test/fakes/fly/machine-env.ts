import { delimiter } from 'node:path'
import { guestOf, tagOf } from './config-view.ts'
import type { InsideMap } from './inside-map.ts'
import { markerName } from './process-tree.ts'
import type { FakeMachine } from './types.ts'
import { record, text } from './values.ts'

interface EnvParts {
  readonly map: InsideMap
  readonly bin: string
  readonly marker: string
}

/** What a process in the machine sees: the config's env, the secrets of the running version, Fly's own variables. */
export function machineEnv(machine: FakeMachine, parts: EnvParts): NodeJS.ProcessEnv {
  const own = Object.entries(record(machine.config['env'])).map(
    ([name, value]) => [name, parts.map.word(text(value) ?? '')] as const,
  )
  const metadata = record(machine.config['metadata'])
  return {
    TMPDIR: parts.map.word('/tmp'),
    HOME: parts.map.word('/home/node'),
    ...Object.fromEntries(own),
    ...machine.secrets,
    PATH: `${parts.bin}${delimiter}${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    FLY_APP_NAME: machine.app,
    FLY_MACHINE_ID: machine.id,
    FLY_ALLOC_ID: machine.id,
    FLY_REGION: machine.region,
    FLY_IMAGE_REF: text(machine.config['image']) ?? '',
    FLY_MACHINE_VERSION: machine.instanceId,
    FLY_PRIVATE_IP: machine.privateIp,
    FLY_PROCESS_GROUP: text(metadata['fly_process_group']) ?? 'app',
    FLY_VM_MEMORY_MB: String(guestOf(machine.config).memoryMb),
    PRIMARY_REGION: machine.region,
    FAKE_OPENCLAW_VERSION: tagOf(machine),
    [markerName]: parts.marker,
  }
}
