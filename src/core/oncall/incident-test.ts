import type { ChatContext } from '../context.ts'
import { type Reply, reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import type { Alert } from './alert.ts'
import { oncallOf } from './incident-find.ts'
import type { CardPlace } from './ports.ts'

/** Where the test went, and what the platform made of it. */
export interface Tested {
  readonly id: string
  readonly platform: CardPlace['platform']
  readonly message: string | null
  readonly problem: string | null
}

/** Sends the card of a test incident here by the way of every other card, and waits for the platform's word on it. */
export async function runTest(context: ChatContext): Promise<Tested> {
  const { place, clock, actor } = context
  const oncall = oncallOf(context)
  const here = { platform: place.platform, space: place.space, room: place.room ?? null }
  const { id } = await oncall.open(testAlert(clock.now(), actor.name), here)
  const seen = await oncall.shown(id, here)
  const message = 'message' in seen ? seen.message : null
  const problem = 'problem' in seen ? seen.problem : null
  return { id, platform: here.platform, message, problem }
}

const testAlert = (now: number, by: string): Alert => ({
  source: 'test',
  key: `test-${now}`,
  group: `test-${now}`,
  status: 'firing',
  severity: 'info',
  app: null,
  machine: null,
  title: tr('Test alert', '測試警示'),
  text: tr(
    `${by} asked for it. Nothing is wrong, nobody is paged, and it ends by itself in 10 minutes.`,
    `由 ${by} 送出。一切正常，不會呼叫任何人，10 分鐘後自動結束。`,
  ),
  evidence: [],
  rule: 'test',
  fix: null,
  links: [],
  since: now,
  at: now,
})

export function testReply({ id, platform, message, problem }: Tested): Reply {
  if (message !== null)
    return reply.ok(tr('The test alert arrived', '測試警示已送達'), [
      text(
        tr(
          `${id} is message ${message} of ${platform} here. Cards of real alerts take the same way.`,
          `${id} 在 ${platform} 此處的訊息編號為 ${message}。真正的警示走同一條路。`,
        ),
      ),
    ])
  return reply.error(tr('The test alert did not arrive', '測試警示沒有送達'), [
    text(
      problem === 'timeout'
        ? tr(
            `${platform} has not taken it within 10 seconds. It is tried again; see /readyz for how the platform is doing.`,
            `${platform} 在 10 秒內沒有收下。系統會再試；平台狀況請見 /readyz。`,
          )
        : tr(
            `${platform} refused it: ${problem}. Check that I may write messages and embeds here.`,
            `${platform} 拒絕：${problem}。請確認我在此處有傳送訊息與嵌入內容的權限。`,
          ),
    ),
  ])
}
