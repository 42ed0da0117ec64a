import { cpusSentence, mb, sizeWord } from '../memory-size.ts'
import { regionFactor } from '../prices.ts'
import { type Block, code, table, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import { type MemoryChange, type SizedFacts, sizedFacts } from './memory.ts'

export const usd = (amount: number): string => `$${amount.toFixed(2)}`
const cap = (heapMb: number | null): Text => (heapMb === null ? tr('none', '無') : `${heapMb} MB`)

export const changeTitle = (app: string, { id, was, goal }: MemoryChange): Text => {
  const [a, b] = [mb(was.guest.memoryMb), mb(goal.guest.memoryMb)]
  if (a === b)
    return tr(`${app}: change the heap cap of ${id}?`, `${app}：要變更 ${id} 的堆積上限嗎？`)
  return tr(`${app}: give ${id} ${b} instead of ${a}?`, `${app}：要把 ${id} 從 ${a} 改為 ${b} 嗎？`)
}

/** Now and after, what it costs, what happens meanwhile, and what undoes it. */
export function changeBlocks(change: MemoryChange, warnings: readonly Text[]): readonly Block[] {
  const { was, goal, region } = change
  const notes = [
    cpusSentence(was.guest, goal.guest),
    heapSentence(change),
    ...warnings,
    awaySentence(change),
    priceSentence(region),
  ]
  return [
    comparison(sizedFacts(was, region), sizedFacts(goal, region)),
    ...notes.filter((note) => note !== '').map((note) => text(note)),
    ...deployBlocks(change),
  ]
}

/** Rows of before and after; what stays the same is shown once. */
export function comparison(before: SizedFacts, after: SizedFacts): Block {
  const rows: ReadonlyArray<readonly [Text, Text, Text]> = [
    [tr('Memory', '記憶體'), mb(before.memoryMb), mb(after.memoryMb)],
    [tr('Size', '規格'), before.size, after.size],
    [tr('CPUs', 'CPU'), String(before.cpus), String(after.cpus)],
    [tr('Heap cap', '堆積上限'), cap(before.heapMb), cap(after.heapMb)],
    [tr('USD a month', '每月美元'), usd(before.usdMonth), usd(after.usdMonth)],
  ]
  return table(
    [tr('What', '項目'), tr('Before', '之前'), tr('After', '之後')],
    rows.map(([what, a, b]) => [what, a, sameText(a, b) ? tr('same', '不變') : b]),
  )
}

const sameText = (a: Text, b: Text): boolean => JSON.stringify(a) === JSON.stringify(b)

function heapSentence({ goal, was }: MemoryChange): Text {
  const { heapMb, guest } = goal
  const about = tr(
    'The heap cap (NODE_OPTIONS --max-old-space-size) is what Node lets its JavaScript take; auto is about 75 % of the memory, so that the rest of the machine has room.',
    '堆積上限（NODE_OPTIONS --max-old-space-size）是 Node 允許 JavaScript 使用的量；auto 約為記憶體的 75%，讓機器其他部分仍有空間。',
  )
  if (heapMb !== null && heapMb > guest.memoryMb * 0.9)
    return join(
      ' ',
      about,
      tr(
        `⚠️ ${heapMb} MB of ${guest.memoryMb} MB leaves too little for it.`,
        `⚠️ ${guest.memoryMb} MB 中的 ${heapMb} MB 幾乎沒有留下空間。`,
      ),
    )
  if (heapMb !== null && heapMb === was.heapMb && guest.memoryMb > was.guest.memoryMb)
    return join(
      ' ',
      about,
      tr(
        'It stays, so JavaScript gets nothing of the new memory.',
        '它維持不變，因此 JavaScript 用不到新增的記憶體。',
      ),
    )
  return about
}

const awaySentence = ({ id, started }: MemoryChange): Text =>
  started
    ? tr(
        `${id} reboots: the gateway and its channels are away for 30 s to 2 min.`,
        `${id} 會重新開機：閘道與頻道將中斷 30 秒到 2 分鐘。`,
      )
    : tr(
        `${id} is not running and stays so; the new size counts from its next start.`,
        `${id} 未在執行並維持原狀；新規格於下次啟動時生效。`,
      )

const priceSentence = (region: string): Text =>
  regionFactor(region) === undefined
    ? tr(
        `No price is known for region ${region}: that of iad was taken.`,
        `沒有區域 ${region} 的價格：以 iad 的價格計算。`,
      )
    : tr('Prices are estimates for a machine that runs all month.', '價格為整個月執行的估計值。')

/** A deploy puts everything back to what fly.toml says. */
function deployBlocks({ goal, was }: MemoryChange): readonly Block[] {
  const { memoryMb, cpus } = goal.guest
  const vm = `[[vm]]\n  memory = "${sizeWord(memoryMb)}"\n  cpus = ${cpus}`
  const env =
    goal.heapMb === null || goal.heapMb === was.heapMb
      ? ''
      : `\n[env]\n  NODE_OPTIONS = "--max-old-space-size=${goal.heapMb}"`
  return [
    text(
      tr(
        'A later `fly deploy` puts it back to what fly.toml says; to keep it, write there, beside other NODE_OPTIONS:',
        '之後的 `fly deploy` 會改回 fly.toml 的內容；若要保留，請在其中寫入（與其他 NODE_OPTIONS 並列）：',
      ),
    ),
    code(`${vm}${env}`, 'toml'),
  ]
}
