import { mb, sizeWord } from '../memory-size.ts'
import { type Action, type Reply, reply, text } from '../reply.ts'
import { join, type Text, tr, utc } from '../text.ts'
import { type Kept, renderKept } from './memory-keep.ts'
import type { Changed } from './memory-run.ts'
import { type MemoryNow, shown } from './memory-shown.ts'
import { comparison } from './memory-words.ts'
import type { Watch } from './oom-watch.ts'

/** The result in words: sizes there are, or what was changed and seen. */
export function renderMemory(result: Changed | Kept | MemoryNow): Reply {
  if (result.kind === 'shown') return shown(result)
  return result.kind === 'kept' ? renderKept(result) : changed(result)
}

function changed(result: Changed): Reply {
  const { before, after, reason, watch } = result
  const notes = [reason ?? '', watchWords(watch), nextWords(result)].filter((one) => one !== '')
  return reply[toneOf(result)](
    headline(result),
    [comparison(before, after), ...notes.map((note) => text(note))],
    { actions: actionsOf(result) },
  )
}

const isBad = ({ state }: Watch): boolean => state === 'oom' || state === 'exited'

function toneOf({ started, ready, watch }: Changed): 'ok' | 'warn' | 'error' {
  if (isBad(watch) || (started && ready === false)) return 'error'
  return (started && ready === null) || watch.state === 'unknown' ? 'warn' : 'ok'
}

function headline({ app, machine, after, started, ready, watch }: Changed): Text {
  const has = mb(after.memoryMb)
  if (isBad(watch))
    return tr(
      `${app}: ${machine} has ${has}, and its gateway fell over with it`,
      `${app}：${machine} 已有 ${has}，但閘道隨後異常結束`,
    )
  if (!started)
    return tr(
      `${app}: ${machine} has ${has} from its next start`,
      `${app}：${machine} 下次啟動時有 ${has}`,
    )
  if (ready === true)
    return tr(
      `${app}: ${machine} has ${has} and the gateway is ready`,
      `${app}：${machine} 已有 ${has}，閘道已就緒`,
    )
  if (ready === false)
    return tr(
      `${app}: ${machine} has ${has}, but the gateway is not ready`,
      `${app}：${machine} 已有 ${has}，但閘道未就緒`,
    )
  return tr(
    `${app}: ${machine} has ${has}; whether the gateway is ready is unknown`,
    `${app}：${machine} 已有 ${has}；無法得知閘道是否就緒`,
  )
}

function watchWords(watch: Watch): Text {
  switch (watch.state) {
    case 'none':
      return ''
    case 'watching':
      return tr(
        'I watch it for two minutes and then say here whether it ran out of memory.',
        '我會觀察兩分鐘，並在此回報是否記憶體不足。',
      )
    case 'quiet':
      return watch.logs
        ? tr('Two minutes without running out of memory.', '兩分鐘內沒有記憶體不足。')
        : tr(
            'Two minutes without running out of memory, by the machine’s events; its log could not be read.',
            '依機器事件，兩分鐘內沒有記憶體不足；紀錄無法讀取。',
          )
    case 'oom':
      return oomWords(watch)
    case 'exited':
      return tr(
        `Its process exited with code ${watch.code} at ${utc(watch.at)}; nothing says it was for memory.`,
        `程序於 ${utc(watch.at)} 以代碼 ${watch.code} 結束；沒有跡象顯示是記憶體問題。`,
      )
    case 'unknown':
      return join(
        ' ',
        tr(
          'Whether it ran out of memory in these two minutes is unknown:',
          '無法得知這兩分鐘內是否記憶體不足：',
        ),
        watch.why,
      )
    default:
      return watch satisfies never
  }
}

const oomWords = ({ of, at }: Extract<Watch, { state: 'oom' }>): Text =>
  of === 'heap'
    ? tr(
        `JavaScript ran out of its heap at ${utc(at)}: the heap cap is too small.`,
        `JavaScript 於 ${utc(at)} 用盡堆積：堆積上限太小。`,
      )
    : tr(
        `The machine ran out of memory at ${utc(at)} and killed the gateway.`,
        `機器於 ${utc(at)} 記憶體不足並終止了閘道。`,
      )

function nextWords({ started, ready, watch }: Changed): Text {
  if (watch.state === 'oom')
    return tr(
      'Take a larger size with memory size=next, or Undo.',
      '請以 memory size=next 改用更大的規格，或按「復原」。',
    )
  if (watch.state === 'exited' || (started && ready !== true))
    return tr(
      'The new size is in place. Look at the logs, or Undo to go back to the old one.',
      '新規格已生效。請查看紀錄，或按「復原」回到原本的規格。',
    )
  return ''
}

function actionsOf({ app, machine, before, started, ready, watch }: Changed): readonly Action[] {
  const run = (label: Text, command: string, input: object): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app, ...input } },
  })
  const heap = before.heapMb === null ? 'auto' : String(before.heapMb)
  const undo = { machine, size: sizeWord(before.memoryMb), heap }
  const well = !isBad(watch) && (!started || ready === true)
  return [
    ...(well ? [] : [run(tr('Logs', '紀錄'), 'logs', {})]),
    run(tr('Status', '狀態'), 'status', {}),
    run(tr('Undo', '復原'), 'memory', undo),
  ]
}
