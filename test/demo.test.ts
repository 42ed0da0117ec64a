import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BREAKAGES } from './demo/faults.ts'

const DEMO = fileURLToPath(new URL('demo.ts', import.meta.url))

/** Runs the demo on piped words, as `printf … | npm run demo` does. */
async function demo(words: readonly string[], locale = 'en') {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], OPS_LOCALE: locale }
  const child = spawn(process.execPath, [DEMO], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.stdin.end(`${words.join('\n')}\n`)
  const [output, complaints, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  return { output, complaints, code }
}

/** What status says of each thing that is broken, and what it must not say. */
interface Row {
  readonly says: readonly RegExp[]
  readonly never?: readonly RegExp[]
}
const READY = /: the gateway is ready\n/
const NOT_READY = /^❌ my-openclaw: the gateway is not ready$/m
const FINE = /^✅ my-openclaw: the gateway is ready$/m

const SHOWN: Readonly<Record<string, Row>> = {
  slow: {
    says: [NOT_READY, /^Why: It is still starting/m, /The check \S+ of \w+ fails/],
    never: [/do not work/],
  },
  port: { says: [READY, /listens on 4000, but Fly sends traffic to 3000/], never: [FINE] },
  html: { says: [/whether the gateway is ready is unknown/, /answers with a web page/] },
  hang: { says: [/whether the gateway is ready is unknown/, /did not answer on port 3000/] },
  shadow: { says: [FINE, /^Secrets: 2 secrets$/m], never: [/0123456789abcdef/] },
  json: { says: [READY] },
  revert: { says: [READY] },
  forwarded: { says: [FINE], never: [/reachable/i] },
  private: {
    says: [/^Access: private$/m, /^Addresses: none$/m, /no public address/],
    never: [/fly\.dev/],
  },
  capacity: { says: [FINE] },
  full: { says: [READY, /Volume \w+ is 9\d % full/], never: [FINE] },
  snapshots: { says: [READY, /makes no snapshots by itself/] },
  autostop: { says: [READY, /Autostop is on for/] },
  staged: { says: [READY, /not applied to the machine yet: OPENAI_API_KEY/] },
  invalid: { says: [FINE] },
  image: { says: [FINE] },
  upgrade: { says: [FINE] },
  lease: { says: [FINE, /is leased by \S+ \(flyctl\) until \d{4}-/] },
  crash: { says: [READY, /exited with code 137 at/], never: [FINE, /out of memory/] },
  oom: { says: [READY, /ran out of memory at \S+ and was killed/], never: [FINE] },
  heap: { says: [READY, /exited with code 134 at/], never: [FINE] },
  memory: { says: [/ran out of memory at \S+ and was killed/], never: [FINE] },
  loop: { says: [READY, /ended uncleanly \d times.*may keep its channels off/], never: [FINE] },
  lock: { says: [NOT_READY, /exited with code 78 at \S+ and stays stopped/], never: [FINE] },
  bind: { says: [NOT_READY, /exited with code 1 at \S+ and stays stopped/], never: [FINE] },
}
/** What the doctor says of what a look from outside does not show, or shows without its cure. */
const DOCTOR: Readonly<Record<string, readonly RegExp[]>> = {
  full: [
    /🔴 volume\.full: /,
    /Seen: df \/data: 964 MB \/ 1 GB/,
    /volumes extend volume=\w+ size=2/,
  ],
  snapshots: [/volume\.no_snapshots: /, /auto_backup_enabled = false/, /volumes snapshot volume=/],
  staged: [/secrets\.staged: /, /Cure: \/openclaw secrets apply/],
  invalid: [/🔴 config\.invalid: /, /config reload skipped/, /Cure: \/openclaw config validate/],
  shadow: [/🔴 token\.shadowed: /, /Cure: \/openclaw config unset path=gateway\.auth\.token/],
  port: [/🔴 port: /, /machine command machine=\w+ set='node .* --port 3000 --bind lan'/],
  autostop: [/🟡 autostop: /, /--autostop=off/],
  forwarded: [/🔴 proxy\.untrusted: /, /config set path=gateway\.trustedProxies value='\["127/],
}
/** What Fly itself refuses makes status fail. */
const FAILS: Readonly<Record<string, RegExp>> = {
  api: /^❌ .*\b503\b|Fly .*(?:error|trouble|fail)/m,
  token: /token/i,
}
/** Exits are remembered, so those that leave some come behind those that leave none, and the newest is shown. */
const SESSIONS = [
  ['hang', 'bind', 'lock'],
  [
    'slow',
    'port',
    'html',
    'shadow',
    'json',
    'revert',
    'forwarded',
    'private',
    'capacity',
    'lease',
    'full',
    'snapshots',
    'staged',
    'invalid',
    'autostop',
    'image',
    'upgrade',
  ],
  ['crash', 'heap', 'oom', 'memory', 'loop'],
]

/** The part of the output that belongs to a word: from what it broke to what was taken back. */
function partOf(output: string, word: string): string {
  const [, part = ''] = output.split(`Broken: ${BREAKAGES[word]?.about ?? '?'}.`)
  return part.split('Taken back')[0] ?? ''
}

describe('what can be broken in the demo', { concurrency: 5 }, () => {
  for (const session of SESSIONS)
    test(`status tells the truth about ${session.join(', ')}, and about the mended rest`, async () => {
      const broken = session.flatMap((word) => [`break ${word}`, 'status', 'mend'])
      const { output, complaints, code } = await demo(['status', ...broken, 'status'])
      assert.equal(code, 0, output + complaints)
      assert.match(output, /^✅ my-openclaw: the gateway is ready\n/)
      for (const word of session) {
        const part = partOf(output, word)
        const { says, never = [] } = SHOWN[word] ?? { says: [/$^/] }
        for (const pattern of says) assert.match(part, pattern, word)
        for (const pattern of never) assert.doesNotMatch(part, pattern, word)
      }
      assert.match(output.slice(output.lastIndexOf('Taken back')), READY)
    })

  test('more memory ends what the want of it caused, and status keeps the memory of it', async () => {
    const words = ['break memory', 'memory size=4gb', 'yes', 'status']
    const { output, code } = await demo(words)
    assert.equal(code, 0, output)
    const after = output.slice(output.lastIndexOf('my-openclaw: the gateway'))
    assert.match(after, /4096 MB/)
    assert.match(after, /🔵 \w+ ran out of memory at .*it has not happened again/)
  })

  test('where there is no room nothing has changed in the end, and the demo ends with 1', async () => {
    const { output, code } = await demo(['break capacity', 'memory size=4gb', 'yes', 'status'])
    assert.equal(code, 1, output)
    assert.match(output, /^❌ Fly has no room for this/m)
    assert.match(output.slice(output.lastIndexOf('✅ my-openclaw')), /2048 MB/)
  })

  test('an image that does not start is taken back, and status is as before', async () => {
    const words = ['break image', 'deploy image image=2026.10.1', 'yes', 'deploy history', 'status']
    const { output, code } = await demo(words)
    assert.equal(code, 1, output)
    assert.match(output, /^❌ The gateway in \w+ falls over with the new image\./m)
    assert.match(output, /has its old image, 2026\.9\.6, runs, and its gateway is ready/)
    assert.match(output, /1 .* 2026\.9\.6 +2026\.10\.1 .* taken back/)
    assert.match(output.slice(output.lastIndexOf('my-openclaw: the gateway')), READY)
  })

  test('the doctor names what is broken, with what it saw and what cures it', async () => {
    const words = Object.keys(DOCTOR).flatMap((word) => [`break ${word}`, 'doctor', 'mend'])
    const { output, code } = await demo(words)
    assert.equal(code, 0, output)
    for (const [word, says] of Object.entries(DOCTOR))
      for (const pattern of says) assert.match(partOf(output, word), pattern, word)
  })

  test('a full volume is extended by the doctor, and its file system is larger', async () => {
    const words = ['break full', 'doctor fix=volume.full', 'my-openclaw', 'doctor']
    const { output, code } = await demo(words)
    assert.equal(code, 0, output)
    assert.match(output, /⚠️ Extend \w+ of my-openclaw from 1 GB to 2 GB\?/)
    assert.match(output, /File system inside: 1 GB → 2 GB/)
    assert.doesNotMatch(output.slice(output.lastIndexOf('checks failed')), /volume\.full/)
  })

  test('a failed command makes the demo end with 1', async () => {
    const words = Object.keys(FAILS).flatMap((word) => [`break ${word}`, 'status', 'mend'])
    const { output, code } = await demo([...words, 'status'])
    assert.equal(code, 1, output)
    for (const [word, pattern] of Object.entries(FAILS)) {
      assert.match(partOf(output, word), pattern)
      assert.doesNotMatch(partOf(output, word), READY)
    }
    assert.match(output.slice(output.lastIndexOf('Taken back')), FINE)
  })

  test('every word that can be broken is tried here', async () => {
    const tried = [...Object.keys(SHOWN), ...Object.keys(FAILS)].toSorted()
    assert.deepEqual(tried, Object.keys(BREAKAGES).toSorted())
    assert.deepEqual(SESSIONS.flat().toSorted(), Object.keys(SHOWN).toSorted())
    const { output, code } = await demo(['demo', 'break nothing', 'nonsense'], 'zh-TW')
    assert.equal(code, 1)
    for (const word of tried) assert.ok(output.includes(`  break ${word} `), word)
  })
})
