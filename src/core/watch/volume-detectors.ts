import type { Finding } from '../checks/finding.ts'
import { fullness, OLD_DAYS, oldCopy } from '../doctor/volume-checks.ts'
import type { Volume } from '../fly.ts'
import { duration, type Text, tr } from '../text.ts'
import { NEARLY_FULL } from '../volumes/list-render.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { DAY } from './moments.ts'
import { appSeen, machineSeen } from './seen-of.ts'
import { against, troubleOf } from './trouble.ts'

/** What is written must have room, and a copy elsewhere. */
export const VOLUME_DETECTORS: readonly Detector[] = [
  {
    id: 'volume.full',
    doc: tr(
      'A volume is full to this share; critical at 90 %. Over when it has room again.',
      '磁碟區使用達此比例；90 % 時為嚴重。恢復空間即結束。',
    ),
    severity: 'critical',
    threshold: { default: NEARLY_FULL * 100, unit: '%', min: 50, max: 99 },
    needs: ['volumes'],
    cures: ['volumes extend'],
    detect: (moment) =>
      against(
        `${moment.threshold} %`,
        volumesOf(moment).flatMap((volume) => full(volume, moment)),
      ),
  },
  {
    id: 'volume.no_copy',
    doc: tr(
      'The newest snapshot of a volume is older than this. Over when there is a newer one.',
      '磁碟區最新的快照超過此天數。有更新的快照即結束。',
    ),
    severity: 'warning',
    threshold: { default: OLD_DAYS, unit: 'd', min: 1, max: 60 },
    needs: ['volumes', 'snapshots'],
    cures: ['volumes snapshot'],
    detect: (moment) =>
      against(
        duration(moment.threshold * DAY),
        volumesOf(moment).flatMap((volume) => old(volume, moment)),
      ),
  },
]

const volumesOf = ({ after: { volumes } }: Moment): readonly Volume[] =>
  volumes.known ? volumes.value : []

const troublesOf = (
  found: readonly Finding[],
  { id }: Volume,
  rest: { readonly title: Text } & Pick<Trouble, 'since' | 'needs'>,
): readonly Trouble[] =>
  found.map((one) =>
    troubleOf(one, {
      key: id,
      group: `volume/${id}`,
      machine: null,
      severity: one.severity,
      from: 'look',
      ...rest,
    }),
  )

/** Measured inside, where that can be; Fly's own figure may be hours old and is then no end of it. */
function full(volume: Volume, { after, now, threshold }: Moment): readonly Trouble[] {
  const seen = machineSeen(after, volume.attachedMachine, now)
  const found = fullness(volume, seen, threshold / 100)
  const inside = seen.inside.known
  return troublesOf(found, volume, {
    title: tr('Volume is filling up', '磁碟區即將用盡'),
    since: now,
    needs: inside ? ['volumes', 'inside'] : ['volumes'],
  })
}

function old(volume: Volume, { after, now, threshold }: Moment): readonly Trouble[] {
  return troublesOf(oldCopy(volume, appSeen(after, now), threshold), volume, {
    title: tr('No recent snapshot', '沒有近期的快照'),
    since: now,
  })
}
