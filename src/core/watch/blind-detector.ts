import type { ErrorCode } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { MINUTE } from './moments.ts'
import type { PartName, Sight } from './sight.ts'
import { evidence } from './trouble.ts'

/** Not seeing is not health: the one detector that speaks of what is unknown. */
export const BLIND: Detector = {
  id: 'blind',
  doc: tr(
    'Something has not been readable for so long, or for a minute where Fly refuses the token. Over when it can be read.',
    '有內容無法讀取達此時間；Fly 拒絕權杖時為一分鐘。恢復讀取即結束。',
  ),
  severity: 'critical',
  threshold: { default: 5, unit: 'min', min: 1, max: 120 },
  needs: [],
  cures: [],
  detect: ({ after, now, threshold }: Moment) => {
    const refused = isRefused(after.machines)
    return PARTS.flatMap((part) => {
      // One token opens all: its loss is one trouble.
      if (refused && part !== 'machines') return []
      return blind(part, { after, now, threshold }) ?? []
    })
  },
}

const PARTS: readonly PartName[] = [
  'machines',
  'logs',
  'gateway',
  'addresses',
  'secrets',
  'volumes',
  'snapshots',
  'certificates',
]
const WHAT: Partial<Readonly<Record<PartName, Text>>> = {
  machines: tr('the machines', '機器'),
  logs: tr('the logs', '紀錄'),
  gateway: tr('the gateway from inside its machine', '機器內的閘道'),
  addresses: tr('the addresses', '位址'),
  secrets: tr('the list of secrets', '密鑰清單'),
  volumes: tr('the volumes', '磁碟區'),
  snapshots: tr('the snapshots', '快照'),
  certificates: tr('the certificates', '憑證'),
}
/** Left out on purpose, or given up: no failure of looking. */
const MEANT: ReadonlySet<ErrorCode> = new Set(['not_ready', 'cancelled', 'frozen'])

const isRefused = (part: Sight[PartName]): boolean =>
  !part.known && (part.code === 'auth' || part.code === 'scope')

function blind(name: PartName, { after, now, threshold }: Moment) {
  const part: Sight[PartName] = after[name]
  const since = after.memory.since[`blind ${name}`]
  if (part.known || since === undefined || MEANT.has(part.code)) return undefined
  const refused = isRefused(part)
  // A refusal stands by itself; else what was not looked at again, as a log of an app that sleeps, failed once and no longer.
  const lasted = refused ? now - since : part.at - since
  if (lasted < (refused ? MINUTE : threshold * MINUTE)) return undefined
  const what = WHAT[name] ?? name
  return {
    key: name,
    group: 'blind',
    machine: null,
    severity: name === 'machines' ? 'critical' : 'warning',
    title: refused
      ? tr('Fly refuses the token', 'Fly 拒絕權杖')
      : tr('Watcher is blind', '監看失明'),
    text: join(
      '',
      CANT_READ,
      what,
      ...(refused ? [REFUSED, tokenOf(name), tr('.', '。')] : [UNSEEN]),
    ),
    evidence: [evidence(tr('Fly says', 'Fly 回應'), part.why)],
    fix: null,
    since,
    from: 'look',
    needs: [name],
  } satisfies Trouble
}

const CANT_READ = tr('The watcher can’t read ', '無法讀取：')
const REFUSED = tr(
  ': Fly refuses the bot’s token for it. Make a new one as docs/fly-tokens.md says, and set it as ',
  '。Fly 拒絕機器人的權杖。請依 docs/fly-tokens.md 建立新的，並設為 ',
)
const UNSEEN = tr(
  '; trouble there goes unseen meanwhile. Nothing that was found before is taken for over.',
  '。期間無法發現問題，先前發現的問題也不會視為結束。',
)

/** Logs are read with a token of their own, where there is one (CONTRACT §2). */
const tokenOf = (name: PartName): Text =>
  name === 'logs'
    ? tr(
        'FLY_READ_TOKEN, or as FLY_API_TOKEN where that one reads the logs, too',
        'FLY_READ_TOKEN（若以 FLY_API_TOKEN 讀取紀錄，則設為後者）',
      )
    : 'FLY_API_TOKEN'
