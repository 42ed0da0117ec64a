import { tr, utc } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { SECOND } from './moments.ts'
import { evidence } from './trouble.ts'

/** What nobody here can do anything about, and everybody wants to know first. */
export const HOST: Detector = {
  id: 'host',
  doc: tr(
    'Fly has not reached the host of the machine for so long; volumes lie on it too. Over when it answers.',
    'Fly 無法連上機器的主機達此時間，磁碟區也在該主機上。恢復回應即結束。',
  ),
  severity: 'critical',
  threshold: { default: 60, unit: 's', min: 15, max: 3600 },
  down: true,
  needs: ['machines'],
  cures: [],
  detect: hosts,
}

function hosts({ after, now, threshold }: Moment): readonly Trouble[] {
  const all = after.machines.known ? after.machines.value : []
  return all.flatMap(({ id, hostStatus }) => {
    const since = after.memory.since[`host ${id}`]
    if (hostStatus === 'ok' || since === undefined || now - since < threshold * SECOND) return []
    return [
      {
        key: id,
        group: `host/${id}`,
        machine: id,
        title: tr('Host unreachable', '主機無法連線'),
        text: tr(
          `Fly says that the host of ${id} is ${hostStatus} since ${utc(since)}: nothing can be done to it there, and its state is the last one known. If it lasts, a new volume from its last snapshot and a new machine are the way: fly volumes create --snapshot-id.`,
          `Fly 表示 ${id} 的主機自 ${utc(since)} 起為 ${hostStatus}：目前無法操作，顯示的是最後已知狀態。若持續，請以最後的快照建立新磁碟區與新機器：fly volumes create --snapshot-id。`,
        ),
        evidence: [evidence('host_status', hostStatus)],
        fix: null,
        since,
        from: 'look',
      },
    ]
  })
}
