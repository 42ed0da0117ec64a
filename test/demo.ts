import { typedValue } from '../src/chat/console/given.ts'
import { createLines } from '../src/chat/console/lines.ts'
import { createRepl } from '../src/chat/console/repl.ts'
import { openDemo } from './demo/deployment.ts'
import { runTour, tourEnd } from './demo/tour.ts'
import { demoWords, spoken } from './demo/words.ts'

// However it is ended: what it has started is swept up at `exit`, which a signal left alone would skip. One more, as npm sends on what its
// group has got already, must not cut that short.
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
for (const [signal, number] of Object.entries(SIGNALS))
  process.on(signal, () => process.exit(128 + number))

const lines = createLines(process.stdin)
const write = (text: string) => void process.stdout.write(`${text}\n`)
const good = await (process.argv.includes('--tour') ? showTour() : talk())
process.exit(good ? 0 : 1)

async function talk(): Promise<boolean> {
  const demo = await openDemo({
    write,
    askPrivately: async ({ title, label }) => {
      const line = await lines.hidden(`${title}: ${label} (@file): `)
      return line === undefined ? undefined : typedValue(line)
    },
    deployment: { env: { FAKE_OPENCLAW_CHANNELS: 'discord,telegram' } },
  })
  const words = demoWords(demo)
  const repl = createRepl({ talk: demo.talk, write, lines, extra: spoken(words) })
  if (process.stdin.isTTY) write(welcome())
  const allGood = await repl.run()
  await words.mend()
  await demo.close()
  return allGood
}

async function showTour(): Promise<boolean> {
  const tour = await runTour(write)
  write(tourEnd(tour))
  return tour.uncured.length === 0
}

function welcome(): string {
  return [
    'A simulated Fly.io with one running OpenClaw gateway, and the bot on it. No account is used.',
    'Try: status, help, cost, connect, demo. A number presses a button. exit ends it.',
  ].join('\n')
}
