import { tr } from '../core/text.ts'
import type { Text } from '../core/text.ts'
import type { Answer } from './answer.ts'

/** Whether a gateway is ready. `null` is unknown; all but `true` come with a reason. */
export interface Verdict {
  readonly ready: boolean | null
  readonly reason: Text | null
}

export const not = (reason: Text): Verdict => ({ ready: false, reason })
const unknown = (reason: Text): Verdict => ({ ready: null, reason })

/** Why nothing could be learnt from an answer that is not one. */
export function excuse(answer: Answer | null, port: number): Verdict {
  if (answer?.kind === 'refused')
    return not(
      tr(
        `Nothing listens on port ${port} in the machine. Read its logs, then restart it.`,
        `機器內沒有程式在連接埠 ${port} 上接聽，請先查看日誌，再重新啟動。`,
      ),
    )
  if (answer?.kind === 'timeout')
    return unknown(
      tr(
        `It did not answer on port ${port} within 3 seconds. If that stays so, restart it.`,
        `連接埠 ${port} 在 3 秒內沒有回應；若持續如此，請重新啟動。`,
      ),
    )
  if (answer?.kind === 'page')
    return unknown(
      tr(
        `Port ${port} answers with a web page, not with its health. Check that this is the gateway's own port.`,
        `連接埠 ${port} 回應的是網頁而非健康狀態，請確認這是閘道本身的連接埠。`,
      ),
    )
  return status(answer, port)
}

function status(answer: Answer | null, port: number): Verdict {
  const code = answer !== null && 'status' in answer ? answer.status : null
  if (code === 429)
    return unknown(
      tr(
        'It refuses requests for now (429); try again later.',
        '它暫時拒絕請求（429），請稍後再試。',
      ),
    )
  if (code === 403)
    return unknown(
      tr(
        'It refuses to say (403): something puts forwarding headers in between. Check gateway.trustedProxies.',
        '它拒絕回答（403）：中間有程式加上了轉送標頭，請檢查 gateway.trustedProxies。',
      ),
    )
  const said = code === null ? '' : ` (${code})`
  return unknown(
    tr(
      `Port ${port} gave no health answer that can be understood${said}. Try again, then read its logs.`,
      `連接埠 ${port} 沒有給出可理解的健康狀態回應${said}，請再試一次，然後查看日誌。`,
    ),
  )
}

/** Nothing could be asked at all. */
export const noClient = (): Verdict =>
  unknown(
    tr(
      'The machine has neither curl nor node, so nothing could be asked. Check the image.',
      '機器內沒有 curl 也沒有 node，無法查詢，請檢查映像檔。',
    ),
  )
