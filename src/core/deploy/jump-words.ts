import { mb } from '../memory-size.ts'
import { join, type Text, tr } from '../text.ts'
import type { DeployChange, Target } from './change.ts'
import {
  changesBetween,
  directionOf,
  isBeyond,
  KNOWN_AT,
  NEWEST_KNOWN,
  type Noted,
  type Traits,
} from './jumps.ts'

/** The guide's recommendation, and below what it calls it too small (OPENCLAW.md §1); 850 MB were measured at rest. */
const WANTED_MB = 2048
const LEAST_MB = 1024

/** What is known of the way from one release to the other, for these machines. */
export function jumpWords({ from, to, targets }: DeployChange): readonly Text[] {
  if (targets.length === 0) return []
  const noted = changesBetween({ from: from.version, to: to.version }, traitsOf(targets))
  return [
    ...wayWords(from.version, to.version),
    ...noted.map(notedWords),
    ...targets.flatMap(memoryWords),
  ]
}

/** What matters to one machine matters. */
const traitsOf = (targets: readonly Target[]): Traits => ({
  served: targets.some(({ traits }) => traits.served),
  startupCheck: targets.some(({ traits }) => traits.startupCheck),
  heapCap: targets.every(({ traits }) => traits.heapCap),
})

/** Which way it goes, and what that means for the state on the volume. */
function wayWords(from: string | null, to: string | null): readonly Text[] {
  const beyond = isBeyond(to) ? [beyondWords(to ?? '')] : []
  switch (directionOf(from, to)) {
    case 'up':
      return [
        tr(
          '⚠️ A newer release may change the state on the volume at its first start. That can’t be undone: an older one then refuses to start on it, and the way back is the snapshot.',
          '⚠️ 較新的版本可能在第一次啟動時更改磁碟區上的狀態，且無法復原：之後較舊的版本會拒絕啟動，只能以快照回復。',
        ),
        ...beyond,
      ]
    case 'down':
      return [
        tr(
          `⚠️ This is a downgrade from ${from} to ${to}. A state that the newer release has migrated does not start under the older one; then the newer image comes back.`,
          `⚠️ 這是從 ${from} 降級到 ${to}。已由較新版本遷移的狀態無法在較舊版本啟動；屆時會換回較新的映像檔。`,
        ),
        ...beyond,
      ]
    case 'same':
      return [
        tr(
          'It is the same release in another build: nothing is known to change.',
          '同一版本的不同建置：沒有已知的變更。',
        ),
      ]
    case 'unknown':
      return [unknownWords(from, to), ...beyond]
  }
}

const beyondWords = (to: string): Text =>
  tr(
    `ℹ️ ${to} is newer than ${NEWEST_KNOWN}, the newest release known here (${KNOWN_AT}). Read its release notes for what is not listed.`,
    `ℹ️ ${to} 比此處已知的最新版本 ${NEWEST_KNOWN}（${KNOWN_AT}）還新。未列出的變更請閱讀其發行說明。`,
  )

function unknownWords(from: string | null, to: string | null): Text {
  const which =
    to === null
      ? tr('The release in the new image is not known', '無法得知新映像檔的版本')
      : from === null
        ? tr('The release that runs now is not known', '無法得知目前執行的版本')
        : tr(`${from} and ${to} can’t be compared`, `無法比較 ${from} 與 ${to}`)
  return join(
    '',
    '⚠️ ',
    which,
    tr(
      ', so nobody can say what changes. If it migrates the state on the volume, the way back is the snapshot.',
      '，因此無法說明會有哪些變更。若它遷移磁碟區上的狀態，只能以快照回復。',
    ),
  )
}

const notedWords = ({ weight, maybe, text }: Noted): Text =>
  join(
    ' ',
    weight === 'breaks' ? '⚠️' : 'ℹ️',
    maybe ? tr('Perhaps already so:', '可能早已如此：') : '',
    text,
  )

function memoryWords({ id, memoryMb }: Target): readonly Text[] {
  if (memoryMb === null || memoryMb >= WANTED_MB) return []
  const has = mb(memoryMb)
  const words =
    memoryMb < LEAST_MB
      ? tr(
          `⚠️ ${id} has ${has}. The gateway takes about 850 MB at rest and will not fit; give it memory first: /openclaw memory size=2gb.`,
          `⚠️ ${id} 只有 ${has}。閘道閒置時約需 850 MB，會放不下；請先增加記憶體：/openclaw memory size=2gb。`,
        )
      : tr(
          `⚠️ ${id} has ${has}; ${mb(WANTED_MB)} are recommended. A first start that migrates takes more than usual.`,
          `⚠️ ${id} 只有 ${has}；建議 ${mb(WANTED_MB)}。第一次啟動若需遷移會用得更多。`,
        )
  return [words]
}
