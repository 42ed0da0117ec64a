import { APP } from './app.ts'

/** One fault of the tour, what a person types to find and cure it, and what is seen when it is cured. */
export interface Stop {
  readonly word: string
  /** Ten minutes pass before: several starts in a row are refused, or keep the channels off. */
  readonly quiet?: boolean
  readonly lines: readonly string[]
  /** What the last line's answer must say and must not; else that the gateway is ready and nothing critical is left. */
  readonly cured?: RegExp
  readonly never?: RegExp
}

const START = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
/** What a person types so that some time has passed. */
export const QUIET = 'wait 10'

/** What keeps a gateway from starting or answering, in an order in which one fault leaves the next alone. */
const STARTS: readonly Stop[] = [
  { word: 'port', lines: ['status', 'doctor fix=port', APP, 'status'] },
  {
    word: 'bind',
    lines: ['status', `machine command set="${START}"`, APP, 'machine start', QUIET, 'status'],
  },
  { word: 'hang', quiet: true, lines: ['status', 'restart', 'yes', 'status'] },
  { word: 'lock', lines: ['status', 'machine unlock', 'yes', QUIET, 'status'] },
  {
    word: 'loop',
    lines: ['status', QUIET, 'restart', 'yes', 'status'],
    cured: /discord running/,
  },
]

/** Memory, leases, addresses and disk. */
const ROOM: readonly Stop[] = [
  {
    word: 'heap',
    quiet: true,
    lines: ['status', 'doctor fix=oom.heap', 'yes', 'status'],
  },
  { word: 'memory', lines: ['status', 'memory size=8gb', 'yes', QUIET, 'status'] },
  {
    word: 'lease',
    quiet: true,
    lines: ['status', 'restart', 'yes', 'status'],
    never: /leased|🔴/,
  },
  {
    word: 'private',
    lines: ['status', 'network public', `${APP} because it is no secret`, 'status'],
    cured: /Access: https:/,
  },
  {
    word: 'full',
    quiet: true,
    lines: ['status', 'doctor fix=volume.full', APP, 'status'],
    never: /% full|🔴/,
  },
]

/** What of the machine's own config is wrong. */
const CONFIG: readonly Stop[] = [
  {
    word: 'autostop',
    lines: ['status', 'doctor', 'doctor fix=autostop', 'yes', 'status'],
    never: /[Aa]utostop|🔴/,
  },
  {
    word: 'checks',
    lines: ['doctor fix=checks.missing', 'yes', 'status'],
    cured: /1\/1/,
  },
  { word: 'policy', lines: ['doctor', 'machine repair what=restart', 'yes', 'status'] },
  { word: 'state', lines: ['status', 'doctor fix=state.not_on_volume', APP, 'status'] },
]

/** What lies in the secrets and the config file. */
const CONTENTS: readonly Stop[] = [
  { word: 'staged', lines: ['status', 'secrets apply', 'yes', 'status'], never: /not applied|🔴/ },
  {
    word: 'shadow',
    lines: ['status', 'doctor fix=token.shadowed', 'yes', 'token check'],
    cured: /the gateway takes its token/,
  },
  {
    word: 'json',
    lines: ['config validate', 'config restore id=last-good', 'yes', 'config validate'],
    cured: /^✅/,
  },
  {
    word: 'invalid',
    lines: ['doctor', 'config restore id=bak', 'yes', 'config validate'],
    cured: /^✅/,
  },
]

/** The rest of them; time passes last, for the machine's own clock stays behind then. */
const CHANGES: readonly Stop[] = [
  {
    word: 'revert',
    lines: [
      'config history',
      'config set path=agents.defaults.maxConcurrent value=8',
      'yes',
      'config validate',
    ],
    cured: /^✅/,
  },
  {
    word: 'forwarded',
    lines: ['doctor fix=proxy.untrusted', '1', 'yes', 'doctor'],
    cured: /✅ Passed: .*proxy/,
  },
  {
    word: 'notoken',
    lines: ['status', 'token rotate', `${APP} because it has none`, QUIET, 'status'],
  },
  {
    word: 'image',
    lines: [
      'deploy image image=2026.10.1',
      'yes',
      'deploy history',
      QUIET,
      'restart',
      'yes',
      'status',
    ],
  },
]

/** Faults that a command of ours cures; each list is for a deployment of its own. */
export const ROUTES: ReadonlyArray<readonly Stop[]> = [
  STARTS,
  ROOM,
  [...CONTENTS, ...CONFIG],
  CHANGES,
]

/** The others, and why no command of ours cures them. */
export const OTHERS: Readonly<Record<string, string>> = {
  oom: 'Fly has started the machine again; where it comes back, as memory',
  crash: 'Fly has started the machine again',
  slow: 'a gateway that starts slowly is waited for',
  html: 'a release without these pages, or something else on the port: a person looks',
  capacity: 'Fly’s: a smaller size, later, or another region',
  snapshots: 'status and volumes list name the line for flyctl; volumes snapshot makes one copy',
  upgrade: 'the snapshot that deploy image took, in a new volume',
  api: 'Fly’s',
  token: 'a new Fly token in the bot’s own environment',
}
