import type { ChannelState } from './gateway.ts'
import type { Status } from './status.ts'
import { join, type Text, tr } from './text.ts'

/** How a channel is that does not run, in words. */
export const CHANNEL_STATES: Readonly<Record<ChannelState, Text>> = {
  starting: tr('starting', '啟動中'),
  stopped: tr('stopped', '已停止'),
  disconnected: tr('not connected', '未連線'),
  unlinked: tr('not linked', '未連結裝置'),
}

/** What was asked and not learnt is unknown with its reason; what was not asked is left out. */
export function channelWords({
  channels: running,
  channelsDown,
  channelsReason,
}: Status['gateway']): Text | undefined {
  if (running === null)
    return channelsReason === null ? undefined : join(': ', tr('unknown', '未知'), channelsReason)
  const down = channelsDown.map(({ name, state }) => join(' ', name, CHANNEL_STATES[state]))
  if (running.length + down.length === 0) return tr('none set up', '未設定')
  const up = running.map((name) => tr(`${name} running`, `${name} 運作中`))
  return join(', ', ...up, ...down)
}
