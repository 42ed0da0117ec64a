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
  forwarded: { says: [FINE], never: [/reachable/i] },
  private: {
    says: [/^Access: private$/m, /^Addresses: none$/m, /no public address/],
    never: [/fly\.dev/],
  },
  capacity: { says: [FINE] },
  lease: { says: [FINE, /is leased by \S+ \(flyctl\) until \d{4}-/] },
  crash: { says: [READY, /exited with code 137 at/], never: [FINE, /out of memory/] },
  oom: { says: [READY, /ran out of memory at \S+ and was killed/], never: [FINE] },
  heap: { says: [READY, /exited with code 134 at/], never: [FINE] },
  memory: { says: [/ran out of memory at \S+ and was killed/], never: [FINE] },
  loop: { says: [READY, /ended uncleanly \d times.*may keep its channels off/], never: [FINE] },
  bind: { says: [NOT_READY, /exited with code 1 at \S+ and stays stopped/], never: [FINE] },
}
/** What Fly itself refuses makes status fail. */
const FAILS: Readonly<Record<string, RegExp>> = {
  api: /^❌ .*\b503\b|Fly .*(?:error|trouble|fail)/m,
  token: /token/i,
}
/** Exits are remembered, so those that leave some come behind those that leave none, and the newest is shown. */
const SESSIONS = [
  ['hang', 'bind'],
  ['slow', 'port', 'html', 'shadow', 'forwarded', 'private', 'capacity', 'lease'],
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
