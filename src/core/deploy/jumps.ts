import { type Text, tr } from '../text.ts'
import { compareVersions } from '../versions.ts'

/** The newest release that was run and looked at; of later ones nothing is known here. */
export const NEWEST_KNOWN = '2026.9.6'
/** When the table below was last gone over. */
export const KNOWN_AT = '2026-10-12'

/** What of a machine's config makes a change matter. */
export interface Traits {
  /** Fly's proxy sends it requests from outside. */
  readonly served: boolean
  /** One of its health checks asks for this path. */
  readonly startupCheck: boolean
  readonly heapCap: boolean
}

/** Something that differs between releases and that whoever changes the image has to know. */
interface Change {
  readonly id: string
  /** The last release without it, and the first with it. In between nobody looked. */
  readonly after: string
  readonly by: string
  readonly weight: 'breaks' | 'note'
  readonly matters?: (traits: Traits) => boolean
  /** On the way to a newer release. */
  readonly up?: Text
  /** On the way back to an older one. */
  readonly down?: Text
}

const CHANGES: readonly Change[] = [
  {
    id: 'channels.explicit',
    after: '2026.1.29',
    by: '2026.9.6',
    weight: 'breaks',
    up: tr(
      'A channel starts only when the config file has a block for it (channels.discord and so on), a token alone is not enough; Discord’s plugin is no longer part of the program.',
      '頻道只有在設定檔有其區塊（channels.discord 等）時才會啟動，僅有權杖並不足夠；Discord 外掛已不再隨附於程式中。',
    ),
  },
  {
    id: 'heap.cap',
    after: '2026.3.11',
    by: '2026.3.12',
    weight: 'breaks',
    matters: ({ heapCap }) => !heapCap,
    up: tr(
      'Without a heap cap in NODE_OPTIONS it was reported to die for want of heap; /openclaw memory sets one.',
      '有回報指出若 NODE_OPTIONS 沒有堆積上限，它會因堆積不足而終止；/openclaw memory 可設定上限。',
    ),
  },
  {
    id: 'protocol.4',
    after: '2026.3.13',
    by: '2026.6.11',
    weight: 'note',
    up: tr(
      'Remote clients and nodes that speak only protocol 3 are refused; update them, too.',
      '只支援協定 3 的遠端用戶端與節點會被拒絕；請一併更新。',
    ),
  },
  {
    id: 'config.reverted',
    after: '2026.3.13',
    by: '2026.6.11',
    weight: 'note',
    up: tr(
      'At a start it puts its own backup in place of a config file that lost meta, gateway.mode or more than half of its size.',
      '啟動時，若設定檔少了 meta、gateway.mode 或縮小超過一半，會改用它自己的備份。',
    ),
  },
  {
    id: 'proxy.refused',
    after: '2026.7.31',
    by: '2026.8.1',
    weight: 'breaks',
    matters: ({ served }) => served,
    up: tr(
      'What comes through Fly’s proxy gets 403, Control UI and webhooks included, unless gateway.trustedProxies in the config file names the proxy and gateway.controlUi.allowedOrigins the address. Whether they do was not looked at.',
      '除非設定檔的 gateway.trustedProxies 包含 Fly 的代理，且 gateway.controlUi.allowedOrigins 包含其網址，否則經 Fly 代理的請求（含 Control UI 與 webhook）一律得到 403。是否已設定並未查看。',
    ),
  },
  {
    id: 'startupz',
    after: '2026.6.11',
    by: '2026.8.2',
    weight: 'note',
    matters: ({ startupCheck }) => startupCheck,
    down: tr(
      'Its /startupz is the web page, which always passes: the health check proves nothing on it. Use /healthz.',
      '它的 /startupz 是網頁，永遠通過：此健康檢查沒有意義。請改用 /healthz。',
    ),
  },
  {
    id: 'locks.moved',
    after: '2026.7.31',
    by: '2026.8.2',
    weight: 'note',
    up: tr(
      'Lock files lie in the state directory (tmp/openclaw-<uid>) and stale ones are taken over by themselves.',
      '鎖定檔位於狀態目錄（tmp/openclaw-<uid>），失效的鎖會自動接手。',
    ),
    down: tr(
      'Lock files lie in the machine’s own temporary directory again.',
      '鎖定檔又位於機器自己的暫存目錄。',
    ),
  },
  {
    id: 'config.schema',
    after: '2026.8.2',
    by: '2026.9.6',
    weight: 'breaks',
    up: tr(
      'A config file after the older guide is refused, and the gateway does not start: allow in a Discord channel is now enabled, and agents.list is agents.entries.',
      '舊版指南的設定檔會被拒絕，閘道無法啟動：Discord 頻道的 allow 改為 enabled，agents.list 改為 agents.entries。',
    ),
  },
  {
    id: 'signal',
    after: '2026.8.2',
    by: '2026.9.6',
    weight: 'note',
    up: tr(
      'Scripts that send SIGUSR1 to restart it open a debugger instead; it is SIGUSR2 now.',
      '以 SIGUSR1 重新啟動的指令稿會改為開啟除錯器；現在請用 SIGUSR2。',
    ),
  },
]

/** Releases that do not start on the guide's command when no Control UI origin is configured. */
const ORIGINS = { from: '2026.2.24', to: '2026.4.25' }

export interface Noted {
  readonly id: string
  readonly weight: 'breaks' | 'note'
  /** The jump only touches the stretch in which it came: it may have come before or after. */
  readonly maybe: boolean
  readonly text: Text
}

export type Direction = 'up' | 'down' | 'same' | 'unknown'

export function directionOf(from: string | null, to: string | null): Direction {
  const order = from === null || to === null ? null : compareVersions(from, to)
  if (order === null) return 'unknown'
  return order === 0 ? 'same' : order < 0 ? 'up' : 'down'
}

/** What is known to change on the way from one release to another, what breaks first. Nothing when one of the two is unknown. */
export function changesBetween(
  { from, to }: { readonly from: string | null; readonly to: string | null },
  traits: Traits,
): readonly Noted[] {
  const direction = directionOf(from, to)
  if (from === null || to === null || (direction !== 'up' && direction !== 'down')) return []
  const [low, high] = direction === 'up' ? [from, to] : [to, from]
  const crossed = CHANGES.flatMap((change): readonly Noted[] => {
    const { id, weight, after, by, matters } = change
    const words = change[direction]
    const touched = before(low, by) && before(after, high)
    if (words === undefined || !touched || matters?.(traits) === false) return []
    const maybe = before(after, low) || before(high, by)
    return [{ id, weight, maybe, text: words }]
  })
  const rank = ({ weight }: Noted) => (weight === 'breaks' ? 0 : 1)
  return [...origins(to), ...crossed].toSorted((a, b) => rank(a) - rank(b))
}

function origins(to: string): readonly Noted[] {
  if (before(to, ORIGINS.from) || before(ORIGINS.to, to)) return []
  return [
    {
      id: 'origins.required',
      weight: 'breaks',
      maybe: false,
      text: tr(
        'With --bind lan it does not start unless gateway.controlUi.allowedOrigins in the config file names an address.',
        '使用 --bind lan 時，除非設定檔的 gateway.controlUi.allowedOrigins 有列出網址，否則無法啟動。',
      ),
    },
  ]
}

const before = (a: string, b: string): boolean => compareVersions(a, b) === -1

/** Whether a release is newer than any that was looked at. */
export const isBeyond = (version: string | null): boolean =>
  version !== null && before(NEWEST_KNOWN, version)
