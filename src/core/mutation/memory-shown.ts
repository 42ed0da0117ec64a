import { keepAction } from '../checks/again.ts'
import type { WorkContext } from '../context.ts'
import { keptSize } from '../drift.ts'
import { mb, sizesNear, sizeWord } from '../memory-size.ts'
import { overrideOf } from '../overrides.ts'
import { type Action, type Block, fields, type Reply, reply, table, text } from '../reply.ts'
import { tr, utc } from '../text.ts'
import { type MemoryOptions, type SizedFacts, sizedFacts, sizedOf, targetOf } from './memory.ts'
import { usd } from './memory-words.ts'

/** The present size and the ones around it, for a question without a size. */
export async function memoryNow(context: WorkContext, options: MemoryOptions) {
  const { app, fly, store } = context
  const machines = await fly.machines(app)
  const machine = targetOf(machines, options.machine)
  const { id, region } = machine
  const was = sizedOf(machine)
  const set = await overrideOf(store, { app, machine: id })
  return {
    kind: 'shown' as const,
    app,
    machine: id,
    now: sizedFacts(was, region),
    sizes: sizesNear(was.guest).map((guest) => sizedFacts({ guest, heapMb: null }, region)),
    others: machines.filter((other) => other.id !== id).map((other) => other.id),
    set: set?.memoryMb === undefined ? null : { memoryMb: set.memoryMb, by: set.by, at: set.at },
  }
}

export type MemoryNow = Awaited<ReturnType<typeof memoryNow>>

/** The sizes there are, with a choice of them. */
export function shown({ app, machine, now, sizes, others, set }: MemoryNow): Reply {
  const heap = now.heapMb === null ? tr('none', '無') : `${now.heapMb} MB`
  return reply.info(
    tr(`${app}: ${machine} has ${mb(now.memoryMb)}`, `${app}：${machine} 有 ${mb(now.memoryMb)}`),
    [
      fields(
        [tr('Size', '規格'), now.size],
        [tr('Heap cap', '堆積上限'), heap],
        [tr('Set by', '設定者'), set === null ? undefined : setBy(set)],
        [tr('Other machines', '其他機器'), others.join(', ') || undefined],
      ),
      ...drift(now, set),
      table(
        [tr('Memory', '記憶體'), tr('Size', '規格'), tr('USD a month', '每月美元'), ''],
        sizes.map(({ memoryMb, size, usdMonth }) => [
          sizeWord(memoryMb),
          size,
          usd(usdMonth),
          memoryMb === now.memoryMb ? tr('now', '目前') : '',
        ]),
      ),
      text(
        tr(
          'Type /openclaw memory with one of these sizes, or next for twice the memory. Prices are estimates.',
          '請輸入 /openclaw memory 加上其中一個規格，或 next（兩倍記憶體）。價格為估計值。',
        ),
      ),
    ],
    { actions: [choose(app, machine, { now, sizes }), ...keep(app, machine, { now, set })] },
  )
}

type Set = NonNullable<MemoryNow['set']>

const setBy = ({ memoryMb, by, at }: Set): string => `${mb(memoryMb)}, ${by}, ${utc(at)}`

function drift({ memoryMb }: SizedFacts, set: MemoryNow['set']): readonly Block[] {
  if (set === null || set.memoryMb === memoryMb) return []
  return [
    text(
      tr(
        `🟡 It was set to ${mb(set.memoryMb)} here and has something else now: a deploy has probably put it back.`,
        `🟡 先前在此設為 ${mb(set.memoryMb)}，現在已不同：可能被部署改回。`,
      ),
    ),
  ]
}

/** Takes the present size for the one that is meant. */
const keep = (
  app: string,
  machine: string,
  { now, set }: Pick<MemoryNow, 'now' | 'set'>,
): readonly Action[] =>
  set === null || set.memoryMb === now.memoryMb
    ? []
    : [keepAction(app, keptSize(machine, now.memoryMb))]

const choose = (
  app: string,
  machine: string,
  { now, sizes }: Pick<MemoryNow, 'now' | 'sizes'>,
): Action => ({
  label: tr('Change to', '變更為'),
  style: 'primary',
  intent: { do: 'run', command: 'openclaw memory', input: { app, machine } },
  into: 'size',
  choices: sizes
    .filter(({ memoryMb }) => memoryMb !== now.memoryMb)
    .map(({ memoryMb, usdMonth }) => ({
      label: `${mb(memoryMb)} · ${usd(usdMonth)}`,
      value: sizeWord(memoryMb),
    })),
})
