import { type Action, type Block, type Reply, reply, table, text } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { shortDigest } from './image-ref.ts'
import { comparison, nameFor } from './plan-words.ts'
import { type DeployResult, isOpen, type Row } from './result.ts'

/** What was put in place and seen, and what was not. */
export function renderDeploy(result: DeployResult): Reply {
  const { app, machines, to } = result
  if (machines.length === 0)
    return reply.info(tr(`${app} runs ${nameFor(to)} already`, `${app} 已在執行 ${nameFor(to)}`), [
      comparison(result),
      text(tr('Nothing was changed.', '沒有任何變更。')),
    ])
  return reply[toneOf(result)](headline(result), [comparison(result), ...details(result)], {
    actions: actionsOf(result),
  })
}

const isOdd = ({ asExpected, sameDigest }: Row): boolean =>
  asExpected === false || sameDigest === false

function toneOf({ machines, left }: DeployResult): 'ok' | 'warn' | 'error' {
  if (left.length > 0 || machines.some((row) => isOpen(row) && row.ready === false)) return 'error'
  const odd = machines.some((row) => isOpen(row) || isOdd(row) || row.log.length > 0)
  return odd ? 'warn' : 'ok'
}

function headline({ app, machines, to, left }: DeployResult): Text {
  const name = nameFor(to)
  if (left.length > 0)
    return tr(`${app}: ${name} is on some machines only`, `${app}：只有部分機器使用 ${name}`)
  if (machines.some((row) => isOpen(row) && row.ready === false))
    return tr(
      `${app}: ${name} is in place, but the gateway is not ready`,
      `${app}：${name} 已就位，但閘道未就緒`,
    )
  if (machines.some(isOpen))
    return tr(
      `${app}: ${name} is in place; whether the gateway is ready is unknown`,
      `${app}：${name} 已就位；無法得知閘道是否就緒`,
    )
  if (machines.every(({ started }) => !started))
    return tr(`${app}: ${name} from its next start`, `${app}：下次啟動時使用 ${name}`)
  return tr(`${app} runs ${name} and the gateway is ready`, `${app} 已執行 ${name}，閘道已就緒`)
}

function details(result: DeployResult): readonly Block[] {
  const { machines, left, snapshots, number } = result
  const notes = [
    ...machines.flatMap(rowNotes),
    left.length === 0
      ? ''
      : tr(
          `Left alone, because the one before was not seen ready: ${left.join(', ')}.`,
          `未變動，因為前一部未確認就緒：${left.join('、')}。`,
        ),
    snapshots.length === 0
      ? ''
      : tr(
          `The state from before lies in ${snapshots.map(({ snapshot, volume }) => `${snapshot} (${volume})`).join(', ')}.`,
          `之前的狀態在 ${snapshots.map(({ snapshot, volume }) => `${snapshot}（${volume}）`).join('、')}。`,
        ),
    tr(
      `It is number ${number} of /openclaw deploy history; /openclaw deploy rollback goes back.`,
      `這是 /openclaw deploy history 的第 ${number} 筆；/openclaw deploy rollback 可退回。`,
    ),
  ]
  return [
    ...(machines.length > 1 ? [rows(machines)] : []),
    ...notes.filter((note) => note !== '').map(text),
  ]
}

const rows = (machines: readonly Row[]): Block =>
  table(
    [tr('Machine', '機器'), tr('Gateway', '閘道'), tr('Release', '版本')],
    machines.map((row) => [row.id, gatewayWord(row), row.version ?? tr('unknown', '未知')]),
  )

function gatewayWord({ started, ready }: Row): Text {
  if (!started) return tr('stopped', '已停止')
  if (ready === true) return tr('ready', '就緒')
  return ready === false ? tr('not ready', '未就緒') : tr('unknown', '未知')
}

function rowNotes(row: Row): readonly Text[] {
  const { id, started, ready, reason, version, asExpected, digest, sameDigest, log } = row
  return [
    started && ready === true
      ? tr(
          `${id}: ready as a new process, and well for a minute.`,
          `${id}：以新程序就緒，且一分鐘內正常。`,
        )
      : '',
    started && ready !== true ? (reason ?? '') : '',
    asExpected === false
      ? tr(
          `⚠️ ${id}: the program in it says that it is ${version}.`,
          `⚠️ ${id}：其中的程式自稱為 ${version}。`,
        )
      : '',
    sameDigest === false && digest !== null
      ? tr(
          `⚠️ ${id}: Fly names another digest than the registry: ${shortDigest(digest)}.`,
          `⚠️ ${id}：Fly 顯示的摘要與登錄庫不同：${shortDigest(digest)}。`,
        )
      : '',
    ...log,
  ]
}

function actionsOf(result: DeployResult): readonly Action[] {
  const { app, machines } = result
  const run = (label: Text, command: string): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
  })
  const well = machines.every((row) => !isOpen(row) && row.log.length === 0)
  return [
    ...(well ? [] : [run(tr('Logs', '紀錄'), 'logs'), run(tr('Doctor', '診斷'), 'doctor')]),
    run(tr('Status', '狀態'), 'status'),
    run(tr('Rollback', '退回'), 'deploy rollback'),
  ]
}
