import type { JobState } from './job-record.ts'
import { type Text, tr } from './text.ts'

/** Where a job stands, as people are told. */
export const JOB_STATE: Readonly<Record<JobState, Text>> = {
  queued: tr('waiting', '等待中'),
  running: tr('running', '執行中'),
  done: tr('done', '完成'),
  failed: tr('failed', '失敗'),
  refused: tr('refused', '已拒絕'),
  cancelled: tr('cancelled', '已取消'),
  asked: tr('asked to confirm', '等待確認'),
}
