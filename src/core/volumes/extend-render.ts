import { isReady } from '../mutation/up.ts'
import { type Action, type Block, fields, type Reply, reply, text } from '../reply.ts'
import { bytes, duration, join, say, type Text, tr } from '../text.ts'
import { type Extended, extendFollow } from './extend.ts'

/** Says the size that Fly lists, the size that was measured inside, and what is left to do. */
export function renderExtend(result: Extended, app: string): Reply {
  const left = leftToDo(result)
  return reply[toneOf(result)](headline(result, app), [facts(result), ...left.map(text)], {
    actions: actions(result, app),
  })
}

/** Whether all that was wanted has been seen. A machine that does not run grows its file system when it starts. */
function isDone({ grown, machine, restarted }: Extended): boolean {
  if (restarted !== null && !isReady(restarted)) return false
  return grown === true || machine?.started !== true
}

function toneOf(result: Extended) {
  const { restarted } = result
  if (isDone(result)) return result.to === result.from ? 'info' : 'ok'
  return restarted !== null && restarted.state !== 'started' ? 'error' : 'warn'
}

function headline(result: Extended, app: string): Text {
  const { volume, sizeGb, from, to, restarted } = result
  const { en, zh } =
    from === to
      ? { en: `${volume} has ${sizeGb} GB already`, zh: `${volume} 已是 ${sizeGb} GB` }
      : { en: `${volume} has ${sizeGb} GB now`, zh: `${volume} 現為 ${sizeGb} GB` }
  if (isDone(result)) return tr(`${app}: ${en}`, `${app}：${zh}`)
  if (restarted !== null && restarted.state !== 'started')
    return tr(`${app}: ${en}, but its machine went down`, `${app}：${zh}，但機器停止了`)
  if (restarted !== null && !isReady(restarted))
    return tr(`${app}: ${en}; the gateway is not ready yet`, `${app}：${zh}；閘道尚未就緒`)
  return result.grown === null
    ? tr(
        `${app}: ${en}; whether its file system is larger is unknown`,
        `${app}：${zh}；無法得知檔案系統是否變大`,
      )
    : tr(`${app}: ${en}, its file system not yet`, `${app}：${zh}，但檔案系統尚未變大`)
}

function facts(result: Extended): Block {
  const { from, sizeGb, inside, fsBefore, restarted, machine, needsRestart } = result
  const before = fsBefore === null ? '?' : bytes(fsBefore)
  return fields(
    [tr('Size', '大小'), from === sizeGb ? `${sizeGb} GB` : `${from} GB → ${sizeGb} GB`],
    [
      tr('File system inside', '內部檔案系統'),
      inside.totalBytes === null
        ? tr(`unknown: ${say(inside.why ?? '', 'en')}`, `未知：${say(inside.why ?? '', 'zh-TW')}`)
        : from === sizeGb
          ? bytes(inside.totalBytes)
          : `${before} → ${bytes(inside.totalBytes)}`,
    ],
    [tr('Used', '已使用'), inside.usedBytes === null ? undefined : bytes(inside.usedBytes)],
    [tr('Machine', '機器'), machine === null ? tr('none', '無') : machine.id],
    [
      tr('Restart', '重新啟動'),
      from === sizeGb ? undefined : restartWords(restarted !== null, needsRestart),
    ],
    [tr('Gateway', '閘道'), restarted === null ? undefined : gateway(restarted)],
  )
}

function restartWords(done: boolean, needed: boolean | null): Text {
  if (done) return tr('done, because the file system needed it', '已執行，檔案系統需要')
  if (needed === false) return tr('not needed, Fly says', 'Fly 表示不需要')
  return tr('not done', '未執行')
}

function gateway({ ready, reason, version }: NonNullable<Extended['restarted']>): Text {
  const of = version === null ? '' : ` (${version})`
  if (ready === true) return tr(`ready${of}`, `已就緒${of}`)
  const word = ready === null ? tr('unknown', '未知') : tr('not ready', '未就緒')
  return join(': ', word, reason ?? '')
}

function leftToDo(result: Extended): readonly Text[] {
  const { machine, waitMs, grown, restarted } = result
  const again =
    extendFollow.after(result) === null
      ? ''
      : tr(
          'I look again every 30 s for 5 minutes and correct this answer.',
          '我會在 5 分鐘內每 30 秒再看一次並更正此回覆。',
        )
  if (machine?.started !== true)
    return [tr('Its file system grows when its machine starts.', '檔案系統會在機器啟動時變大。')]
  if (restarted !== null && !isReady(restarted))
    return [
      join(
        ' ',
        again,
        tr('If it stays so: logs, then doctor.', '若持續如此：請查看 logs，再執行 doctor。'),
      ),
    ]
  if (grown === true) return []
  const wait = duration(waitMs ?? 0)
  return [
    again,
    waitMs === null
      ? ''
      : tr(
          `The machine started a short while ago and was not restarted for the sake of its channels. In ${say(wait, 'en')}: /openclaw restart machine=${machine.id}`,
          `機器剛啟動不久，為避免頻道關閉而未重新啟動。${say(wait, 'zh-TW')}後請執行：/openclaw restart machine=${machine.id}`,
        ),
    waitMs === null && grown === false
      ? tr(
          `The file system grows when the machine is restarted: /openclaw restart machine=${machine.id}`,
          `重新啟動機器後檔案系統才會變大：/openclaw restart machine=${machine.id}`,
        )
      : '',
    waitMs === null && grown === null
      ? tr(
          `If it stays unknown: /openclaw volumes list, and /openclaw restart machine=${machine.id} makes sure.`,
          `若仍未知：請查看 /openclaw volumes list；/openclaw restart machine=${machine.id} 可確保生效。`,
        )
      : '',
  ].filter((words) => words !== '')
}

function actions(result: Extended, app: string): readonly Action[] {
  const { machine, grown, restarted } = result
  const run = (
    label: Text,
    command: string,
    more: Readonly<Record<string, string>> = {},
  ): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app, ...more } },
  })
  const restart =
    machine?.started === true && grown === false && restarted === null
      ? [run(tr('Restart', '重新啟動'), 'restart', { machine: machine.id })]
      : []
  return [
    ...restart,
    run(tr('Volumes', '磁碟區'), 'volumes list'),
    run(tr('Status', '狀態'), 'status'),
  ]
}
