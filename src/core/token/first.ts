import type { Finding } from '../checks/finding.ts'
import type { Machine } from '../fly.ts'
import { reachable } from '../mutation/kept.ts'
import { type Text, tr } from '../text.ts'
import { hinders } from './findings.ts'

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

/** Behind the reason why a first token was not seen to work. */
export const FIRST_FAILED: Text = tr(
  'If the token is set by now, it stays: /openclaw secrets list shows it. Once the gateway runs, /openclaw token rotate makes one that you can look at.',
  '權杖若已設定便會保留：/openclaw secrets list 會列出。閘道執行後，可用 /openclaw token rotate 產生一個可查看的權杖。',
)
