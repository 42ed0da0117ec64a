import { readGroup } from './alertmanager.ts'
import type { SourceReceiver } from './receiver.ts'
import { signedBy } from './signature.ts'

/** `timestampHeader` is free to choose in Grafana; docs/oncall.md names this one. */
export const grafana: SourceReceiver = {
  verify: signedBy({
    signature: 'x-grafana-alerting-signature',
    timestamp: 'x-grafana-alerting-timestamp',
  }),
  read: (request) => readGroup('grafana', request),
}
