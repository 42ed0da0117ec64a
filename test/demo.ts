import { createLines } from '../src/chat/console/lines.ts'
import { createRepl } from '../src/chat/console/repl.ts'
import { openDemo } from './demo/deployment.ts'
import { BREAKAGES, type Mend } from './demo/faults.ts'

const lines = createLines(process.stdin)
const write = (text: string) => void process.stdout.write(`${text}\n`)
const { fly, machine, talk, close } = await openDemo({
  write,
  askPrivately: ({ title, label }) => lines.hidden(`${title}: ${label}: `),
  deployment: { env: { FAKE_OPENCLAW_CHANNELS: 'discord,telegram' } },
})
const mends: Mend[] = []
const repl = createRepl({ talk, write, lines, extra: demoWord })
if (process.stdin.isTTY) write(welcome())
const good = await repl.run()
for (const mend of mends) await mend?.()
await close()
process.exit(good ? 0 : 1)

/** The demo's own words: what can be broken, breaking it, and taking that back. */
async function demoWord(words: string): Promise<string | undefined> {
  const [verb, what = ''] = words.toLowerCase().split(/\s+/)
  if (verb === 'demo') return list()
  if (verb === 'mend') {
    for (const mend of mends.splice(0).toReversed()) await mend?.()
    return 'Taken back what was broken.'
  }
  if (verb !== 'break') return undefined
  const breakage = BREAKAGES[what]
  if (breakage === undefined) return list()
  mends.push(await breakage.cause(fly, machine))
  return `Broken: ${breakage.about}. See what status says.`
}

function list(): string {
  const rows = Object.entries(BREAKAGES).map(
    ([name, { about }]) => `  break ${name.padEnd(9)} ${about}`,
  )
  return [
    'You can break this deployment:',
    ...rows,
    '  mend            take all of that back',
  ].join('\n')
}

function welcome(): string {
  return [
    'A simulated Fly.io with one running OpenClaw gateway, and the bot on it. No account is used.',
    'Try: status, help, cost, connect, demo. A number presses a button. exit ends it.',
  ].join('\n')
}
