import { type Finding, finding } from '../checks/finding.ts'
import type { AppSecret, Machine } from '../fly.ts'
import { envOf } from '../machine-config.ts'
import { tr, utc } from '../text.ts'
import { type KnownToken, TOKEN, type TokenLook } from './look.ts'

/** What is thought too short to keep anyone out; ours have 64. */
const SHORT = 24
/** Clocks of Fly's hosts and of its API differ by this much at most. */
const SLACK_MS = 5000

/** Where a secret was changed after a running process began, the process can't have it. `null` when a time is missing. */
export function isStaged(
  secret: AppSecret | undefined,
  { processMs }: Pick<KnownToken, 'processMs'>,
  now: number,
): boolean | null {
  if (secret?.updatedAt == null) return null
  return secret.updatedAt > now - processMs + SLACK_MS
}

export interface Circumstances {
  /** The app's secret of that name, if it has one; null when the list could not be read. */
  readonly secret: AppSecret | undefined | null
  readonly now: number
}

/** Everything that keeps the token of one gateway from being what people think it is, the worst first. */
export function tokenFindings(
  { machine, token }: TokenLook,
  around: Circumstances,
): readonly Finding[] {
  const { id } = machine
  const own = [...notASecret(machine, around)]
  if (!token.known)
    return [
      ...own,
      finding(
        'token.unknown',
        'warning',
        tr(`The token of ${id} could not be looked at.`, `無法查看 ${id} 的權杖。`),
      ),
    ]
  return [...shadows(id, token), ...own, ...values(id, token, around), ...answers(id, token)]
}

/** Findings that make a rotation pointless: the secret would change, and who may come in would not. */
export const hinders = ({ id }: Finding): boolean => HINDRANCES.has(id)
const HINDRANCES: ReadonlySet<string> = new Set([
  'token.unknown',
  'token.shadowed',
  'token.flag',
  'token.mode',
  'token.config_env',
  'token.not_secret',
  'token.missing',
  'token.refused',
  'token.open',
  'token.no_answer',
])

function* shadows(id: string, { shadow, mode, config }: KnownToken): Generator<Finding> {
  if (shadow === 'config')
    yield finding(
      'token.shadowed',
      'critical',
      tr(
        `The config file of ${id} carries a token of its own, and that one counts: the secret ${TOKEN} changes nothing. Take gateway.auth.token out of the file.`,
        `${id} 的設定檔內另有權杖，以它為準：密鑰 ${TOKEN} 不起作用。請從設定檔移除 gateway.auth.token。`,
      ),
      'config unset path=gateway.auth.token',
    )
  if (shadow === 'flag')
    yield finding(
      'token.flag',
      'critical',
      tr(
        `The start command of ${id} carries a token, and that one counts. Take --token out of it.`,
        `${id} 的啟動指令帶有權杖，以它為準。請移除 --token。`,
      ),
      'machine command',
    )
  if (mode !== null && mode !== 'token')
    yield finding(
      'token.mode',
      'warning',
      tr(
        `The gateway of ${id} lets people in by ${mode}, not by token (gateway.auth.mode).`,
        `${id} 的閘道以 ${mode} 驗證，而非權杖（gateway.auth.mode）。`,
      ),
    )
  if (config === 'unclear')
    yield finding(
      'token.config_unclear',
      'warning',
      tr(
        `The config file of ${id} could not be read whole, so it may carry another token.`,
        `無法完整讀取 ${id} 的設定檔，其中可能另有權杖。`,
      ),
      'config validate',
    )
}

function* notASecret({ id, config }: Machine, { secret }: Circumstances): Generator<Finding> {
  if (config !== null && TOKEN in envOf(config))
    yield finding(
      'token.config_env',
      'critical',
      tr(
        `The machine config of ${id} sets ${TOKEN} in its env, where everyone with access to the app can read it. Move it to a secret.`,
        `${id} 的機器設定在 env 中寫入 ${TOKEN}，能存取此應用程式的人都看得到。請改為密鑰。`,
      ),
    )
  if (secret === undefined)
    yield finding(
      'token.not_secret',
      'warning',
      tr(`The app has no secret ${TOKEN}.`, `此應用程式沒有密鑰 ${TOKEN}。`),
      'token rotate',
    )
}

function* values(id: string, token: KnownToken, around: Circumstances): Generator<Finding> {
  const { length, placeholder } = token
  if (length === 0)
    yield finding(
      'token.missing',
      'critical',
      tr(`The gateway of ${id} runs without ${TOKEN}.`, `${id} 的閘道沒有 ${TOKEN}。`),
      around.secret === undefined ? 'token rotate' : 'secrets apply',
    )
  else if (placeholder)
    yield finding(
      'token.placeholder',
      'critical',
      tr(
        `The token of ${id} is a placeholder that anyone can guess.`,
        `${id} 的權杖是任何人都猜得到的範例值。`,
      ),
      'token rotate',
    )
  else if (length < SHORT)
    yield finding(
      'token.short',
      'warning',
      tr(
        `The token of ${id} has only ${length} characters; at least ${SHORT} are wanted.`,
        `${id} 的權杖只有 ${length} 個字元，至少需要 ${SHORT} 個。`,
      ),
      'token rotate',
    )
  const { secret, now } = around
  if (secret && isStaged(secret, token, now) === true)
    yield finding(
      'token.staged',
      'warning',
      tr(
        `The secret was changed at ${utc(secret.updatedAt ?? 0)}, after the process of ${id} began: it does not have that value yet.`,
        `密鑰於 ${utc(secret.updatedAt ?? 0)} 變更，晚於 ${id} 的程序啟動：該值尚未生效。`,
      ),
      'secrets apply',
    )
}

function* answers(id: string, token: KnownToken): Generator<Finding> {
  const { current, other, status, length } = token
  if (other === 'accepted')
    yield finding(
      'token.open',
      'critical',
      tr(
        `The gateway of ${id} takes any token: it let a made-up one in.`,
        `${id} 的閘道接受任何權杖：連虛構的也放行。`,
      ),
    )
  if (current === 'refused')
    yield finding(
      'token.refused',
      'critical',
      tr(
        `The gateway of ${id} refuses the token of its own process.`,
        `${id} 的閘道拒絕自身程序的權杖。`,
      ),
    )
  if (length > 0 && (current === 'unknown' || other === 'unknown'))
    yield finding(
      'token.no_answer',
      'warning',
      tr(
        `Whether ${id} takes its token is unknown: ${answerWords(status).en}.`,
        `無法得知 ${id} 是否接受權杖：${answerWords(status)['zh-TW']}。`,
      ),
    )
}

const answerWords = (status: number | null) =>
  status === null || status === 0
    ? { en: 'it did not answer', 'zh-TW': '沒有回應' }
    : { en: `it answered ${status}`, 'zh-TW': `回應為 ${status}` }
