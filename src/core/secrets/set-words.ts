import { type Block, fields, type Reply, reply, text } from '../reply.ts'
import { join, tr } from '../text.ts'
import { applyButton } from './words.ts'

/** What came of it: staged, and for whom. */
export interface SetResult {
  readonly app: string
  readonly name: string
  readonly digest: string
  /** Fly's digest is another than before: the value was a new one. */
  readonly changed: boolean
  readonly machines: readonly string[]
}

export function setReply({ app, name, digest, changed, machines }: SetResult): Reply {
  const what: Block = fields(
    [tr('Fly’s digest', 'Fly 摘要'), join(' · ', digest, changed ? '' : SAME)],
    [
      tr('Without it until applied', '套用前仍未取得'),
      machines.length === 0 ? undefined : machines.join(', '),
    ],
  )
  if (machines.length === 0)
    return reply.ok(tr(`${name} is set`, `已設定 ${name}`), [
      what,
      text(
        tr(
          'No machine runs; the next start or update of one brings it. secrets list tells whether it has.',
          '沒有執行中的機器；下一次啟動或更新時會取得。可用 secrets list 確認。',
        ),
      ),
    ])
  return reply.ok(
    tr(`${name} is set, and not applied yet`, `已設定 ${name}，尚未套用`),
    [
      what,
      text(
        tr(
          'Running machines keep what they had. Apply restarts them with it, one after another.',
          '執行中的機器仍沿用原本的值。「套用」會依序重新啟動並交給它們。',
        ),
      ),
    ],
    { actions: [applyButton(app)] },
  )
}

const SAME = tr('the same as before', '與先前相同')
