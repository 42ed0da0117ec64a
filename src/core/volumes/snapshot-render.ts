import { type Action, fields, type Reply, reply, text } from '../reply.ts'
import { bytes, type Text, tr, utc } from '../text.ts'
import type { Snapped } from './snapshot.ts'

/** Says that it is made only when Fly lists it as made. */
export function renderSnapshot(result: Snapped, app: string): Reply {
  const { volume, snapshot, adopted } = result
  const { id, status, sizeBytes, createdAt } = snapshot
  const facts = fields(
    [tr('Volume', '磁碟區'), `${volume} (${result.name})`],
    [tr('Snapshot', '快照'), id],
    [tr('State', '狀態'), status],
    [tr('Size', '大小'), sizeBytes === null ? undefined : bytes(sizeBytes)],
    [tr('Begun', '開始'), createdAt === null ? undefined : utc(createdAt)],
  )
  const other = adopted
    ? [
        text(
          tr(
            'Fly was making one already, so that one was followed.',
            'Fly 已在建立快照，因此追蹤該快照。',
          ),
        ),
      ]
    : []
  return reply[toneOf(status)](headline(result, app), [facts, ...other, text(next(result))], {
    actions: [again(app, volume, status), list(app)].flat(),
  })
}

const toneOf = (status: string) =>
  status === 'created' ? 'ok' : status === 'failed' ? 'error' : 'warn'

function headline({ volume, snapshot: { status } }: Snapped, app: string): Text {
  if (status === 'created')
    return tr(`${app}: the snapshot of ${volume} is made`, `${app}：${volume} 的快照已完成`)
  if (status === 'failed')
    return tr(`${app}: the snapshot of ${volume} failed`, `${app}：${volume} 的快照失敗`)
  return tr(`${app}: the snapshot of ${volume} is not made yet`, `${app}：${volume} 的快照尚未完成`)
}

function next({ snapshot: { id, status } }: Snapped): Text {
  if (status === 'created')
    return tr(
      `A volume can be made of it: fly volumes create <name> --snapshot-id ${id}`,
      `可由此建立磁碟區：fly volumes create <名稱> --snapshot-id ${id}`,
    )
  if (status === 'failed')
    return tr(
      'The volume is as it was. Take another one; if that fails too, ask Fly about the volume.',
      '磁碟區維持原狀。請再建立一次；若仍失敗，請向 Fly 詢問此磁碟區。',
    )
  return tr(
    'I look again every 30 s for 5 minutes and correct this answer; after that see /openclaw volumes list.',
    '我會在 5 分鐘內每 30 秒再看一次並更正此回覆；之後請查看 /openclaw volumes list。',
  )
}

const list = (app: string): Action => ({
  label: tr('Volumes', '磁碟區'),
  style: 'neutral',
  intent: { do: 'run', command: 'openclaw volumes list', input: { app } },
})

const again = (app: string, volume: string, status: string): readonly Action[] =>
  status === 'failed'
    ? [
        {
          label: tr('Snapshot', '建立快照'),
          style: 'primary',
          intent: { do: 'run', command: 'openclaw volumes snapshot', input: { app, volume } },
        },
      ]
    : []
