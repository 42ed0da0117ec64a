import type { Machine } from '../fly.ts'
import type { LockFile, LockVerdict } from '../gateway.ts'
import { type Block, code, table, text } from '../reply.ts'
import { duration, join, type Text, tr, utc } from '../text.ts'
import { leaseWarning } from './lease.ts'
import type { Sharers } from './sharers.ts'
import type { Evidence, UnlockPlan } from './unlock-plan.ts'

const VERDICTS: Readonly<Record<LockVerdict, Text>> = {
  live: tr('held by a live gateway', '由存活的閘道持有'),
  fresh: tr('just being written', '正在寫入'),
  dead: tr('left behind: its process is gone', '殘留：程序已不存在'),
  reused: tr('left behind: another program has that pid', '殘留：該 pid 已屬於其他程式'),
  restarted: tr('left behind: that pid started at another time', '殘留：該 pid 的啟動時間不同'),
  earlier: tr('left behind: older than this boot', '殘留：早於本次開機'),
  garbage: tr('left behind: nobody can read it', '殘留：內容無法解讀'),
}

/** One row a file: whose it is and how that is known. */
const evidenceTable = (files: readonly LockFile[], now: number): Block =>
  table(
    [
      tr('Lock file', '鎖定檔'),
      tr('Owner', '擁有者'),
      tr('Alive', '存活'),
      tr('Start time', '啟動時間'),
      tr('Age', '存在時間'),
      tr('So it is', '判斷'),
    ],
    files.map((file) => [
      file.path,
      file.pid === null ? '?' : `pid ${file.pid}`,
      file.alive ? tr('yes', '是') : tr('no', '否'),
      startWords(file),
      duration(Math.max(0, now - (file.createdAt ?? file.changedAt))),
      VERDICTS[file.verdict],
    ]),
  )

function startWords({ startTime, startNow }: LockFile): Text {
  if (startTime === null) return tr('not written', '未記錄')
  if (startNow === null) return String(startTime)
  return startTime === startNow
    ? tr(`${startTime}, the same`, `${startTime}，相同`)
    : tr(`${startTime}, now ${startNow}`, `${startTime}，現為 ${startNow}`)
}

/** What was looked at and found, the guide’s path included. */
export function evidenceBlocks(evidence: Evidence): readonly Block[] {
  const { files, why, line, unreadable, bootedAt, now } = evidence
  return [
    ...(files === null
      ? [text(join(' ', tr('The lock files could not be read:', '無法讀取鎖定檔：'), why ?? ''))]
      : files.length === 0
        ? [
            text(
              tr(
                'There is no lock file in any of the places releases use.',
                '各版本使用的位置都沒有鎖定檔。',
              ),
            ),
          ]
        : [evidenceTable(files, now)]),
    ...(unreadable.length === 0
      ? []
      : [
          text(
            tr(`Not readable: ${unreadable.join(', ')}.`, `無法讀取：${unreadable.join('、')}。`),
          ),
        ]),
    ...(files === null || files.some(({ layout }) => layout.startsWith('guide'))
      ? []
      : [guide(evidence)]),
    ...(bootedAt === null
      ? []
      : [text(tr(`The machine booted at ${utc(bootedAt)}.`, `機器開機時間：${utc(bootedAt)}。`))]),
    ...(line === null
      ? []
      : [
          text(
            tr(
              `The newest word about it in the log, of ${utc(line.at)}:`,
              `紀錄中最新的相關訊息（${utc(line.at)}）：`,
            ),
          ),
          code(line.text),
        ]),
  ]
}

const guide = ({ stateDir }: Evidence): Block =>
  text(
    tr(
      `The guide’s ${stateDir}/gateway.*.lock matches nothing: no release writes there.`,
      `教學中的 ${stateDir}/gateway.*.lock 沒有符合的檔案：沒有任何版本寫在那裡。`,
    ),
  )

/** The question: the evidence, what will be done in which order, and what stays untouched. */
export function planBlocks(
  machine: Machine,
  { id, evidence, started, lease }: UnlockPlan,
  { apart, unknown }: Sharers,
): readonly Block[] {
  return [
    ...evidenceBlocks(evidence),
    text(
      join(
        ' ',
        started
          ? tr(
              `First ${id} is stopped and started: a gateway takes a leftover lock over by itself.`,
              `首先停止並啟動 ${id}：閘道會自行接管殘留的鎖定。`,
            )
          : tr(
              `First ${id} (${machine.state}) is started: a gateway takes a leftover lock over by itself.`,
              `首先啟動 ${id}（${machine.state}）：閘道會自行接管殘留的鎖定。`,
            ),
        tr(
          'Only if it does not come up: it is started with a command that sleeps, each lock file is looked at again, those of nobody are deleted by their exact names, and its own command comes back.',
          '若仍未恢復：會以僅休眠的指令啟動，再次檢查每個鎖定檔，只刪除沒有擁有者的檔案（依確切名稱），再恢復原本的指令。',
        ),
        tr(
          'The gateway is away until then, up to 8 minutes.',
          '在此之前閘道無法使用，最長約 8 分鐘。',
        ),
      ),
    ),
    ...(apart.length === 0
      ? []
      : [
          text(
            tr(
              `Also running, with another volume: ${apart.join(', ')}. Its locks are its own and stay.`,
              `同時執行、使用其他磁碟區：${apart.join('、')}。其鎖定屬於它自己，不會變動。`,
            ),
          ),
        ]),
    ...(unknown === null
      ? []
      : [
          text(
            join(
              ' ',
              tr(
                '⚠️ Whether another machine has its volume could not be looked up; it is before anything is deleted.',
                '⚠️ 無法查詢是否有其他機器使用其磁碟區；刪除前會再次確認。',
              ),
              unknown,
            ),
          ),
        ]),
    ...(lease === null ? [] : leaseWarning(machine).map(text)),
  ]
}
