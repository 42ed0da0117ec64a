import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { FlyApp, TokenScope } from '../fly.ts'
import { look, valueOr } from '../in-time.ts'
import { type Address, isOpen, plain } from '../network.ts'
import { type Text, tr } from '../text.ts'
import {
  hasMachines,
  hasVolumes,
  isOpenAlready,
  noOrganization,
  noSuchImage,
  noSuchRegion,
  notOurs,
  setAlready,
  tokenTooSmall,
} from './refusals.ts'
import { givenKeys } from './keys.ts'
import { launchBlocks } from './plan-words.ts'
import { addressesFor, type Launch, type LaunchOptions, VOLUME, wantedOf } from './target.ts'

const LOOK_MS = 8000

/** What would be made. Rejects where something is there already, or where the token can't make it. */
export async function planLaunch(context: WorkContext, options: LaunchOptions): Promise<Plan> {
  const { app, phase } = context
  const { name, ...wanted } = wantedOf(options)
  const found = await findApp(context)
  const open = found.addresses.filter(isOpen).map(({ address }) => address)
  if (!wanted.open && open.length > 0) throw isOpenAlready(app, open)
  const keys = await keysOf(context, options, found.secrets)
  const launch: Launch = {
    ...wanted,
    ...found,
    keys,
    allocate: addressesFor(wanted.open, found.addresses),
  }
  const notes = phase === 'plan' ? await lookAround(context, launch, name) : []
  return {
    title: tr(`Launch an OpenClaw gateway as ${app}?`, `要以 ${app} 建立 OpenClaw 閘道嗎？`),
    blocks: launchBlocks(app, launch, { name, notes }),
    fingerprint: JSON.stringify(launch),
    data: launch,
  }
}

/** Names of what was given. Rejects where one of them would go over what somebody has set: that can't be read, so not be put back. */
async function keysOf(
  context: WorkContext,
  options: LaunchOptions,
  present: readonly string[],
): Promise<readonly string[]> {
  const names = Object.keys(await givenKeys(context, options))
  const twice = names.filter((name) => present.includes(name))
  if (twice.length > 0) throw setAlready(context.app, twice)
  return names.toSorted()
}

type Found = Pick<Launch, 'org' | 'existed' | 'addresses' | 'secrets'>

async function findApp(context: WorkContext): Promise<Found> {
  const { app, fly } = context
  const info = await fly.app(app).catch((error: unknown) => {
    if (error instanceof OpsError && error.code === 'not_found') return null
    throw error instanceof OpsError && error.code === 'scope' ? notOurs(app) : error
  })
  if (info !== null) return emptyApp(context, info)
  return { org: await orgForNew(context), existed: false, addresses: [], secrets: [] }
}

/** An app that somebody made for this, as one has to whose token is for one app. */
async function emptyApp({ app, fly }: WorkContext, { org }: FlyApp): Promise<Found> {
  const [machines, volumes, addresses, secrets] = await Promise.all([
    fly.machines(app),
    fly.volumes(app),
    fly.addresses(app),
    fly.secrets(app),
  ])
  if (machines.length > 0) throw hasMachines(app, ids(machines))
  if (volumes.length > 0) throw hasVolumes(app, ids(volumes))
  return {
    org: org ?? '',
    existed: true,
    addresses: addresses.map(plain).toSorted(byAddress),
    secrets: secrets.map(({ name }) => name).toSorted(),
  }
}

const ids = (all: ReadonlyArray<{ readonly id: string }>): readonly string[] =>
  all.map(({ id }) => id)
const byAddress = (a: Address, b: Address): number => a.address.localeCompare(b.address)

/** The organization of a new app. Rejects when it is known that the token can't make one; Fly decides where it is not. */
async function orgForNew(context: WorkContext): Promise<string> {
  const { app, fly } = context
  const seen = await look(context, LOOK_MS, (signal) => fly.with(signal).tokenScopes())
  const scopes: readonly TokenScope[] = valueOr(seen, [])
  const slugs = [...new Set(scopes.flatMap(({ org }) => org ?? []))]
  const org = context.org ?? (slugs.length === 1 ? slugs[0] : undefined)
  const whole = scopes.filter(({ apps }) => apps.length === 0)
  if (scopes.length > 0 && whole.length === 0)
    throw tokenTooSmall(app, { org: org ?? '<org>', apps: scopes.flatMap(({ apps }) => apps) })
  if (org === undefined) throw noOrganization(slugs)
  return org
}

/** What only the question shows: whether the region and the image are there, and whether there is room. */
async function lookAround(
  context: WorkContext,
  launch: Launch,
  image: ReturnType<typeof wantedOf>['name'],
): Promise<readonly Text[]> {
  const { fly, images } = context
  const [regions, room, found] = await Promise.all([
    look(context, LOOK_MS, (signal) => fly.with(signal).regions()),
    look(context, LOOK_MS, (signal) => fly.with(signal).placements(placeOf(launch))),
    look(context, LOOK_MS, async (signal) => images?.find(image, signal)),
  ])
  const codes = valueOr(regions, []).map(({ code }) => code)
  if (codes.length > 0 && !codes.includes(launch.region)) throw noSuchRegion(launch.region, codes)
  if (found.known && found.value?.exists === false) throw noSuchImage(launch.image)
  return [
    ...roomNote(launch.region, room.known ? room.value : null),
    ...(found.known && found.value?.exists === true ? [] : [IMAGE_UNSEEN]),
  ]
}

const placeOf = ({ org, region, guest }: Launch) => ({
  org,
  region: `${region},any`,
  guest,
  count: 1,
  volumeName: VOLUME.name,
})

const IMAGE_UNSEEN = tr(
  'Whether the image is there was not looked up; if it is not, everything is taken back.',
  '未查詢映像檔是否存在；若不存在，會全部復原。',
)

/** Fly's own reckoning, no more than that. */
function roomNote(
  region: string,
  rooms: ReadonlyArray<{ readonly region: string; readonly count: number }> | null,
): readonly Text[] {
  if (rooms === null || rooms.length === 0)
    return [
      tr('Whether Fly has room for it could not be looked up.', '無法查詢 Fly 是否有足夠容量。'),
    ]
  const fits = rooms.filter(({ count }) => count > 0).map((room) => room.region)
  if (fits.includes(region)) return []
  const others = fits.slice(0, 6).join(', ')
  return [
    tr(
      `⚠️ By Fly's simulation there is no room for it in ${region} now. There is in: ${others}.`,
      `⚠️ 依 Fly 的模擬，${region} 目前沒有容量。有容量的區域：${others}。`,
    ),
  ]
}
