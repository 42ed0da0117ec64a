import { type Finding, finding } from '../checks/finding.ts'
import { envOf } from '../machine-config.ts'
import { autoHeap } from '../mutation/memory.ts'
import { heapCapMb } from '../node-options.ts'
import { tr } from '../text.ts'
import { type Check, newestLine, quoted, ready } from './check.ts'
import { id } from './line-check.ts'
import type { Seen } from './seen.ts'

export const OOM_CHECKS: readonly Check[] = [
  {
    id: 'oom.heap',
    severity: 'critical',
    about: tr('The JavaScript heap is large enough', 'JavaScript 堆積足夠'),
    needs: ['logs'],
    cures: ['memory'],
    find: heap,
  },
  {
    id: 'oom.kernel',
    severity: 'critical',
    about: tr('The kernel killed nothing', '核心沒有終止程序'),
    needs: ['logs'],
    cures: ['memory'],
    find: kernel,
  },
]

const DAY_MS = 86_400_000
const GAP_MB = 512

/** A line of before the last change of the machine was about another size. */
function recent(seen: Seen, ids: readonly string[]) {
  const hit = newestLine(seen, ids, { ever: true })
  if (hit === undefined || seen.now - hit.line.at > DAY_MS) return undefined
  const changed = (seen.machine?.events ?? []).some(
    ({ type, at }) => type === 'update' && at > hit.line.at,
  )
  return { hit, severity: changed ? ('info' as const) : ('critical' as const) }
}

/** V8's own limit: more memory alone does not raise it while NODE_OPTIONS is fixed (OPENCLAW.md §9). */
function heap(seen: Seen): readonly Finding[] {
  const found = recent(seen, ['oom.heap']) ?? recent(seen, ['oom.stack'])
  if (found === undefined) return []
  const { machine } = seen
  const memoryMb = machine?.guest?.memoryMb ?? 0
  const cap = heapCapMb((machine?.config && envOf(machine.config)['NODE_OPTIONS']) ?? '', memoryMb)
  // A cap that is at its recommended share already has no room, however much memory is beside it.
  const room = cap !== null && memoryMb - cap > GAP_MB && autoHeap(memoryMb) > cap
  const input = room ? { heap: 'auto' } : { size: 'next' }
  return [
    {
      ...finding(
        'oom.heap',
        found.severity,
        tr(
          `V8 ran out of heap${cap === null ? '' : ` at its cap of ${cap} MB`}: not the machine’s memory was used up, but what Node may take of it.`,
          `V8 的堆積用盡${cap === null ? '' : `（上限 ${cap} MB）`}：並非機器記憶體耗盡，而是 Node 可用的部分。`,
        ),
      ),
      evidence: quoted(found.hit),
      run: ready('memory', { ...input, ...id(seen) }),
    },
  ]
}

function kernel(seen: Seen): readonly Finding[] {
  const found = recent(seen, ['oom.kernel'])
  if (found === undefined) return []
  return [
    {
      ...finding(
        'oom.kernel',
        found.severity,
        tr(
          'The kernel killed a process because the machine’s memory was used up: more memory helps, a larger heap makes it worse.',
          '機器記憶體耗盡，核心終止了程序：增加記憶體有幫助，放大堆積則更糟。',
        ),
      ),
      evidence: quoted(found.hit),
      run: ready('memory', { size: 'next', ...id(seen) }),
    },
  ]
}
