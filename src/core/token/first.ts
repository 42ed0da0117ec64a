import type { Finding } from '../checks/finding.ts'
import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { attempt } from '../mutation/attempt.ts'
import { reachable } from '../mutation/kept.ts'
import { backContext } from '../mutation/update.ts'
import { join, type Text, tr } from '../text.ts'
import { hinders } from './findings.ts'
import { markOf } from './secret.ts'

const ABSENCE: ReadonlySet<string> = new Set(['token.not_secret', 'token.missing', 'token.unknown'])

/** Findings against a token where there is none yet: neither its absence, nor a gateway that nobody can ask because it does not start without. */
export const hindersFirst = (one: Finding): boolean => hinders(one) && !ABSENCE.has(one.id)

const GONE: ReadonlySet<string> = new Set(['stopped', 'failed'])

/** The gateway that the first token starts: the only one, where it has given up. */
export function toLaunch(gateways: readonly Machine[]): string | undefined {
  const [only] = gateways
  if (only === undefined || gateways.length > 1) return undefined
  return GONE.has(reachable(only).state) ? only.id : undefined
}

export const FIRST_WARNING: Text = tr(
  'There is no token yet, and so no way back: what is set stays set, whatever comes of it.',
  '目前還沒有權杖，因此沒有復原方式：無論結果如何，已設定的都會保留。',
)

/** Behind the reason why a first token was not seen to work: whether it is set, as far as Fly tells now. */
export async function firstNow(context: WorkContext): Promise<Text> {
  const back = backContext(context)
  const found = await attempt(markOf(back), back.signal)
  if (!found.known) return join(' ', MAY_BE_SET, ANOTHER)
  return found.value === null ? NOT_SET : join(' ', SET, ANOTHER)
}

const SET = tr(
  'The token is set and stays: the next start of the gateway takes it.',
  '權杖已設定並會保留：閘道下次啟動時會使用。',
)
const NOT_SET = tr(
  'No token was set: the app has none, as before.',
  '未設定權杖：應用程式仍然沒有權杖。',
)
const MAY_BE_SET = tr(
  'Whether the token is set could not be seen: /openclaw secrets list shows it. If it is, it stays.',
  '無法確認權杖是否已設定：/openclaw secrets list 會列出。若已設定便會保留。',
)
const ANOTHER = tr(
  'Once the gateway runs, /openclaw token rotate makes one that you can look at.',
  '閘道執行後，可用 /openclaw token rotate 產生一個可查看的權杖。',
)
