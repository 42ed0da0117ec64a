import type { Receiver } from '../../core/oncall/route.ts'
import { alertmanager } from './alertmanager.ts'
import { events } from './events.ts'
import { generic } from './generic.ts'
import { grafana } from './grafana.ts'
import { healthchecks } from './healthchecks.ts'
import { netdata } from './netdata.ts'
import { pagerduty } from './pagerduty.ts'
import type { SourceReceiver } from './receiver.ts'
import { sentry } from './sentry.ts'
import { uptimeKuma } from './uptime-kuma.ts'
import { uptimerobot } from './uptimerobot.ts'

export const SOURCES = {
  alertmanager,
  grafana,
  pagerduty,
  sentry,
  healthchecks,
  'uptime-kuma': uptimeKuma,
  uptimerobot,
  netdata,
  events,
  generic,
} as const satisfies Readonly<Record<Receiver, SourceReceiver>>
