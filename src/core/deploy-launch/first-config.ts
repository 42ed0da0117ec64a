import { createHash, randomBytes } from 'node:crypto'
import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { OpsError } from '../errors.ts'
import { lookPatiently } from '../mutation/settle.ts'
import { type Text, tr } from '../text.ts'
import { untilReady } from './first-ready.ts'
import { VOLUME } from './target.ts'

/**
 * Writes the file where there is none, never over one: in the same directory, then moved; given to the user the gateway runs as,
 * because the one that exec runs as is another and a file the gateway can't read ends its next start (OPENCLAW.md §7).
 */
const SCRIPT = `
set -u
dir=$1 data=$2 pid=$3 word=$4
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
file=$dir/openclaw.json
part=$dir/.openclaw.json.$word
say() { printf 'first-config %s %s %s\\n' "$word" "$1" "$(sha256sum < "$file" | cut -c1-64)"; exit 0; }
if [ -e "$file" ]; then say there; fi
umask 077
printf %s "$data" | base64 -d > "$part" || { rm -f "$part"; exit 1; }
owner=$(stat -c %u:%g "/proc/$pid" 2>/dev/null || stat -c %u:%g "$dir")
chown "$owner" "$part" 2>/dev/null || chmod 644 "$part"
mv -n "$part" "$file"
if [ -e "$part" ]; then rm -f "$part"; say there; fi
say written
`

const SECONDS = 15
const TRIES = 3
const PAUSE_MS = 2000
/** The gateway looks at its file about every second and restarts itself for what is in this one. */
const TAKEN_MS = 60_000

/** What became of the file: plain JSON. */
export interface FirstConfig {
  /** `other`: one with other words lies there, and was left. `unread`: it lies there, but the gateway was not seen to take it. */
  readonly state: 'taken' | 'unread' | 'other' | 'unwritten'
  readonly why: Text | null
}

/** Writes the first config file and sees that the gateway takes it and is ready. Rejects when it is not ready any more. */
export async function giveConfig(
  context: WorkContext,
  id: string,
  content: string,
): Promise<FirstConfig> {
  const { clock, gateway, app } = context
  const machine = await lookPatiently(context, id)
  const { pid } = await gateway.probe(app, machine)
  const since = clock.now()
  const first = await writeFirst(context, machine, { content, pid })
  if (first.state !== 'ours')
    return { state: first.state === 'other' ? 'other' : 'unwritten', why: first.why }
  const taken = await untilTaken(context, machine, since)
  const again = await writeFirst(context, machine, { content, pid })
  if (again.state === 'other')
    return {
      state: 'other',
      why: tr('The gateway put other words in its place.', '閘道以其他內容取代了它。'),
    }
  return { state: taken ? 'taken' : 'unread', why: null }
}

interface Written {
  readonly state: 'ours' | 'other' | 'unknown'
  readonly why: Text | null
}

async function writeFirst(
  context: WorkContext,
  machine: Machine,
  what: { readonly content: string; readonly pid: number | null },
): Promise<Written> {
  const { clock, signal } = context
  for (let tries = 1; ; tries++) {
    const seen = await writeOnce(context, machine, what)
    if (seen.state !== 'unknown' || tries === TRIES) return seen
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** Once or often is the same: what lies there already is only read. */
async function writeOnce(
  { app, fly, signal }: WorkContext,
  machine: Machine,
  { content, pid }: { readonly content: string; readonly pid: number | null },
): Promise<Written> {
  const word = randomBytes(12).toString('hex')
  const data = Buffer.from(content).toString('base64')
  const args = [VOLUME.path, data, String(pid ?? 0), word]
  try {
    const command = ['sh', '-c', SCRIPT, 'first-config', ...args]
    const { stdout } = await fly.exec(app, machine.id, { command, seconds: SECONDS })
    const [, sum] = new RegExp(`^first-config ${word} (?:there|written) ([0-9a-f]{64})$`, 'm').exec(
      stdout,
    ) ?? [undefined, undefined]
    if (sum === undefined) return { state: 'unknown', why: NO_WORD }
    return sum === sumOf(content) ? { state: 'ours', why: null } : { state: 'other', why: OTHER }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof OpsError)) throw error
    return { state: 'unknown', why: error.text }
  }
}

const sumOf = (content: string): string => createHash('sha256').update(content).digest('hex')
const NO_WORD = tr('The machine did not say whether it was written.', '機器未回報是否已寫入。')
const OTHER = tr(
  'A config file was there already, and was left as it is.',
  '已有設定檔，因此保持原樣。',
)

/** A run that began after the file was written has read it: the gateway restarts within its process, so only its uptime tells. */
async function untilTaken(context: WorkContext, machine: Machine, since: number): Promise<boolean> {
  const { clock, signal } = context
  const giveUp = clock.now() + TAKEN_MS
  for (;;) {
    const { uptimeMs } = await untilReady(context, machine)
    if (uptimeMs !== null && uptimeMs <= clock.now() - since) return true
    if (clock.now() >= giveUp) return false
    await clock.sleep(PAUSE_MS, signal)
  }
}
