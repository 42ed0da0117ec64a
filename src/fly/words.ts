import { tr } from '../core/text.ts'
import type { Text } from '../core/text.ts'
import type { Party } from './call.ts'
import type { FlyErrorCode } from './classify.ts'
import { leaseHolder } from './lease-text.ts'

/** What is told to a person: one sentence on what happened, and the next step. */
export interface Words {
  readonly text: Text
  readonly hint: Text
}
interface Told {
  readonly status: number
  /** What Fly said, fit to be shown. */
  readonly message: string
  readonly party: Party
}

/** The two sentences for a kind of failure. */
export function wordsFor(code: FlyErrorCode, told: Told): Words {
  return WORDS[code](told)
}

/** Ends a sentence with what Fly said, when it said anything. */
function quoting(en: string, zh: string, { message, status }: Told): Text {
  if (message !== '') return tr(`${en}: “${message}”`, `${zh}：「${message}」`)
  return tr(`${en} (HTTP ${status}).`, `${zh}（HTTP ${status}）。`)
}

/** A good status over a body that is not what Fly's answers look like. */
const UNREADABLE = tr('Fly’s answer could not be understood.', '無法理解 Fly 的回應。')

/** A mutation without a clear answer. */
export const ambiguous: Words = {
  text: tr(
    'The connection to Fly broke off before it said whether this was done.',
    '與 Fly 的連線中斷，無法得知這項操作是否已完成。',
  ),
  hint: tr(
    'Look at the present state before trying again: it may have been done.',
    '請先查看目前狀態再重試：這項操作可能已經完成。',
  ),
}
/** No answer, and nothing can have happened. */
export const network: Words = {
  text: tr('Fly could not be reached.', '無法連線到 Fly。'),
  hint: tr(
    'Try again in a minute; if it stays so, look at https://status.flyio.net and at this host’s network.',
    '請一分鐘後再試；若仍無法連線，請查看 https://status.flyio.net 與本機的網路。',
  ),
}
/** Never left, because it cannot be written down as a request. */
export const unsendable: Words = {
  text: tr(
    'The request could not be sent: it holds a value that no request can carry.',
    '無法送出要求：其中含有無法傳送的值。',
  ),
  hint: tr(
    'Nothing was changed by it. Check names and ids for line breaks and other control characters.',
    '沒有變更任何東西。請檢查名稱與識別碼是否含有換行或其他控制字元。',
  ),
}
/** Given up by whoever asked. */
export const cancelled: Words = {
  text: tr('The request to Fly was cancelled.', '對 Fly 的要求已取消。'),
  hint: tr(
    'Nothing was changed by it. Send the command again.',
    '沒有變更任何東西。請重新送出指令。',
  ),
}

const renewToken = tr(
  'Make a new one with `fly tokens create deploy -a <app>` and set it as FLY_API_TOKEN.',
  '請以 `fly tokens create deploy -a <app>` 建立新權杖，並設為 FLY_API_TOKEN。',
)
const readToken = tr(
  'Check the app’s name, and set FLY_READ_TOKEN to a token made with `fly tokens create readonly`.',
  '請檢查 app 名稱，並將 FLY_READ_TOKEN 設為以 `fly tokens create readonly` 建立的權杖。',
)

function authWords(told: Told): Words {
  if (told.party === 'machines') {
    const text = quoting('Fly did not accept the token', 'Fly 不接受這個權杖', told)
    return { text, hint: renewToken }
  }
  if (told.party === 'logs') {
    // The log API says 401 to unknown apps, too (FLY.md §4.1).
    const text = tr(
      'Fly’s log API refused: the token is of the wrong kind or expired, or there is no such app.',
      'Fly 的記錄 API 拒絕存取：權杖種類不符或已過期，或沒有這個 app。',
    )
    return { text, hint: readToken }
  }
  const text = quoting('Fly did not accept the read token', 'Fly 不接受這個唯讀權杖', told)
  return { text, hint: readToken }
}

