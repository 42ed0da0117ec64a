import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, Volume } from '../fly.ts'
import type { Disk } from '../inside.ts'
import { mountsOf } from '../machine-config.ts'
import { attempt } from '../mutation/attempt.ts'
import { gatewayMachines } from '../mutation/targets.ts'
import { type Text, tr } from '../text.ts'

/** A volume, and the machine it is attached to. */
export interface Placed {
  readonly volume: Volume
  readonly machine: Machine | undefined
}

/** The volume with this id or name; without a word the only one, or the only one of the machines that run the gateway. */
export async function chooseVolume(
  { app, fly }: Pick<WorkContext, 'app' | 'fly'>,
  word: string | undefined,
): Promise<Placed> {
  const [volumes, machines] = await Promise.all([fly.volumes(app), fly.machines(app)])
  const volume = word === undefined ? onlyOne(volumes, machines) : named(volumes, word)
  return { volume, machine: machines.find(({ id }) => id === volume.attachedMachine) }
}

function named(volumes: readonly Volume[], word: string): Volume {
  const wanted = word.toLowerCase()
  const byId = volumes.find(({ id }) => id.toLowerCase() === wanted)
  const byName = volumes.filter(({ name }) => name.toLowerCase() === wanted)
  const [only, ...more] = byId === undefined ? byName : [byId]
  if (only !== undefined && more.length === 0) return only
  if (only !== undefined) throw which(byName)
  throw new OpsError('bad_input', tr(`There is no volume ${word}.`, `沒有磁碟區 ${word}。`), {
    hint:
      volumes.length === 0
        ? tr('The app has no volume at all.', '這個應用程式沒有任何磁碟區。')
        : tr(`There are: ${listed(volumes)}.`, `現有：${listed(volumes)}。`),
  })
}

function onlyOne(volumes: readonly Volume[], machines: readonly Machine[]): Volume {
  const [first, ...more] = volumes
  if (first === undefined)
    throw new OpsError('not_found', tr('This app has no volume.', '這個應用程式沒有磁碟區。'), {
      hint: tr('/openclaw deploy launch makes one.', '/openclaw deploy launch 會建立一個。'),
    })
  if (more.length === 0) return first
  const own = new Set(gatewayMachines(machines).map(({ id }) => id))
  const used = volumes.filter(({ attachedMachine }) => own.has(attachedMachine ?? ''))
  const [only, ...others] = used
  if (only !== undefined && others.length === 0) return only
  throw which(used.length > 0 ? used : volumes)
}

const which = (candidates: readonly Volume[]): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      `Which volume? There are ${candidates.length}: ${listed(candidates)}.`,
      `要選哪個磁碟區？共有 ${candidates.length} 個：${listed(candidates)}。`,
    ),
    {
      hint: tr(`Name it: volume=${candidates[0]?.id}.`, `請指定：volume=${candidates[0]?.id}。`),
    },
  )

const listed = (volumes: readonly Volume[]): string => volumes.map(({ id }) => id).join(', ')

/** Fly does nothing to a volume whose host does not answer. */
export function present(volume: Volume): Volume {
  const { id, hostStatus } = volume
  if (hostStatus === 'ok') return volume
  throw new OpsError(
    'host_unreachable',
    tr(
      `The host of volume ${id} is ${hostStatus}, so nothing can be done to it now.`,
      `磁碟區 ${id} 的主機狀態為 ${hostStatus}，目前無法處理。`,
    ),
    { hint: tr('Try again when Fly has it back.', '請等 Fly 恢復後再試。') },
  )
}

/** Where a machine has the volume in its file system. */
export const pathOf = (volume: string, machine: Machine | undefined): string | undefined =>
  machine?.config == null
    ? undefined
    : mountsOf(machine.config).find((mount) => mount.volume === volume)?.path

/** A volume's file system as the machine sees it, or why that is not known. */
export type DiskLook =
  { readonly known: true; readonly disk: Disk } | { readonly known: false; readonly why: Text }

/** Looks inside the machine with `df`: what counts is what a file can still be written to. */
export async function diskOf(context: WorkContext, { volume, machine }: Placed): Promise<DiskLook> {
  const { app, gateway, signal } = context
  if (machine === undefined)
    return unknown(tr('It is attached to no machine.', '它未掛載到任何機器。'))
  const path = pathOf(volume.id, machine)
  if (path === undefined)
    return unknown(tr('Where it is mounted is not known.', '不知道它掛載在何處。'))
  const looked = await attempt(gateway.inspect(app, machine, [path]), signal)
  const seen = looked.known ? looked.value : looked
  if (!seen.known) return unknown(seen.why)
  const disk = seen.disks.find((one) => one.path === path)
  if (disk === undefined) return unknown(tr(`${path} could not be measured.`, `無法測量 ${path}。`))
  if (!disk.mounted)
    return unknown(tr(`Nothing is mounted at ${path}.`, `${path} 沒有掛載任何磁碟區。`))
  return { known: true, disk }
}

const unknown = (why: Text): DiskLook => ({ known: false, why })
