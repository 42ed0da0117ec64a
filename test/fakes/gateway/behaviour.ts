/** What one recorded version does, where versions differ. */
export interface Behaviour {
  readonly version: string
  readonly commit: string
  /** How log times end. */
  readonly zone: 'Z' | '+00:00'
  /** The lines that announce the start: one "listening" line, or "http server listening" and then "ready". */
  readonly announce: 'listening' | 'ready'
  readonly locks: 'tmp' | 'state'
  readonly json: { readonly healthz: boolean; readonly readyz: boolean; readonly startupz: boolean }
  /** The health answers carry `eventLoop` figures. */
  readonly eventLoop: boolean
  readonly uiConfig: 'html' | 'open' | 'guarded'
  /** A lan bind refuses to start, or seeds origins in memory, or never asks. */
  readonly origins: 'none' | 'required' | 'seeded'
  readonly protocol: 3 | 4
  readonly errorDetails: boolean
  /** A client without a device keeps the scopes it asked for when it comes over loopback. */
  readonly looseScopes: boolean
  readonly serverName: string
  readonly bootId: boolean
  readonly forwarded: 'served' | 'refused'
  readonly sigusr1: 'ignored' | 'restarts' | 'inspector'
  readonly sigusr2: 'kills' | 'restarts'
  readonly breaker: boolean
  readonly silentRevert: boolean
  /** Refuses `allow` in a Discord channel block, the key older guides show. */
  readonly strictChannels: boolean
  readonly budgetLine: boolean
  /** The figures of the event loop say where the processor's time went. */
  readonly cpuFigures: boolean
  /** What else its pages are told about it. */
  readonly uiMore: Readonly<Record<string, unknown>>
  /** A journal lies beside each coordinator of its locks while it runs. */
  readonly lockJournals: boolean
  /** How a stop or restart is announced: the signal, a closed admission, or one with its reason. */
  readonly closing: 'signal' | 'admission' | 'reason'
  /** Says before it is ready what became of each part of the start. */
  readonly outcomes: boolean
  readonly title: string | null
}

const OLDEST: Behaviour = {
  version: '2026.1.29',
  commit: '9f3e682',
  zone: 'Z',
  announce: 'listening',
  locks: 'tmp',
  json: { healthz: false, readyz: false, startupz: false },
  eventLoop: false,
  uiConfig: 'html',
  origins: 'none',
  protocol: 3,
  errorDetails: false,
  looseScopes: true,
  serverName: 'dev',
  bootId: false,
  forwarded: 'served',
  sigusr1: 'ignored',
  sigusr2: 'kills',
  breaker: false,
  silentRevert: false,
  strictChannels: false,
  budgetLine: false,
  cpuFigures: false,
  uiMore: {},
  lockJournals: false,
  closing: 'signal',
  outcomes: false,
  title: 'openclaw-gateway',
}
const MARCH: Behaviour = {
  ...OLDEST,
  version: '2026.3.13',
  commit: '1771b1b',
  zone: '+00:00',
  json: { healthz: true, readyz: true, startupz: false },
  uiConfig: 'open',
  origins: 'required',
  errorDetails: true,
  looseScopes: false,
  serverName: '2026.3.13',
  title: null,
}
const JUNE: Behaviour = {
  ...MARCH,
  version: '2026.6.11',
  commit: 'a3f7e32',
  announce: 'ready',
  eventLoop: true,
  uiConfig: 'guarded',
  origins: 'seeded',
  protocol: 4,
  looseScopes: true,
  serverName: '2026.6.11',
  sigusr1: 'restarts',
  silentRevert: true,
  title: 'openclaw',
}
/** What the pages of both newest releases are told. */
const UI = {
  assistantAgentId: 'main',
  assistantAvatarSource: null,
  assistantAvatarStatus: null,
  assistantAvatarReason: null,
  serverBuildId: 'bundled',
  embedSandbox: 'scripts',
  allowExternalEmbedUrls: false,
  automaticallyFetchFavicons: true,
  pluginFrameGrants: [],
  terminalEnabled: true,
}
const AUGUST: Behaviour = {
  ...JUNE,
  version: '2026.8.2',
  commit: '0965053',
  locks: 'state',
  json: { healthz: true, readyz: true, startupz: true },
  serverName: '2026.8.2',
  bootId: true,
  forwarded: 'refused',
  breaker: true,
  closing: 'admission',
  title: null,
  uiMore: { ...UI, cliAgentsEnabled: false, localMediaPreviewRoots: [] },
  lockJournals: true,
  outcomes: true,
}
const SEPTEMBER: Behaviour = {
  ...AUGUST,
  version: '2026.9.6',
  commit: 'eb377ac',
  serverName: '2026.9.6',
  sigusr1: 'inspector',
  sigusr2: 'restarts',
  strictChannels: true,
  budgetLine: true,
  cpuFigures: true,
  uiMore: {
    ...UI,
    cliAgentsEnabled: true,
    communityInvite: true,
    pluginAssetsRequireAuth: true,
  },
  lockJournals: false,
  closing: 'reason',
}

/** The versions that were run and recorded, oldest first. */
export const RECORDED: readonly Behaviour[] = [OLDEST, MARCH, JUNE, AUGUST, SEPTEMBER]

/** A number by which versions order. */
export const rank = (version: string): number => {
  const [year = 0, month = 0, day = 0] = version.split(/[.-]/).map(Number)
  return year * 10_000 + month * 100 + day
}

/** The behaviour of a version: its own when recorded, else that of the nearest older one, under the name asked for; `latest` and the like are the newest. */
export function behaviourOf(version: string | undefined): Behaviour {
  if (version === undefined || !/^\d{4}\./.test(version)) return SEPTEMBER
  const known = RECORDED.findLast((one) => rank(one.version) <= rank(version)) ?? OLDEST
  return { ...known, version, serverName: known.serverName === 'dev' ? 'dev' : version }
}