function leaseWords(told: Told): Words {
  const { owner, until } = leaseHolder(told.message)
  const en = `Somebody else is changing this machine: its lease is held by ${owner ?? 'an unknown owner'}`
  const zh = `有人正在變更這台機器：租約由${owner === null ? '不明的擁有者' : ` ${owner} `}持有`
  const [enEnd, zhEnd] = until === null ? ['.', '。'] : [` until ${until}.`, `，至 ${until} 為止。`]
  return {
    text: tr(`${en}${enEnd}`, `${zh}${zhEnd}`),
    hint: tr(
      'Wait until then and try again; a lease left behind by a dead deployment ends by itself.',
      '請等到租約結束後再試；中斷的部署所留下的租約會自行到期。',
    ),
  }
}

const WORDS: Readonly<Record<FlyErrorCode, (told: Told) => Words>> = {
  auth: authWords,
  lease_held: leaseWords,
  network: () => network,
  cancelled: () => cancelled,
  scope: (told) => ({
    text: quoting('The token may not do this', '這個權杖沒有執行此操作的權限', told),
    hint: tr(
      'The app may belong to another organization, or the token to another app: check with `fly tokens list`.',
      'app 可能屬於其他組織，或權杖屬於其他 app：請以 `fly tokens list` 檢查。',
    ),
  }),
  quota: (told) => ({
    text: quoting('The organization’s plan does not allow this', '組織的方案不允許此操作', told),
    hint: tr(
      'See to the plan, the payment method or the limits at https://fly.io/dashboard, then try again.',
      '請到 https://fly.io/dashboard 處理方案、付款方式或額度，然後再試。',
    ),
  }),
  not_found: (told) => ({
    text: quoting('Fly does not know what was asked for', 'Fly 找不到所要求的項目', told),
    hint: tr(
      'Check the names with the status command; it may have been removed meanwhile.',
      '請以 status 指令核對名稱；它可能已被移除。',
    ),
  }),
  stale_version: (told) => ({
    text: quoting(
      'This was changed by someone else meanwhile, so nothing was done',
      '此項目已被他人變更，因此未執行任何操作',
      told,
    ),
    hint: tr(
      'Look at the new state and send the command again.',
      '請查看新的狀態，再重新送出指令。',
    ),
  }),
  not_ready: (told) => ({
    text: quoting('Fly cannot do this in the present state', '目前的狀態無法執行此操作', told),
    hint: tr(
      'Wait some seconds, look at the status, and try again.',
      '請等待幾秒，查看狀態後再試。',
    ),
  }),
  capacity: (told) => ({
    text: quoting('Fly has no room for this there', 'Fly 在該處已無足夠的容量', told),
    hint: tr(
      'Try a smaller size or later; a machine with a volume can only move by restoring its snapshot elsewhere.',
      '請改用較小的規格或稍後再試；有磁碟區的機器只能在別處以快照還原來搬遷。',
    ),
  }),
  ambiguous: (told) => ({
    text: quoting('Fly did not say whether this was done', 'Fly 沒有說明這項操作是否已完成', told),
    hint: ambiguous.hint,
  }),
  rate_limited: () => ({
    text: tr('Fly is refusing more requests for now.', 'Fly 暫時拒絕更多要求。'),
    hint: tr(
      'Nothing was changed by it. Wait a minute and try again.',
      '沒有變更任何東西。請等一分鐘後再試。',
    ),
  }),
  host_unreachable: (told) => ({
    text: quoting('The host of this machine is unreachable', '無法連線到這台機器所在的主機', told),
    hint: tr(
      'Look at https://status.flyio.net; if it lasts, restore the newest volume snapshot on a new machine.',
      '請查看 https://status.flyio.net；若持續發生，請以最新的磁碟區快照在新機器上還原。',
    ),
  }),
  validation: (told) => ({
    text: quoting('Fly did not accept the request', 'Fly 不接受這個要求', told),
    hint: tr(
      'Correct what is named and send the command again.',
      '請修正所指出的項目後重新送出指令。',
    ),
  }),
  server: (told) => ({
    text:
      told.status < 300 ? UNREADABLE : quoting('Fly failed to answer', 'Fly 未能正常回應', told),
    hint: tr(
      'Try again in a minute; if it stays so, look at https://status.flyio.net.',
      '請一分鐘後再試；若仍發生，請查看 https://status.flyio.net。',
    ),
  }),
}
