import type { GatewayReport } from '../core/gateway.ts'
import { type Looking, mainOf, type Value } from './looking.ts'

/** Asking for the channels starts a process of 50 MB in the machine; that they all run is taken as true for so long. */
const CHANNELS_MS = 300_000

/** Whether the gateway is ready, each minute; its channels less often, and told again meanwhile as long as it is the same run. */
export async function probeGateway(looking: Looking): Promise<Value<'gateway'>> {
  const { app, gateway, clock, channels, before } = looking
  const machine = mainOf(looking)
  if (machine === undefined) return null
  const last = before?.gateway.known === true ? before.gateway.value : null
  const missing = (last?.report.channelsDown ?? []).length > 0
  const asks = missing || clock.now() - channels.at >= CHANNELS_MS
  const report = await gateway.probe(app, machine, { channels: asks })
  if (asks) channels.at = clock.now()
  const same = last?.machine === machine.id && last.report.bootId === report.bootId
  const known = !asks && same && report.ready === true ? last.report : undefined
  return { machine: machine.id, report: withChannels(report, known) }
}

function withChannels(report: GatewayReport, last: GatewayReport | undefined): GatewayReport {
  if (last === undefined || last.channels === null) return report
  const { channels, channelsDown } = last
  return { ...report, channels, ...(channelsDown && { channelsDown }) }
}
