import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { type Text, tr } from '../text.ts'
import { readDuration } from '../who.ts'
import { DETECTORS } from './detectors.ts'
import type { Detector } from './detector.ts'
import { lineOf } from './rule-line.ts'
import { RULE_IDS } from './rule-ids.ts'
import { type RuleCommand, type RuleSetting, WATCH } from './rule-settings.ts'
import { thresholdOf } from './rule-threshold.ts'

/** What is typed behind `/oncall rule`. */
export interface RuleWish {
  readonly id: string
  readonly on?: boolean | undefined
  readonly off?: boolean | undefined
  readonly threshold?: string | undefined
  readonly command?: string | undefined
  readonly cooldown?: string | undefined
  readonly limit?: number | undefined
}

const COOL_DOWN_MS = 1_800_000
const LEAST_COOL_DOWN_MS = 300_000
const MOST_COOL_DOWN_MS = 86_400_000
const PER_HOUR = 3

/** The detector that is meant; nothing for the one word that stands for all of them. Throws `bad_input`. */
export function detectorOf(id: string): Detector | undefined {
  const known = DETECTORS.find((one) => one.id === id)
  if (known === undefined && id !== WATCH) throw noRule(id)
  return known
}

function noRule(typed: string): OpsError {
  const guess = nearest(typed, RULE_IDS)
  return new OpsError(
    'bad_input',
    tr(`There is no rule “${typed}”.`, `沒有「${typed}」這條規則。`),
    {
      hint:
        guess === undefined
          ? tr('/oncall rules lists them.', '/oncall rules 會列出所有規則。')
          : tr(`Did you mean ${guess}?`, `是指 ${guess} 嗎？`),
    },
  )
}

/** The setting as it shall be. Throws `bad_input` for what can't be, `forbidden` for a command that nobody may leave to a rule. */
export async function readRule(
  context: WorkContext,
  before: RuleSetting | undefined,
  wish: RuleWish,
): Promise<Omit<RuleSetting, 'at'>> {
  const detector = detectorOf(wish.id)
  const { id, on, off, threshold, command, cooldown, limit } = wish
  if ([on, off, threshold, command, cooldown, limit].every((value) => value === undefined))
    throw bad(NOTHING)
  if (on === true && off === true) throw bad(tr('Say on or off, not both.', '請只寫 on 或 off。'))
  if (detector === undefined && [threshold, command, cooldown, limit].some(Boolean))
    throw bad(ONLY_ON_OFF)
  if (detector?.onlyLines === true && command !== undefined && !isNone(command)) throw onlyLines(id)
  const isOn = off === undefined ? on : !off
  const numbers = thresholdOf(detector, before?.threshold, threshold)
  const runs = await commandOf(context, before?.command, wish)
  const switched = isOn ?? before?.on
  return {
    ...(switched !== undefined && { on: switched }),
    ...(numbers !== undefined && { threshold: numbers }),
    ...(runs !== undefined && { command: runs }),
    by: context.actor.name,
  }
}

const isNone = (command: string): boolean => command.trim().toLowerCase() === 'none'

const onlyLines = (id: string): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      `${id} rests on words in a log alone, which anybody may have put there: no command is run for it without a person.`,
      `${id} 只依據日誌中的文字，任何人都可能寫入：不會在無人確認下為它執行指令。`,
    ),
    { hint: tr('Its card has a button for the cure.', '其卡片上有處理按鈕。') },
  )

const bad = (text: Text): OpsError => new OpsError('bad_input', text)
const NOTHING = tr(
  'Say what shall change: on, off, threshold=…, or command=….',
  '請說明要變更什麼：on、off、threshold=… 或 command=…。',
)
const ONLY_ON_OFF = tr(
  '“watch” stands for the whole look-out and is only switched on or off.',
  '「watch」代表整個監看，只能開啟或關閉。',
)

async function commandOf(
  context: WorkContext,
  before: RuleCommand | undefined,
  { id, command, cooldown, limit }: RuleWish,
): Promise<RuleCommand | undefined> {
  if (command !== undefined && isNone(command)) return undefined
  if (command === undefined && before === undefined) {
    if (cooldown !== undefined || limit !== undefined) throw bad(NO_COMMAND)
    return undefined
  }
  const coolDownMs = cooldown === undefined ? before?.coolDownMs : readDuration(cooldown)
  const bounded = Math.max(LEAST_COOL_DOWN_MS, coolDownMs ?? COOL_DOWN_MS)
  return {
    ...(await lineOf(context, id, command ?? before?.line ?? '')),
    coolDownMs: Math.min(MOST_COOL_DOWN_MS, bounded),
    perHour: limit ?? before?.perHour ?? PER_HOUR,
    // Roles that come and go with a Discord role can't be looked up later.
    actor: { ...context.actor, roles: [] },
    place: context.place,
  }
}
const NO_COMMAND = tr(
  'cooldown and limit are about the command of a rule, and it has none: add command=….',
  'cooldown 與 limit 屬於規則的指令，但此規則沒有指令：請加上 command=…。',
)
