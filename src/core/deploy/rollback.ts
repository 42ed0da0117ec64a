import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { attempt } from '../mutation/attempt.ts'
import { tr } from '../text.ts'
import { seenOf } from './change.ts'
import { goalOf, imageOf } from './goal.ts'
import { type HistoryRow, timeline, tookHold } from './history.ts'
import { readImage } from './image-ref.ts'
import { machinesOf, planDeploy } from './plan.ts'
import { type Deploy, deployments, type ImageSeen } from './record.ts'

const RELEASES = 50
/** What `to` may look like. */
export const TO = /^(?:\d{1,6}|v\d{1,6}|J-[0-9A-Z]{6})$/i

/** Which image is gone back to, and which deployment that takes back. */
interface Chosen {
  readonly image: ImageSeen
  readonly undone: Deploy | undefined
}

/** The plan for `deploy rollback`: an entry of the history, or the image before the last one. */
export async function planRollback(context: WorkContext, to: string | undefined): Promise<Plan> {
  const { app, store, fly, signal } = context
  const [{ main, machines }, own, releases] = await Promise.all([
    machinesOf(context),
    deployments({ store, app }),
    attempt(fly.releases(app, RELEASES), signal),
  ])
  const rows = timeline(own, releases.known ? releases.value : [])
  const { image, undone } = choose({ rows, own, main }, to)
  const name = readImage(image.image, imageOf(main))
  const exact = { ...name, digest: name.digest ?? image.digest }
  const same = image.digest === null ? [] : [image.digest]
  const goal = await goalOf(context, exact, { version: image.version, same })
  return planDeploy(context, machines, { kind: 'rollback', goal, undone })
}

interface Known {
  readonly rows: readonly HistoryRow[]
  readonly own: readonly Deploy[]
  readonly main: Machine
}

function choose(known: Known, to: string | undefined): Chosen {
  return to === undefined ? beforeLast(known) : named(known, to.trim())
}

/** What ran before the newest deployment, wherever that was made. */
function beforeLast({ rows, own, main }: Known): Chosen {
  const now = seenOf(main, null)
  const held = rows.filter(tookHold)
  const [last] = held
  if (last?.here === true && last.from !== null && !isSame(last.from, now))
    return { image: last.from, undone: own.find(({ job }) => job === last.job) }
  const older = held.find(({ to }) => to !== null && !isSame(to, now))
  if (older?.to) return { image: older.to, undone: leftBy(own, older.to) }
  throw new OpsError(
    'not_found',
    tr('The history knows no other image to go back to.', '歷史中沒有其他可退回的映像檔。'),
    {
      hint: tr(
        'Name one: /openclaw deploy image image=2026.9.6.',
        '請指定：/openclaw deploy image image=2026.9.6。',
      ),
    },
  )
}

function named({ rows, own }: Known, to: string): Chosen {
  const word = to.toLowerCase()
  const row = rows.find(({ id, job }) => id === word || job?.toLowerCase() === word)
  if (row === undefined || row.to === null) throw unknownEntry(to, rows)
  if (tookHold(row)) return { image: row.to, undone: leftBy(own, row.to) }
  throw new OpsError(
    'conflict',
    tr(
      `Deployment ${row.id} did not take hold, so there is nothing of it to go back to.`,
      `部署 ${row.id} 沒有成功，因此無法退回到它。`,
    ),
    {
      hint: tr(
        'Choose another one from /openclaw deploy history.',
        '請從 /openclaw deploy history 選擇另一筆。',
      ),
    },
  )
}

function unknownEntry(to: string, rows: readonly HistoryRow[]): OpsError {
  const ids = rows
    .filter(tookHold)
    .slice(0, 8)
    .map(({ id }) => id)
    .join(', ')
  return new OpsError(
    'bad_input',
    tr(`The history has no deployment ${to}.`, `歷史中沒有部署 ${to}。`),
    {
      hint:
        ids === ''
          ? tr('It is empty so far.', '目前是空的。')
          : tr(`There are: ${ids}.`, `現有：${ids}。`),
    },
  )
}

/** The last deployment that went away from an image: its snapshots hold the state as that image left it. */
const leftBy = (own: readonly Deploy[], image: ImageSeen): Deploy | undefined =>
  own.find(({ from, snapshots }) => snapshots.length > 0 && isSame(from, image))

const isSame = (a: ImageSeen, b: ImageSeen): boolean =>
  a.digest === null || b.digest === null ? a.image === b.image : a.digest === b.digest
