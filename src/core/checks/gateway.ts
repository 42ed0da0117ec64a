import { CHANNEL_STATES } from '../channel-words.ts'
import type { Deployment } from '../deployment.ts'
import type { ChannelState, GatewayReport } from '../gateway.ts'
import { join, type Text, tr } from '../text.ts'
import { type Finding, finding } from './finding.ts'

/** What the gateway itself says does not work, though it is up. One that is not up yet counts its own start among what fails. */
export function gatewayChecks({ gateway }: Pick<Deployment, 'gateway'>): readonly Finding[] {
  if (!gateway.known || gateway.value.ready !== true) return []
  const failing = gateway.value.failing ?? []
  return [...saidFailing(failing), ...channelsDown(gateway.value, failing)]
}

function saidFailing(failing: readonly string[]): readonly Finding[] {
  if (failing.length === 0) return []
  const names = failing.join(', ')
  return [
    finding(
      'gateway.failing',
      'critical',
      tr(`The gateway says these do not work: ${names}.`, `閘道回報這些部分無法運作：${names}。`),
      'logs',
    ),
  ]
}

/** Healthy over HTTP and silent in chat: what the crash-loop breaker, a wrong bot token and a lost pairing look like (OPENCLAW.md §3). */
function channelsDown(
  { channelsDown: down = [] }: GatewayReport,
  failing: readonly string[],
): readonly Finding[] {
  const told = new Set(failing.map((name) => name.replace(/:default$/, '')))
  const untold = down.filter(({ name, state }) => state !== 'starting' && !told.has(name))
  if (untold.length === 0) return []
  const names = join(', ', ...untold.map(({ name, state }) => join(' ', name, inBrackets(state))))
  return [
    finding(
      'gateway.channels',
      'critical',
      join(
        ' ',
        tr('The gateway is up, but channels are not running:', '閘道已啟動，但有頻道未運作：'),
        join('', names, tr('.', '。')),
        tr('Its logs say why.', '原因請見其日誌。'),
      ),
      'logs',
    ),
  ]
}

const inBrackets = (state: ChannelState): Text => join('', '(', CHANNEL_STATES[state], ')')
