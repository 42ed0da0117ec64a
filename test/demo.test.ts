import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BREAKAGES } from './demo/faults.ts'
import { OTHERS, ROUTES } from './demo/stops.ts'
import { runTour } from './demo/tour.ts'
import { EVERYWHERE } from './helpers/runs.ts'

const DEMO = fileURLToPath(new URL('demo.ts', import.meta.url))

/** Runs the demo on piped words, as `printf … | npm run demo` does. */
async function demo(words: readonly string[], locale = 'en') {
  const tmp = await mkdtemp(join(tmpdir(), 'openclaw-ops-demo-test-'))
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, OPS_LOCALE: locale, TMPDIR: tmp }
  const child = spawn(process.execPath, [DEMO], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.stdin.end(`${words.join('\n')}\n`)
  const [output, complaints, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  // The last of it to go is the folder of its machines, behind their processes.
  assert.deepEqual(await readdir(tmp), [])
  await rm(tmp, { recursive: true })
  return { output, complaints, code }
}

/** What status says of each thing that is broken, and what it must not say. */
interface Row {
  readonly says: readonly RegExp[]
  readonly never?: readonly RegExp[]
}
const READY = /: the gateway is ready(?:,.*)?\n/
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
  shadow: { says: [FINE, /^Secrets: \d secrets$/m], never: [/0123456789abcdef/] },
  private: {
    says: [/^Access: private$/m, /^Addresses: none$/m, /no public address/],
    never: [/fly\.dev/],
  },
  capacity: { says: [FINE] },
  full: { says: [READY, /Volume \w+ is 9\d % full/], never: [FINE] },
  snapshots: { says: [READY, /makes no snapshots by itself/] },
  autostop: { says: [READY, /Autostop is on for/] },
  staged: { says: [READY, /not applied to the machine yet: OPENAI_API_KEY/] },
  upgrade: { says: [FINE] },
  lease: { says: [FINE, /is leased by \S+ \(flyctl\) until \d{4}-/] },
  crash: { says: [READY, /exited with code 137 at/], never: [FINE, /out of memory/] },
  oom: { says: [READY, /ran out of memory at \S+ and was killed/], never: [FINE] },
  heap: { says: [READY, /exited with code 134 at/], never: [FINE] },
  memory: { says: [/ran out of memory at \S+ and was killed/], never: [FINE] },
  loop: { says: [READY, /ended uncleanly \d+ times.*may keep its channels off/], never: [FINE] },
  lock: { says: [NOT_READY, /exited with code 78 at \S+ and stays stopped/], never: [FINE] },
  notoken: { says: [NOT_READY, /no secret OPENCLAW_GATEWAY_TOKEN/], never: [FINE] },
  bind: { says: [NOT_READY, /exited with code 1 at \S+ and stays stopped/], never: [FINE] },
}
/** What the doctor says of what a look from outside does not show, or shows without its cure. */
const DOCTOR: Readonly<Record<string, readonly RegExp[]>> = {
  snapshots: [/volume\.no_snapshots: /, /auto_backup_enabled = false/, /volumes snapshot volume=/],
  invalid: [/🔴 config\.invalid: /, /config reload skipped/, /Cure: \/openclaw config validate/],
  autostop: [/🟡 autostop: /, /Cure: \/openclaw machine repair machine=\w+ what=autostop/],
  policy: [/🟡 restart\.policy: /, /machine repair machine=\w+ what=restart/],
  forwarded: [/🔴 proxy\.untrusted: /, /config set path=gateway\.trustedProxies value='\["127/],
}
/** What Fly itself refuses makes status fail. */
const FAILS: Readonly<Record<string, RegExp>> = {
  api: /^❌ .*\b503\b|Fly .*(?:error|trouble|fail)/m,
  token: /token/i,
}
/** Those that leave an exit behind come last, for status remembers it. */
const LEFT = [
  ...'hang html slow port shadow private capacity lease full snapshots staged autostop'.split(' '),
  ...'upgrade bind lock notoken crash heap oom memory loop'.split(' '),
]

/** The part of the output that belongs to a word: from what it broke to what was taken back. */
function partOf(output: string, word: string): string {
  const [, part = ''] = output.split(`Broken: ${BREAKAGES[word]?.about ?? '?'}.`)
  return part.split('Taken back')[0] ?? ''
}

function judge(word: string, part: string): void {
  const { says, never = [] } = SHOWN[word] ?? { says: [/$^/] }
  for (const pattern of says) assert.match(part, pattern, word)
  for (const pattern of never) assert.doesNotMatch(part, pattern, word)
}

/** Minutes long: `npm run test:everywhere` takes them. */
const SHORT = !EVERYWHERE

describe('what can be broken in the demo', { concurrency: 3 }, () => {
  // A minute long: `npm run test:everywhere` takes it.
  test('the tour sees every fault, and its cure', { skip: SHORT }, async () => {
    const { said, uncured } = await runTour(() => {})
    assert.deepEqual(uncured, [], said.map(({ typed, reply }) => `${typed}\n${reply}`).join('\n'))
    const answer = (word: string, typed: RegExp): string =>
      said.find((one) => one.word === word && typed.test(one.typed))?.reply ?? ''
    for (const { word } of ROUTES.flat()) {
      const status = answer(word, /^status$/)
      if (word in SHOWN) judge(word, status)
      for (const pattern of DOCTOR[word] ?? []) assert.match(answer(word, /^doctor/), pattern, word)
    }
  })

  test(
    'status tells the truth about each, and about the mended rest',
    { skip: SHORT },
    async () => {
      const broken = LEFT.flatMap((word) => [`break ${word}`, 'status', 'mend'])
      const { output, complaints, code } = await demo(['status', ...broken, 'status'])
      assert.equal(code, 0, output + complaints)
      assert.match(output, /^✅ my-openclaw: the gateway is ready\n/)
      for (const word of LEFT) judge(word, partOf(output, word))
      assert.match(output.slice(output.lastIndexOf('Taken back')), READY)
    },
  )

  test('where there is no room nothing has changed in the end, a command that failed ends it with 1', async () => {
    const fails = Object.keys(FAILS).flatMap((word) => [`break ${word}`, 'status', 'mend'])
    const { output, code } = await demo(
      ['break snapshots', 'break autostop', 'doctor', 'mend', 'break capacity'].concat(
        ['memory size=4gb', 'yes', 'status', 'mend'],
        fails,
        'status',
      ),
    )
    assert.equal(code, 1, output)
    for (const pattern of [...(DOCTOR['snapshots'] ?? []), ...(DOCTOR['autostop'] ?? [])])
      assert.match(output, pattern)
    assert.match(output, /^❌ Fly has no room for this/m)
    assert.match(partOf(output, 'capacity'), /2048 MB/)
    for (const [word, pattern] of Object.entries(FAILS)) {
      assert.match(partOf(output, word), pattern)
      assert.doesNotMatch(partOf(output, word), READY)
    }
    assert.match(output.slice(output.lastIndexOf('Taken back')), FINE)
  })

  test('every word that can be broken is tried here, and cured or said to have no cure', async () => {
    const words = Object.keys(BREAKAGES).toSorted()
    const toured = ROUTES.flat().map(({ word }) => word)
    assert.deepEqual([...toured, ...Object.keys(OTHERS)].toSorted(), words)
    const tried = new Set([...toured, ...LEFT, ...Object.keys(FAILS)])
    assert.deepEqual([...tried].toSorted(), words)
    for (const word of Object.keys(SHOWN)) assert.ok(LEFT.includes(word), word)
    const { output, code } = await demo(['demo', 'break nothing', 'nonsense'], 'zh-TW')
    assert.equal(code, 1)
    for (const word of words) assert.ok(output.includes(`  break ${word} `), word)
  })
})
