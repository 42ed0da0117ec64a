import type { WorkContext } from '../context.ts'
import { mainMachine } from '../deployment.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig, Volume } from '../fly.ts'
import { flyToml } from '../fly-toml.ts'
import { look, valueOr } from '../in-time.ts'
import { mountsOf, processGroupOf } from '../machine-config.ts'
import { reachable } from '../mutation/kept.ts'
import { rememberedNetwork } from '../network-memory.ts'
import {
  isBag,
  rawServices,
  type Services,
  taggedVersion,
  templateServices,
  withServices,
} from '../services.ts'
import { tr } from '../text.ts'
import { writeToml } from '../toml.ts'
import { otherGroups, untoldIn } from './untold.ts'

export const KINDS = ['public', 'private'] as const
export type Kind = (typeof KINDS)[number]

/** A file, and what it does not say; field names are public. */
export interface Exported {
  readonly app: string
  readonly machine: string
  readonly kind: Kind
  /** Of what the machine is now: the file is of the other kind when it differs. */
  readonly now: Kind
  /** Where the services of a public file come from that the machine does not have. */
  readonly services: 'machine' | 'remembered' | 'template' | 'none'
  readonly file: { readonly name: string; readonly content: string }
  /** Names; null when they could not be read. */
  readonly secrets: readonly string[] | null
  /** Paths in the machine's config that the file has no words for. */
  readonly untold: readonly string[]
  readonly otherGroups: readonly string[]
  readonly otherMachines: readonly string[]
  /** What the image's name stands for now; null when Fly does not say. */
  readonly digest: string | null
}

const LOOK_MS = 8000

/** Writes the file of the machine that runs the gateway. Rejects when there is none, or its config can't be read. */
export async function exported(context: WorkContext, asked: Kind | undefined): Promise<Exported> {
  const { app, fly } = context
  const [machines, volumes, secrets] = await Promise.all([
    fly.machines(app),
    look(context, LOOK_MS, (signal) => fly.with(signal).volumes(app)),
    look(context, LOOK_MS, (signal) => fly.with(signal).secrets(app)),
  ])
  const found = mainMachine(machines)
  if (found === undefined) throw noMachine(app)
  const machine = reachable(found)
  const named = withMountNames(machine.config, valueOr(volumes, []))
  const now: Kind = rawServices(named).length > 0 ? 'public' : 'private'
  const kind = asked ?? now
  const { config, services } = await asKind(context, { machine, config: named, kind, now })
  const names = secrets.known ? secrets.value.map(({ name }) => name).toSorted() : null
  const group = processGroupOf(config)
  return {
    app,
    machine: machine.id,
    kind,
    now,
    services,
    file: {
      name: kind === 'public' ? 'fly.toml' : 'fly.private.toml',
      content: `${flyToml({ app, region: machine.region, config })}\n${secretLines(names)}`,
    },
    secrets: names,
    untold: untoldIn(config),
    otherGroups: otherGroups(
      group,
      machines.map((one) => one.config),
    ),
    otherMachines: machines
      .filter((one) => one.id !== machine.id && groupOf(one) === group)
      .map(({ id }) => id),
    digest: machine.imageDigest,
  }
}

const groupOf = ({ config }: Machine): string | null =>
  config === null ? null : processGroupOf(config)

/** A machine made by the API may name its volume by id alone; a file finds it by name. */
function withMountNames(config: MachineConfig, volumes: readonly Volume[]): MachineConfig {
  const mounts: unknown = config['mounts']
  if (!Array.isArray(mounts) || mountsOf(config).every(({ name }) => name !== null)) return config
  const named = mounts.map((mount: unknown): unknown => {
    if (!isBag(mount) || mount['name']) return mount
    const name = volumes.find(({ id }) => id === mount['volume'])?.name
    return name === undefined ? mount : { ...mount, name }
  })
  return { ...config, mounts: named }
}

interface Asked {
  readonly machine: Machine
  readonly config: MachineConfig
  readonly kind: Kind
  readonly now: Kind
}

async function asKind(
  context: WorkContext,
  { machine, config, kind, now }: Asked,
): Promise<{ readonly config: MachineConfig; readonly services: Exported['services'] }> {
  if (kind === 'private') return { config: withServices(config, []), services: 'none' }
  if (now === 'public') return { config, services: 'machine' }
  const kept = await keptServices(context, machine)
  if (kept.length > 0) return { config: withServices(config, kept), services: 'remembered' }
  const template = templateServices(config, taggedVersion(config))
  return { config: withServices(config, template), services: 'template' }
}

async function keptServices(context: WorkContext, machine: Machine): Promise<Services> {
  const memory = await rememberedNetwork(context)
  const all = memory?.machines ?? []
  const own = all.find(({ id }) => id === machine.id)
  return (own ?? all.find(({ group }) => group === groupOf(machine)))?.services ?? []
}

/** No file holds a secret; who deploys it elsewhere has to know their names. */
function secretLines(names: readonly string[] | null): string {
  if (names !== null && names.length === 0) return writeToml([comment(['The app has no secrets.'])])
  const lines =
    names === null
      ? ['Which secrets the app has could not be read: fly secrets list']
      : [
          'Secrets are not in this file. The app has these; another app needs them set first:',
          ...names.map((name) => `  fly secrets set ${name}=…`),
        ]
  return writeToml([comment(lines)])
}

const comment = (comments: readonly string[]) => ({ path: [], entries: [], comments })

const noMachine = (app: string): OpsError =>
  new OpsError('not_found', tr(`${app} has no machine.`, `${app} 沒有機器。`), {
    hint: tr('/openclaw deploy launch makes one.', '/openclaw deploy launch 會建立一部。'),
  })
