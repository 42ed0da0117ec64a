import { type Finding, finding } from '../checks/finding.ts'
import type { LockFile } from '../gateway.ts'
import { type Text, tr } from '../text.ts'
import { type Check, type Hit, newestLine, quoted, ready } from './check.ts'
import { id, isReady } from './line-check.ts'
import type { Seen } from './seen.ts'

const LINES = ['lock.already_running', 'lock.state_owned', 'lock.lifecycle_owned']

/** A gateway that is ready has its lock. The line of the log says that a start was refused, the files themselves say by whom. */
export const LOCK_CHECK: Check = {
  id: 'lock',
  severity: 'critical',
  about: tr('No lock is in the way', '沒有鎖定阻擋'),
  needs: [],
  cures: ['machine unlock', 'restart'],
  find: (seen) => {
    const hit = isReady(seen) ? undefined : newestLine(seen, LINES)
    return hit === undefined ? [] : [judged(seen, hit)]
  },
  open: (seen) => {
    if (isReady(seen) || seen.logs.known) return undefined
    return seen.locks?.known === true && seen.locks.value.length === 0 ? undefined : seen.logs.why
  },
}

function judged(seen: Seen, hit: Hit): Finding {
  const { locks } = seen
  if (locks?.known !== true)
    return found('critical', UNSEEN, { evidence: quoted(hit), run: ready(UNLOCK, id(seen)) })
  const live = locks.value.find(({ verdict }) => verdict === 'live')
  if (live !== undefined)
    return found('critical', LIVE, {
      evidence: ownerOf(live, 'runs', '執行中'),
      run: ready('restart', id(seen)),
    })
  const [left] = locks.value
  if (left !== undefined)
    return found('critical', LEFT, {
      evidence: ownerOf(left, 'is not its gateway', '不是其閘道'),
      run: ready(UNLOCK, id(seen)),
    })
  return found('warning', GONE, { evidence: quoted(hit), run: ready('restart', id(seen)) })
}

const UNLOCK = 'machine unlock'

const found = (
  severity: 'critical' | 'warning',
  says: Text,
  more: Pick<Finding, 'evidence' | 'run'>,
): Finding => ({ ...finding('lock', severity, says), ...more })

const ownerOf = ({ path, pid }: LockFile, en: string, zh: string): Text =>
  pid === null
    ? tr(`${path}: nobody can read whose it is`, `${path}：無法得知屬於誰`)
    : tr(`${path}: pid ${pid} ${en}`, `${path}：pid ${pid} ${zh}`)

const UNSEEN = tr(
  'The gateway does not start because a lock says that another one runs. Nearly always one does: look for a second machine first.',
  '鎖定顯示另一個閘道正在執行，因此無法啟動。多半確有其事：請先找是否有第二部機器。',
)
const LIVE = tr(
  'A start was refused because a gateway that lives in this machine holds the lock. A restart ends every process in it and starts one gateway.',
  '機器內有存活的閘道持有鎖定，因此先前的啟動遭拒。重新啟動會結束其中所有程序，再啟動一個閘道。',
)
const LEFT = tr(
  'The gateway does not start because of a lock that was left behind: whoever wrote it is gone.',
  '殘留的鎖定讓閘道無法啟動：寫入者已不存在。',
)
const GONE = tr(
  'A start was refused because of a lock that is not there any more; the next start meets none.',
  '先前的啟動因鎖定遭拒，而該鎖定已不存在；下次啟動不會受阻。',
)
