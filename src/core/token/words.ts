import { revealAction } from '../mutation/reveal.ts'
import { type Action, type Block, fields, type Reply, reply, text } from '../reply.ts'
import { join, type Text, tr, utc } from '../text.ts'
import type { TokenCheck } from './check.ts'
import { deviceWords } from './plan.ts'
import type { Rotation, Turned } from './result.ts'

const run = (label: Text, command: string, app: string): Action => ({
  label,
  style: 'neutral',
  intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
})

const TITLES = {
  true: (app: string) => tr(`The gateway token of ${app} is rotated`, `${app} 的閘道權杖已輪替`),
  null: (app: string) =>
    tr(
      `The token of ${app} was changed, but not everything could be seen`,
      `${app} 的權杖已變更，但有些部分無法確認`,
    ),
  false: (app: string) =>
    tr(`The new token of ${app} does not work everywhere`, `${app} 的新權杖並非處處有效`),
} as const

const TONES = { true: 'ok', null: 'warn', false: 'error' } as const

/** What was seen of a rotation, machine by machine, and where the new token can be looked at. */
export function rotationReply(rotation: Rotation): Reply {
  const { app, proven, machines, devices, reveal, first = false } = rotation
  const key = String(proven) as 'true' | 'null' | 'false'
  return reply[TONES[key]](
    first && proven === true
      ? tr(`The gateway of ${app} has its first token`, `${app} 的閘道已有第一個權杖`)
      : TITLES[key](app),
    [
      fields(...machines.map((one) => [one.id, stateWords(one, first)] as const)),
      text(deviceWords([devices])),
      ...(!first && devices !== null && devices.length > 0 ? [text(REVOKE)] : []),
      text(NEXT[key]),
    ],
    { actions: [revealAction(reveal), run(tr('Check', '檢查'), 'token check', app)] },
  )
}

const STATES: Readonly<Record<Turned['state'], Text>> = {
  proven: tr(
    'ready anew, takes the new token, refuses the old one',
    '已重新就緒，接受新權杖，拒絕舊權杖',
  ),
  unproven: tr('updated, not proven', '已更新，尚未證實'),
  wrong: tr('does not do as it should', '狀況不符預期'),
  updated: tr('updated; it runs no gateway', '已更新；不執行閘道'),
  stopped: tr('stopped; takes the new token when started', '已停止；啟動時取得新權杖'),
}

const FIRST_PROVEN = tr(
  'ready, takes the token, refuses a made-up one',
  '已就緒，接受權杖，拒絕虛構的權杖',
)

function stateWords({ state, why }: Turned, first: boolean): Text {
  const words = first && state === 'proven' ? FIRST_PROVEN : STATES[state]
  return why === null ? words : join(' ', words, why)
}

const REVOKE = tr(
  'After a leak, revoke those you do not know: openclaw devices list, in a shell in the machine (/openclaw connect how=ssh).',
  '若曾外洩，請撤銷不認得的裝置：在機器的命令列執行 openclaw devices list（/openclaw connect how=ssh）。',
)

const SHOW = tr(
  'Reveal shows the new token once, within 10 minutes, to the one who asked or approved. Give it to browsers, command lines and nodes.',
  '「顯示」會在 10 分鐘內向提出或核准的人顯示新權杖一次。請提供給瀏覽器、指令列與節點。',
)

const NEXT = {
  true: SHOW,
  null: join(
    ' ',
    SHOW,
    tr(
      'I look again every minute and correct this; /openclaw token check shows the state now.',
      '我會每分鐘再查看並更新此訊息；/openclaw token check 可查看目前狀態。',
    ),
  ),
  false: join(
    ' ',
    SHOW,
    tr(
      'Send /openclaw token check, cure what it finds, then rotate again.',
      '請執行 /openclaw token check，處理其結果，再輪替一次。',
    ),
  ),
} as const

const MARK = { critical: '🔴', warning: '🟡', info: '🔵' } as const
const UNKNOWN = tr('unknown', '未知')

/** What is known of the token, which is never shown. */
export function checkReply({ app, secret, machines, findings }: TokenCheck): Reply {
  const sure = machines.some(({ accepted }) => accepted === 'accepted')
  const bad = findings.some(({ severity }) => severity === 'critical')
  const unsure = findings.length > 0 || !sure || secret.set === null
  const title = bad
    ? tr(`${app}: something is wrong with the token`, `${app}：權杖有問題`)
    : unsure
      ? tr(`${app}: not all is well or known of the token`, `${app}：權杖並非一切正常或已知`)
      : tr(`${app}: the gateway takes its token`, `${app}：閘道接受其權杖`)
  const changed = secret.changedAt === null ? UNKNOWN : utc(secret.changedAt)
  const blocks: readonly Block[] = [
    fields([
      tr('Secret OPENCLAW_GATEWAY_TOKEN', '密鑰 OPENCLAW_GATEWAY_TOKEN'),
      secret.set === null
        ? UNKNOWN
        : secret.set
          ? join('', tr('set, changed ', '已設定，變更於 '), changed)
          : tr('not set', '未設定'),
    ]),
    fields(...machines.map((one) => [one.id, machineWords(one)] as const)),
    ...findings.map(findingBlock),
    ...(machines.some(({ staged }) => staged === false) ? [text(TIMES)] : []),
  ]
  return reply[bad ? 'error' : unsure ? 'warn' : 'ok'](title, blocks, {
    actions: [run(tr('Rotate', '輪替'), 'token rotate', app)],
  })
}

const TIMES = tr(
  'Whether the value is the secret’s own can’t be compared, because Fly does not say how its digests are made; by the times, it is.',
  'Fly 未說明摘要的算法，無法直接比對是否為密鑰的值；依時間判斷是。',
)

const findingBlock = ({ severity, text: words, fix }: TokenCheck['findings'][number]): Block =>
  text(
    join(
      ' ',
      MARK[severity],
      words,
      fix === null ? '' : tr(`→ /openclaw ${fix}`, `→ /openclaw ${fix}`),
    ),
  )

const TAKEN = {
  accepted: tr('accepted', '被接受'),
  refused: tr('refused', '被拒絕'),
  unknown: tr('whether it is taken is unknown', '是否被接受未知'),
} as const
const FROM = {
  secret: tr('from the environment', '來自環境變數'),
  config: tr('beaten by the config file', '被設定檔蓋過'),
  'command line': tr('beaten by the command line', '被指令列蓋過'),
  none: tr('none', '無'),
} as const

function machineWords(one: TokenCheck['machines'][number]): Text {
  const { state, why, length, source, accepted, processStartedAt } = one
  if (why !== null) return join(' ', UNKNOWN, why)
  if (length === null || source === null) return tr(`it is ${state}`, `狀態為 ${state}`)
  const since = processStartedAt === null ? '' : utc(processStartedAt)
  return join(
    ' · ',
    length === 0 ? '' : tr(`${length} characters`, `${length} 個字元`),
    FROM[source],
    accepted === null ? '' : TAKEN[accepted],
    since === '' ? '' : tr(`process since ${since}`, `程序啟動於 ${since}`),
  )
}
