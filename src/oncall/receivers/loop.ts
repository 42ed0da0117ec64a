import { createBuckets } from '../../core/buckets.ts'
import type { Alert } from '../../core/oncall/alert.ts'
import { say, tr } from '../../core/text.ts'

/** An alert about ourselves is told so often; what comes back after that is most likely our own echo. */
const SAME = { size: 3, perMs: 3_600_000 }
/** All of one source together: an echo may have another name each time. */
const ALL = { size: 12, perMs: 3_600_000 }

/** Our metrics, our addresses, our incidents. */
const OURS =
  /\bopenclaw_ops_\w|\/hooks\/(?:alertmanager|grafana|pagerduty|sentry|healthchecks|uptime-kuma|uptimerobot|netdata|events|generic)\/|\bI-[0-9A-HJKMNP-TV-Z]{6}\b/
/** Ways in of ours below an address that a gateway may share. */
const PATHS = ['/metrics', '/hooks/', '/telegram/', '/discord/']

interface Deps {
  readonly now: () => number
  readonly publicUrl: string | undefined
}

export interface LoopGuard {
  /** The alert, marked where it is about ourselves; nothing when it was told too often. */
  readonly pass: (alert: Alert) => Alert | undefined
}

/** Keeps alerts that our own messages and metrics cause from causing messages for ever. */
export function createLoopGuard({ now, publicUrl }: Deps): LoopGuard {
  const buckets = createBuckets(now)
  const host = publicUrl === undefined ? undefined : URL.parse(publicUrl)?.host
  const own = host === undefined ? [] : PATHS.map((path) => host + path)
  const tooOften = ({ key, source }: Alert) =>
    buckets.take(key, SAME) !== undefined || buckets.take(source, ALL) !== undefined
  return {
    pass(alert) {
      if (!isOurs(alert, own)) return alert
      // That it is over is no echo: nothing is sent for what is not open.
      if (alert.status === 'firing' && tooOften(alert)) return undefined
      return { ...alert, evidence: [MARK, ...alert.evidence] }
    },
  }
}

const MARK = [tr('About', '關於'), 'openclaw-ops'] as const satisfies Alert['evidence'][number]

function isOurs({ title, text, evidence, rule, links }: Alert, own: readonly string[]): boolean {
  const words = [title, text, rule, ...evidence.flat()].map((one) => say(one, 'en'))
  const all = [...words, ...links.map(({ url }) => url)].join('\n')
  return OURS.test(all) || own.some((address) => all.includes(address))
}
