/** A stretch of releases, both ends included, in which something was seen to hold. Open ends reach to the oldest and the newest. */
interface Span<T> {
  readonly from?: string
  readonly to?: string
  readonly value: T
}
type History<T> = ReadonlyArray<Span<T>>

/** What differs between releases and matters to somebody who looks at a gateway from outside. */
export interface VersionFacts {
  /** `/healthz` answers JSON; otherwise the web page answers. */
  readonly healthJson: boolean
  readonly readyJson: boolean
  readonly startupJson: boolean
  /** `/control-ui-config.json`: the web page, open to all (under `/__openclaw/`), or only with the token. */
  readonly uiConfig: 'page' | 'open' | 'guarded'
  /** The log line that says it is up. */
  readonly upLine: 'listening' | 'ready'
  /** Where lock files lie: `$TMPDIR/openclaw-<uid>/` or `$STATE/tmp/openclaw-<uid>/`. */
  readonly locks: 'temporary' | 'state'
  readonly protocol: 3 | 4
  /** A refused handshake carries `details.code`. */
  readonly errorCodes: boolean
  /** Requests with forwarding headers from a peer that is not trusted. */
  readonly forwarded: 'served' | 'refused'
  /** The signal that restarts within the process; `null` when none does unasked. */
  readonly restartSignal: 'SIGUSR1' | 'SIGUSR2' | null
  /** Binding to the network without listed Control UI origins. */
  readonly origins: 'not_asked' | 'refused' | 'seeded'
}

/**
 * Observed on 2026.1.29, 2026.3.13, 2026.6.11, 2026.8.2 and 2026.9.6; ends between those come from the changes' own
 * threads. A gap between two spans is a stretch nobody looked at: its value is unknown.
 */
const HISTORY: { readonly [K in keyof VersionFacts]: History<VersionFacts[K]> } = {
  healthJson: [
    { to: '2026.1.29', value: false },
    { from: '2026.3.13', value: true },
  ],
  readyJson: [
    { to: '2026.1.29', value: false },
    { from: '2026.3.13', value: true },
  ],
  startupJson: [
    { to: '2026.6.11', value: false },
    { from: '2026.8.2', value: true },
  ],
  uiConfig: [
    { to: '2026.1.29', value: 'page' },
    { from: '2026.3.13', to: '2026.3.13', value: 'open' },
    { from: '2026.6.11', value: 'guarded' },
  ],
  upLine: [
    { to: '2026.3.13', value: 'listening' },
    { from: '2026.6.11', value: 'ready' },
  ],
  locks: [
    { to: '2026.7.31', value: 'temporary' },
    { from: '2026.8.2', value: 'state' },
  ],
  protocol: [
    { to: '2026.3.13', value: 3 },
    { from: '2026.6.11', value: 4 },
  ],
  errorCodes: [
    { to: '2026.1.29', value: false },
    { from: '2026.3.13', value: true },
  ],
  forwarded: [
    { to: '2026.7.31', value: 'served' },
    { from: '2026.8.1', value: 'refused' },
  ],
  restartSignal: [
    { to: '2026.1.29', value: null },
    { from: '2026.6.11', to: '2026.8.2', value: 'SIGUSR1' },
    { from: '2026.9.6', value: 'SIGUSR2' },
  ],
  origins: [
    { to: '2026.2.23', value: 'not_asked' },
    { from: '2026.2.26', to: '2026.4.24', value: 'refused' },
    { from: '2026.4.26', value: 'seeded' },
  ],
}

interface Parsed {
  readonly numbers: readonly [year: number, month: number, day: number]
  /** −1 before the release of that day, 0 the release, 1 a rebuild after it. */
  readonly stage: -1 | 0 | 1
  readonly suffix: string
}

function parse(version: string): Parsed | null {
  const match = /^v?(\d{4})\.(\d{1,2})\.(\d{1,2})(?:[-+]([0-9A-Za-z.-]+))?$/.exec(version)
  if (match === null) return null
  const [, year, month, day, suffix = ''] = match
  const early = /^(?:alpha|beta|rc|dev|canary|pre)/i.test(suffix)
  const stage = early ? -1 : suffix === '' ? 0 : 1
  return { numbers: [Number(year), Number(month), Number(day)], stage, suffix }
}

const sign = (difference: number): -1 | 0 | 1 => (difference < 0 ? -1 : difference > 0 ? 1 : 0)

/**
 * Orders two `YYYY.M.D` versions: -1, 0 or 1. A beta comes before its release, a rebuild (`-r20260820`, `-1`) after it.
 * `null` when one of them is no such version.
 */
export function compareVersions(a: string, b: string): -1 | 0 | 1 | null {
  const [left, right] = [parse(a), parse(b)]
  if (left === null || right === null) return null
  const steps = [
    ...left.numbers.map((number, index) => number - (right.numbers[index] ?? 0)),
    left.stage - right.stage,
    left.suffix.localeCompare(right.suffix, 'en', { numeric: true }),
  ]
  return sign(steps.find((step) => step !== 0) ?? 0)
}

/** Whether `version` is `since` or newer; `null` when it is unknown. */
export function isSince(version: string | null, since: string): boolean | null {
  const order = version === null ? null : compareVersions(version, since)
  return order === null ? null : order >= 0
}

/** What is known of one trait in one version; `null` for an unknown version or a stretch nobody looked at. */
export function factOf<K extends keyof VersionFacts>(
  version: string | null,
  fact: K,
): VersionFacts[K] | null {
  if (version === null || parse(version) === null) return null
  const history: History<VersionFacts[K]> = HISTORY[fact]
  const span = history.find(
    ({ from, to }) =>
      (from === undefined || isSince(version, from) === true) &&
      (to === undefined || isSince(to, release(version)) === true),
  )
  return span === undefined ? null : span.value
}

/** The release a rebuild or beta belongs to: what was seen of it holds for them. */
const release = (version: string) => version.replace(/^v/, '').replace(/[-+].*$/, '')
