import { z } from 'zod'
import { HINTS } from '#core/complete-things.ts'
import { defineCommand } from '#core/command.ts'
import { SIZE, sizeWord } from '#core/memory-size.ts'
import type { MemoryChange } from '#core/mutation/memory.ts'
import { keepMemory, type Kept } from '#core/mutation/memory-keep.ts'
import { planMemory } from '#core/mutation/memory-plan.ts'
import { renderMemory } from '#core/mutation/memory-render.ts'
import { changeMemory, type Changed, lookAgain } from '#core/mutation/memory-run.ts'
import { type MemoryNow, memoryNow } from '#core/mutation/memory-shown.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

type Result = Changed | Kept | MemoryNow
interface Asked {
  readonly size?: string | undefined
  readonly heap?: string | undefined
}

/** Without a size or a heap cap it only shows what there is. */
const changes = ({ size, heap }: Asked): boolean => size !== undefined || heap !== undefined

/**
 * Done when: the machine's config was read back with the new size and heap cap, the gateway answered ready as a new boot, and for two
 * minutes neither an exit for want of memory nor a line about it was seen (the answer is edited then). A machine at rest stays at rest.
 */
export default defineCommand({
  name: 'memory',
  description: tr(
    'Show or change the memory of the machine, with the heap cap that goes with it',
    '查看或變更機器的記憶體與對應的堆積上限',
  ),
  examples: ['memory', 'memory size=2gb', 'memory size=next', 'memory size=4gb heap=keep'],
  options: z.object({
    app: option.app().optional(),
    size: z
      .string()
      .regex(SIZE)
      .optional()
      .meta({
        about: tr(
          '512mb, 2gb, 2048 or next; without it the sizes are shown',
          '512mb、2gb、2048 或 next；省略則顯示可用規格',
        ),
        complete: 'size',
        form: tr('a size such as 512mb, 2gb, 2048, or next', '規格，例如 512mb、2gb、2048 或 next'),
      }),
    machine: z
      .string()
      .max(63)
      .optional()
      .meta({
        about: tr(
          'Machine id or name; the one that runs the gateway if left out',
          '機器 ID 或名稱；省略時為執行閘道的機器',
        ),
        complete: 'machine',
      }),
    heap: z
      .string()
      .regex(/^(?:auto|keep|\d{1,6})$/)
      .optional()
      .meta({
        about: tr(
          'Heap cap: auto (75 % of memory), keep, or MB',
          '堆積上限：auto（記憶體的 75%）、keep 或 MB',
        ),
        form: tr('auto, keep or a number of MB', 'auto、keep 或 MB 數值'),
      }),
  }),
  role: 'operator',
  confirm: (options) => (changes(options) ? 'button' : 'none'),
  risk: (options) => (changes(options) ? 'change' : 'read'),
  where: 'worker',
  kind: 'change',

  async plan(context, options) {
    if (changes(options)) return planMemory(context, options)
    return { title: '', blocks: [], fingerprint: '', data: null }
  },

  async run(context, options, plan): Promise<Result> {
    if (changes(options)) {
      const change = plan as MemoryChange
      return change.kept === true ? keepMemory(context, change) : changeMemory(context, change)
    }
    const seen = await memoryNow(context, options)
    const words = seen.sizes.map(({ memoryMb }) => sizeWord(memoryMb))
    await context.store.put(HINTS, `size.${context.app}`, [...words, 'next'])
    return seen
  },

  render: renderMemory,

  follow: {
    after: (result: Result) =>
      result.kind === 'changed' && result.watch.state === 'watching' ? result.watch.nextMs : null,
    look: async (context, _options, result: Result) =>
      result.kind === 'changed' ? lookAgain(context, result) : result,
  },
})
