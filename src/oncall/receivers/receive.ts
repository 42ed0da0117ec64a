import type { Alert, Intake } from '../../core/oncall/alert.ts'
import type { Clock, Log, Store } from '../../core/ports.ts'
import { createBatches } from './batches.ts'
import { SOURCES } from './index.ts'
import type { HookKeyring, Verified } from './keys.ts'
import { parsed } from './lenient.ts'
import { createLoopGuard } from './loop.ts'
import { createPace } from './notice.ts'
import type { HookRequest } from './receiver.ts'

const SEEN = 'hook-seen'
/** Longer than any source tries again: PagerDuty does for 48 hours. */
const SEEN_MS = 4 * 86_400_000

/** `POST /hooks/<source>/<secret>`, unchecked. */
interface Address {
  readonly source: string
  readonly secret: string
}
/** What came there. */
type Delivery = Omit<HookRequest, 'at'>
interface Answer {
  /** 202: written down. 401: not signed as it should be. 400: not JSON. 503: to be sent again. */
  readonly status: 202 | 400 | 401 | 503
  readonly retryAfterSeconds?: number
}

interface Deps {
  readonly keyring: Pick<HookKeyring, 'verifyHook'>
  readonly intake: Intake
  readonly store: Pick<Store, 'get' | 'put'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** The apps that are managed here. */
  readonly apps: readonly string[]
  readonly publicUrl: string | undefined
  /** Deliveries of one source. */
  readonly bucket?: { readonly size: number; readonly perMs: number }
}

/**
 * What checks and takes in what is sent to this address; nothing when there is no such hook. Both reject with `unavailable` or `busy` when it
 * could not be looked up or written down: then it is to be sent again.
 */
export function createHookReceiver(
  deps: Deps,
): (address: Address) => Promise<((delivery: Delivery) => Promise<Answer>) | undefined> {
  const { keyring, store, clock, log, apps, publicUrl } = deps
  const batches = createBatches(deps.intake)
  const pace = createPace(clock.now, deps.bucket)
  const guard = createLoopGuard({ now: clock.now, publicUrl })

  /** Whether the source may go on now; what people have to know about it is on its way. */
  const mayGo = ({ source }: Verified): Answer | undefined => {
    const { waitMs, notice } = pace.turn(source)
    if (notice)
      batches
        .take([notice])
        .catch((error: unknown) =>
          log.error({ error, source }, 'A notice about a source could not be written down.'),
        )
    return waitMs === null
      ? undefined
      : { status: 503, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) }
  }
  const passed = (alert: Alert): readonly Alert[] => {
    const known = guard.pass(managed(alert, apps))
    if (known === undefined)
      log.warn({ key: alert.key }, 'An alert about ourselves came back too often and was dropped.')
    return known ? [known] : []
  }
  const take = async (hook: Verified, request: HookRequest): Promise<Answer> => {
    const { source, keys } = hook
    const verdict = SOURCES[source].verify(request, keys, request.at)
    if (!verdict.ok) {
      log.warn({ source, why: verdict.why }, 'A hook was not signed as it should be.')
      return { status: 401 }
    }
    const { event } = verdict
    if (event !== null && (await store.get(SEEN, event)) !== undefined) return { status: 202 }
    const alerts = SOURCES[source].read(request)
    if (alerts.length === 0) return nothing(hook, request)
    const those = alerts.flatMap(passed)
    if (those.length > 0) await batches.take(those)
    // Not before: what could not be written down is sent again and has to be taken then.
    if (event !== null) await store.put(SEEN, event, 1, { ttlMs: SEEN_MS })
    return { status: 202 }
  }
  const nothing = ({ source }: Verified, { body }: HookRequest): Answer => {
    if (source !== 'uptimerobot' && parsed(body) === undefined) return { status: 400 }
    log.warn({ source }, 'A hook brought nothing that is an alert.')
    return { status: 202 }
  }

  return async ({ source, secret }) => {
    const hook = await keyring.verifyHook(source, secret)
    if (hook === undefined) return undefined
    return async (delivery) => mayGo(hook) ?? take(hook, { ...delivery, at: clock.now() })
  }
}

/** What is about another app is about none of ours, and nothing of ours follows from it. */
function managed(alert: Alert, apps: readonly string[]): Alert {
  if (alert.app === null || apps.includes(alert.app)) return alert
  const { down: _, ...rest } = alert
  return { ...rest, app: null }
}
