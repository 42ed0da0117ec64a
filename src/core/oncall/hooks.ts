import type { Secret } from '../secret.ts'
import type { Receiver } from './route.ts'

/** An address at which one source tells its alerts: `POST /hooks/<source>/<secret>`. Its secret is known to nobody but who made it. */
export interface Hook {
  readonly id: string
  readonly source: Receiver
  /** Who made it, and when. */
  readonly by: string
  readonly at: number
  /** What comes has to be signed, too. */
  readonly signed: boolean
}

/** Said once, when it is made: the secrets are not kept in a form that could be shown again. */
interface MadeHook {
  readonly hook: Hook
  /** `/hooks/<source>/<secret>`, to be put behind `OPS_PUBLIC_URL`. */
  readonly path: Secret
  /** The signing key that was chosen here, for the source to sign with; null where it signs with a key of its own, or not. */
  readonly key: Secret | null
}

interface NewHook {
  readonly by: string
  /** A key that the source chose (PagerDuty, Sentry). `none`: what comes need not be signed. Left out: Grafana gets one that is chosen here. */
  readonly key?: Secret | 'none' | undefined
}

/** Several hooks of one source are good at the same time, so that one can take the place of another. */
export interface Hooks {
  readonly createHook: (source: Receiver, about: NewHook) => Promise<MadeHook>
  /** Oldest first. */
  readonly listHooks: () => Promise<readonly Hook[]>
  /** False when there was none. */
  readonly removeHook: (id: string) => Promise<boolean>
}
