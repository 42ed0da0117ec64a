import type { Self } from '../../../src/core/own-machine.ts'
import type { ProcessRecord } from '../../../src/core/processes.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { bootsOf } from './inside.ts'
import type { Scene } from './open.ts'

export const OWN_APP = 'my-openclaw-ops'
const IMAGE = 'registry.fly.io/my-openclaw-ops:1.0.0'

/** The bot's own deployment beside the gateway's, an hour old. */
export interface OwnScene {
  readonly machine: FakeMachine
  /** Whether the bot comes up on a machine that runs; a test changes it. */
  comesUp: (machine: FakeMachine) => boolean
  /** What the program in an image's trial prints, and how it ends. */
  trial: (machine: FakeMachine) => { readonly exitCode: number; readonly stdout: string }
}

/**
 * Gives the workers of a scene a machine they run on. They do not really die with it: each boot of the machine counts as another run of
 * the bot, which says so by its record in the store, with the image's tag for a version.
 */
export async function ownMachineIn(
  scene: Scene,
  { app = OWN_APP, others = [] }: { app?: string; others?: readonly ProcessRecord[] } = {},
): Promise<OwnScene> {
  const { fly, clock, store, ground, inside } = scene
  if (app === OWN_APP) fly.addApp({ name: app })
  const volume = fly.addVolume({ app, name: 'ops_data', region: 'iad', sizeGb: 1 })
  const config = configOf(volume.id)
  const machine = await fly.addMachine({ app, region: 'iad', config })
  await clock.advance(3_600_000)
  const own: OwnScene = {
    machine,
    comesUp: () => true,
    trial: (one) => ({
      exitCode: 0,
      stdout: JSON.stringify({ name: 'openclaw-ops', version: tagOf(one) }),
    }),
  }
  let last = recordOf(machine)
  const { list } = store
  const listed: typeof list = async (bucket, options) => {
    if (bucket !== 'process') return list(bucket, options)
    if (machine.state === 'started' && own.comesUp(machine)) last = recordOf(machine)
    const records = [{ ...last, seenAt: clock.now() }, ...others]
    return records.map((value) => ({ id: value.place, value, order: value.startedAt }))
  }
  Object.assign(store, { list: listed })
  ground.self = selfOf(last)
  inside.exec = (request) => ({ ...own.trial(request.machine), stderr: '' })
  return own
}

const configOf = (volume: string) => ({
  image: IMAGE,
  guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 512 },
  mounts: [{ volume, path: '/data', name: 'ops_data' }],
  stop_config: { signal: 'SIGTERM', timeout: '30s' },
  restart: { policy: 'always' },
  metadata: { fly_process_group: 'bot' },
})

const tagOf = ({ config }: FakeMachine): string => String(config['image']).split(':').at(-1) ?? ''

function recordOf(machine: FakeMachine): ProcessRecord {
  const starts = machine.events.filter(
    ({ type, status }) => type === 'start' && status === 'started',
  )
  const startedAt = Math.max(...starts.map(({ timestamp }) => timestamp))
  return {
    place: `${machine.id}.all`,
    app: machine.app,
    machine: machine.id,
    region: 'iad',
    role: 'all',
    version: tagOf(machine),
    boot: `boot-${bootsOf(machine)}`,
    startedAt,
    seenAt: startedAt,
    endedAt: null,
  }
}

const selfOf = (record: ProcessRecord): Self => ({
  ...record,
  engine: 'sqlite',
  root: '/app/',
  memory: () => ({ rssBytes: 160 * 1_048_576, limitBytes: 512 * 1_048_576 }),
  queue: async () => ({
    read: { waiting: 0, active: 1, delayed: 0 },
    'app-my-openclaw': { waiting: 2, active: 1, delayed: 0 },
    timer: { waiting: 0, active: 0, delayed: 0 },
  }),
  before: () => null,
})
