import type { Finding } from '../checks/finding.ts'
import { isPublic } from '../deployment.ts'
import { ready } from '../doctor/check.ts'
import type { IpAddress } from '../fly.ts'
import { duration, tr, utc } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { HOUR, MINUTE } from './moments.ts'
import { appSeen } from './seen-of.ts'
import type { AddressTurn } from './sight.ts'
import { against, evidence, findings, troubleOf } from './trouble.ts'

/** What was changed around the gateway by somebody else, or by nobody. */
export const PLACE_DETECTORS: readonly Detector[] = [
  {
    id: 'addresses',
    doc: tr(
      'The list of addresses changed, and no command of ours did it: critical when a private app became public. Over when it is undone, or after so long.',
      '位址清單經變更，且並非由本機器人執行：私有應用程式變為公開時為嚴重。復原或達此時間後結束。',
    ),
    severity: 'critical',
    threshold: { default: 24, unit: 'h', min: 1, max: 720 },
    needs: ['addresses'],
    patienceMs: MINUTE,
    cures: ['network private'],
    detect: addresses,
  },
  {
    id: 'drift',
    doc: tr(
      'Memory, heap cap or start command are no longer as somebody set them here: mostly a deploy made elsewhere. Over when they are, or were set anew.',
      '記憶體、堆積上限或啟動指令不再是此處設定的值，多半是別處的部署所致。恢復或重新設定即結束。',
    ),
    severity: 'warning',
    threshold: null,
    needs: ['machines', 'remembered'],
    patienceMs: 2 * MINUTE,
    cures: ['memory', 'machine command'],
    detect: drifted,
  },
  {
    id: 'secrets.staged',
    doc: tr(
      'A secret has been set for so long and no machine has it yet. Over when it is applied.',
      '密鑰設定後達此時間仍未套用到機器。套用即結束。',
    ),
    severity: 'warning',
    threshold: { default: 15, unit: 'min', min: 1, max: 10_080 },
    needs: ['machines', 'secrets'],
    patienceMs: MINUTE,
    cures: ['secrets apply'],
    detect: (moment) => against(duration(moment.threshold * MINUTE), staged(moment)),
  },
]

const NETWORK = { key: 'list', group: 'network', machine: null, from: 'look' } as const

function addresses(moment: Moment): readonly Trouble[] {
  const { after, now, threshold } = moment
  if (!after.addresses.known) return []
  const [opened] = findings('network.opened', appSeen(after, now))
  if (opened !== undefined)
    return [troubleOf(opened, { ...NETWORK, severity: 'critical', title: OPENED, since: now })]
  const turn = after.memory.addresses
  if (turn === null || now - turn.at >= threshold * HOUR) return []
  const open = after.addresses.value.some(isPublic)
  if (!turn.wasPublic && open) return [becamePublic(turn)]
  // It was undone, or never was open: what private addresses there are is nobody's alarm.
  if (!turn.wasPublic) return []
  return [open ? changed(turn) : closed(turn)]
}

const OPENED = tr('Private app became public', '私有應用程式變為公開')
const list = (all: readonly IpAddress[]): string =>
  all.map(({ address, type }) => `${address} (${type})`).join(', ')
const shown = ({ added, removed }: AddressTurn): Trouble['evidence'] => [
  ...(added.length === 0 ? [] : [evidence(tr('New', '新增'), list(added))]),
  ...(removed.length === 0 ? [] : [evidence(tr('Gone', '移除'), list(removed))]),
]

const becamePublic = (turn: AddressTurn): Trouble => ({
  ...NETWORK,
  title: OPENED,
  text: tr(
    `The app had no public address and has one since ${utc(turn.at)}; no command of this bot made it. Whoever knows the token can reach the gateway from the internet.`,
    `應用程式原本沒有公開位址，自 ${utc(turn.at)} 起有了；並非由本機器人建立。知道權杖的人可從網際網路連到閘道。`,
  ),
  evidence: shown(turn),
  fix: ready('network private'),
  since: turn.at,
})

const closed = (turn: AddressTurn): Trouble => ({
  ...NETWORK,
  severity: 'warning',
  title: tr('No public address any more', '不再有公開位址'),
  text: tr(
    `The app lost its public addresses at ${utc(turn.at)}, and no command of this bot took them: nothing from outside reaches it.`,
    `應用程式於 ${utc(turn.at)} 失去公開位址，並非由本機器人移除：外部已無法連線。`,
  ),
  evidence: shown(turn),
  fix: null,
  since: turn.at,
  past: true,
})

const changed = (turn: AddressTurn): Trouble => ({
  ...NETWORK,
  severity: 'info',
  title: tr('Addresses changed', '位址已變更'),
  text: tr(
    `The addresses of the app changed at ${utc(turn.at)}, and no command of this bot did it.`,
    `應用程式的位址於 ${utc(turn.at)} 變更，並非由本機器人執行。`,
  ),
  evidence: shown(turn),
  fix: null,
  since: turn.at,
  past: true,
})

function drifted({ after, now }: Moment): readonly Trouble[] {
  return findings('drift', appSeen(after, now)).map((found) => driftOf(found, now))
}

function driftOf(found: Finding, now: number): Trouble {
  const machine = found.run?.input['machine'] ?? null
  const part = found.run?.command.replace('openclaw ', '') ?? ''
  const key = `${machine ?? 'app'}/${part}`
  const title = tr('Reset behind our back', '設定被別處重設')
  return troubleOf(found, { key, group: 'drift', machine, title, since: now, from: 'look' })
}

function staged({ after, now, threshold }: Moment): readonly Trouble[] {
  if (!after.secrets.known) return []
  const [found] = findings('secrets.staged', appSeen(after, now))
  const since = Math.max(0, ...after.secrets.value.map(({ updatedAt }) => updatedAt ?? 0))
  if (found === undefined || now - since < threshold * MINUTE) return []
  const title = tr('Secrets not applied', '密鑰尚未套用')
  return [
    troubleOf(found, {
      key: 'all',
      group: 'secrets',
      machine: null,
      title,
      since,
      from: 'look',
    }),
  ]
}
