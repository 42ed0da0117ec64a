import { createRepl, type Repl } from '../../src/chat/console/repl.ts'
import { openDemo } from './deployment.ts'
import { OTHERS, QUIET, ROUTES, type Stop } from './stops.ts'
import { demoWords } from './words.ts'

/** One typed line of a tour, and what was answered. */
interface Said {
  readonly word: string
  readonly typed: string
  readonly reply: string
}

export interface Tour {
  readonly said: readonly Said[]
  /** Faults whose cure was not seen. */
  readonly uncured: readonly string[]
}

type Write = (text: string) => void

const READY = /: the gateway is ready/
const CRITICAL = /🔴/

/** Breaks and cures one thing after another, and tells what was typed and answered; the routes run side by side. */
export async function runTour(write: Write, routes = ROUTES): Promise<Tour> {
  // Told in their order, though they run at the same time.
  const [first, ...others] = routes.map((stops, index) => {
    const later: string[] = []
    return { later, tour: travel(stops, index === 0 ? write : (text) => later.push(text)) }
  })
  if (first === undefined) return { said: [], uncured: [] }
  const tours = [await first.tour]
  for (const { later, tour } of others) {
    tours.push(await tour)
    for (const text of later) write(text)
  }
  return {
    said: tours.flatMap(({ said }) => said),
    uncured: tours.flatMap(({ uncured }) => uncured),
  }
}

/** What is told at the end of a tour. */
export function tourEnd({ said, uncured }: Tour): string {
  const visited = new Set(said.map(({ word }) => word))
  return [
    `Broken and cured: ${[...visited].filter((word) => !uncured.includes(word)).join(', ')}.`,
    ...(uncured.length === 0 ? [] : [`The cure was not seen: ${uncured.join(', ')}.`]),
    'What no command here cures:',
    ...Object.entries(OTHERS).map(([word, why]) => `  ${word.padEnd(9)} ${why}`),
  ].join('\n')
}

async function travel(stops: readonly Stop[], write: Write): Promise<Tour> {
  const demo = await openDemo({ write: () => {}, deployment: { env: CHANNELS } })
  const words = demoWords(demo)
  const heard: string[] = []
  const repl = createRepl({
    talk: demo.talk,
    write: (text) => heard.push(text),
    lines: NO_LINES,
    extra: words.say,
  })
  const said: Said[] = []
  const uncured: string[] = []
  try {
    for (const stop of stops) {
      for (const typed of linesOf(stop))
        said.push(await say(repl, { word: stop.word, typed, heard, write }))
      if (!isCured(stop, said.at(-1)?.reply ?? '')) uncured.push(stop.word)
    }
  } finally {
    await words.mend()
    await demo.close()
  }
  return { said, uncured }
}

interface Line {
  readonly word: string
  readonly typed: string
  readonly heard: string[]
  readonly write: Write
}

async function say(repl: Repl, { word, typed, heard, write }: Line): Promise<Said> {
  await repl.line(typed)
  const reply = heard.splice(0).join('\n')
  write(`› ${typed}\n${reply}\n`)
  return { word, typed, reply }
}

const linesOf = ({ word, quiet = false, lines }: Stop): readonly string[] => [
  ...(quiet ? [QUIET] : []),
  `break ${word}`,
  ...lines,
]

const isCured = ({ cured = READY, never = CRITICAL }: Stop, last: string): boolean =>
  cured.test(last) && !never.test(last)

const CHANNELS = { FAKE_OPENCLAW_CHANNELS: 'discord,telegram' }
const NO_LINES = {
  next: () => Promise.resolve(undefined),
  hidden: () => Promise.resolve(undefined),
  close: () => {},
}
