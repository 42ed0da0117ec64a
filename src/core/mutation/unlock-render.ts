import type { LockFile } from '../gateway.ts'
import { type Action, type Block, fields, type Reply, reply, table, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import { isOpen, type Unlocked } from './unlock-run.ts'
import type { Removed } from './unlock-files.ts'
import { evidenceBlocks } from './unlock-words.ts'
import { isReady } from './up.ts'

/** Who held it, what was done about that, and what was seen afterwards. */
export function renderUnlock(result: Unlocked): Reply {
  return result.kind === 'unlock' ? freed(result) : untouched(result, result.kind)
}

type Untouched = Exclude<Unlocked['kind'], 'unlock'>
const TONES = { held: 'error', ready: 'ok', fresh: 'error', none: 'warn' } as const

function untouched(result: Unlocked, kind: Untouched): Reply {
  const { evidence } = result
  return reply[TONES[kind]](
    untouchedTitle(result, kind),
    [...evidenceBlocks(evidence), text(NEXT[kind])],
    { actions: actionsOf(result, kind === 'held' ? ['restart', 'logs'] : ['status', 'logs']) },
  )
}

function untouchedTitle({ app, machine, evidence }: Unlocked, kind: Untouched): Text {
  const owner = evidence.files?.find(({ verdict }) => verdict === 'live')
  const pid = owner?.pid ?? '?'
  switch (kind) {
    case 'held':
      return tr(
        `${app}: the lock of ${machine} is held by a live gateway (pid ${pid})`,
        `${app}：${machine} 的鎖定由存活的閘道持有（pid ${pid}）`,
      )
    case 'ready':
      return tr(
        `${app}: nothing is stuck, the gateway of ${machine} is ready`,
        `${app}：沒有卡住，${machine} 的閘道已就緒`,
      )
    case 'fresh':
      return tr(
        `${app}: a lock of ${machine} is just being written`,
        `${app}：${machine} 的鎖定正在寫入`,
      )
    case 'none':
      return tr(
        `${app}: ${machine} has no lock file, so that is not what keeps it`,
        `${app}：${machine} 沒有鎖定檔，問題不在鎖定`,
      )
    default:
      return kind satisfies never
  }
}

const NEXT: Readonly<Record<Untouched, Text>> = {
  held: tr(
    'It was left alone: a lock taken from a live gateway lets two write one database. Restart ends that gateway cleanly and frees the lock with it.',
    '沒有動它：奪走存活閘道的鎖定會讓兩個程序寫入同一個資料庫。重新啟動會正常結束該閘道並釋放鎖定。',
  ),
  ready: tr(
    'It runs, so no lock keeps it from that. Nothing was done.',
    '它正在執行，沒有鎖定阻礙它。沒有執行任何動作。',
  ),
  fresh: tr('Nothing was done. Try again in half a minute.', '沒有執行任何動作。請半分鐘後再試。'),
  none: tr(
    'Nothing was done. Its logs say what keeps the gateway from starting.',
    '沒有執行任何動作。請查看紀錄了解閘道無法啟動的原因。',
  ),
}

function freed(result: Unlocked): Reply {
  const { up, how, removed, evidence } = result
  const ready = up !== null && isReady(up)
  const held = removed.some(({ outcome }) => outcome === 'failed' || outcome === 'held')
  const tone = ready ? (held ? 'warn' : 'ok') : up?.ready === null ? 'warn' : 'error'
  return reply[tone](
    headline(result),
    [
      ...(up === null ? [] : [seen(result)]),
      ...(how === 'deletion' ? [...evidenceBlocks(evidence), ...removedBlocks(removed)] : []),
      ...after(result),
      ...(ready ? [] : [next(result)]),
    ],
    { actions: actionsOf(result, ready ? ['status', 'logs'] : ['logs', 'doctor', 'status']) },
  )
}

function headline({ app, machine, up, how, removed }: Unlocked): Text {
  const gone = removed.filter(({ outcome }) => outcome === 'removed' || outcome === 'gone').length
  const [en, zh] =
    how === 'start'
      ? ['a new start was enough', '重新啟動即可']
      : [`${gone} lock ${gone === 1 ? 'file' : 'files'} deleted`, `已刪除 ${gone} 個鎖定檔`]
  if (up !== null && isReady(up))
    return tr(
      `${app}: the gateway of ${machine} is ready, ${en}`,
      `${app}：${machine} 的閘道已就緒，${zh}`,
    )
  return up?.ready === null
    ? tr(
        `${app}: ${en}; whether the gateway of ${machine} is ready is unknown`,
        `${app}：${zh}；無法得知 ${machine} 的閘道是否就緒`,
      )
    : tr(
        `${app}: ${en}, but the gateway of ${machine} is not ready`,
        `${app}：${zh}，但 ${machine} 的閘道未就緒`,
      )
}

const seen = ({ up, machine }: Unlocked): Block =>
  fields(
    [tr('Machine', '機器'), `${machine} (${up?.state ?? '?'})`],
    [tr('Version', '版本'), up?.version ?? undefined],
    [tr('Why', '原因'), up?.reason ?? undefined],
    [tr('Last exit', '上次結束'), up?.exit ? `${up.exit.code}` : undefined],
  )

const OUTCOMES: Readonly<Record<Removed['outcome'], Text>> = {
  removed: tr('deleted', '已刪除'),
  gone: tr('is gone', '已不存在'),
  changed: tr('left: it was written anew meanwhile', '保留：期間被重新寫入'),
  held: tr('left: somebody holds it', '保留：有程序持有'),
  failed: tr('could not be deleted', '無法刪除'),
}

const removedBlocks = (removed: readonly Removed[]): readonly Block[] =>
  removed.length === 0
    ? []
    : [
        table(
          [tr('Lock file', '鎖定檔'), tr('Result', '結果')],
          removed.map(({ path, outcome }) => [path, OUTCOMES[outcome]]),
        ),
      ]

/** The proof of the end: no lock, or one of the process that runs. */
function after({ files, up }: Unlocked): readonly Block[] {
  if (files === null || up?.ready !== true) return []
  const others = files.filter(({ verdict }: LockFile) => verdict !== 'live')
  return [
    text(
      others.length === 0
        ? tr(
            'Every lock there is now belongs to the gateway that runs.',
            '現有的鎖定都屬於正在執行的閘道。',
          )
        : tr(
            `Left beside it: ${others.map(({ path }) => path).join(', ')}.`,
            `仍殘留：${others.map(({ path }) => path).join('、')}。`,
          ),
    ),
  ]
}

const next = (result: Unlocked): Block =>
  text(
    join(
      ' ',
      tr(
        'The lock is not, or no longer, what keeps it: read its logs, then run doctor.',
        '問題不在鎖定，或已不在鎖定：請查看紀錄，再執行 doctor。',
      ),
      isOpen(result)
        ? tr(
            'I look again every 30 s for 5 minutes and correct this answer.',
            '我會在 5 分鐘內每 30 秒再看一次並更正此回覆。',
          )
        : '',
    ),
  )

const LABELS: Readonly<Record<string, Text>> = {
  status: tr('Status', '狀態'),
  logs: tr('Logs', '紀錄'),
  doctor: tr('Doctor', '診斷'),
  restart: tr('Restart', '重新啟動'),
}

const actionsOf = ({ app }: Unlocked, commands: readonly string[]): readonly Action[] =>
  commands.map((command) => ({
    label: LABELS[command] ?? command,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
  }))
