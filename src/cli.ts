import { createApp } from './app.ts'
import type { Answer, Ending } from './chat/console/answer.ts'
import type { Console } from './chat/console/index.ts'
import { streamed, typedValue } from './chat/console/given.ts'
import { readHidden } from './chat/console/lines.ts'
import { timesInUtc } from './chat/format.ts'
import { renderConsole } from './chat/console/render.ts'
import { systemClock as clock } from './clock.ts'
import { loadConfig } from './config/load.ts'
import { formatProblems, inOneLine } from './config/problem.ts'
import { OpsError } from './core/errors.ts'
import type { Question } from './core/front.ts'
import type { GivenFile } from './core/invocation.ts'
import { localise } from './core/localise.ts'
import { reply } from './core/reply.ts'
import { type Locale, say, tr } from './core/text.ts'
import { openEngine } from './engine.ts'
import { start } from './lifecycle.ts'
import { loadCommands } from './load-commands.ts'
import { createLog } from './log.ts'
import { moveState } from './move-state.ts'
import { sayAll } from './say-all.ts'
import { confirmed, openSession, revealed, written } from './session.ts'

const CODES: Readonly<Record<Ending, number>> = { done: 0, failed: 1, refused: 2, confirm: 3 }
const BAD_INPUT = 2
const BAD_CONFIG = 78
const INTERRUPTED = 130
const TOGETHER_MS = 1000
const NOT_YET = tr(
  'Nothing is done yet: to confirm, send it again with --yes behind it.',
  '尚未執行任何動作：若要確認，請在後面加上 --yes 再送一次。',
)

const words = process.argv.slice(2)
const json = words.includes('--json')
const yes = words.includes('--yes')
const HELP = ['--help', '-h']
const asked = words.filter((word) => !['--json', '--yes', ...HELP].includes(word))
const help = words.some((word) => HELP.includes(word)) ? ['ops help'] : []
const line = [...help, ...asked.map(quoted)].join(' ')

const loaded = loadConfig(
  // One command from the shell: no menus, no listening, whatever the service does.
  { ...process.env, OPS_REGISTER: 'off' },
  { mode: 'cli' },
)
if (!loaded.ok) {
  const { problems, locale } = loaded
  process.exit(ended(formatProblems(problems, locale), { locale, code: BAD_CONFIG }))
}
const { config } = loaded
const log = createLog({ level: 'error', destination: process.stderr })
for (const secret of loaded.secrets) log.hide(secret.reveal())
const { locale } = config
if (line === '') {
  const usage =
    'Say a command, for example: npm run cli -- status; npm run cli -- --help lists them.'
  process.exit(ended(usage, { locale, code: BAD_INPUT }))
}
process.exit(await main())

async function main(): Promise<number> {
  try {
    const moved = await moveState(asked, { config, clock, log })
    if (moved !== undefined) return ended(moved, { locale, code: 0 })
    const answer = await ask()
    process.stdout.write(`${json ? toJson(answer) : written(answer)}\n`)
    if (!json && answer.ending === 'confirm') process.stderr.write(`${say(NOT_YET, locale)}\n`)
    return CODES[answer.ending]
  } catch (error) {
    return ended(inWords(error), { locale, code: 1 })
  }
}

/** Says what no command said, in the form that was asked for; gives the code to end with. */
function ended(
  said: string,
  { locale, code }: { readonly locale: Locale; readonly code: number },
): number {
  const ok = code === 0
  if (!ok) process.stderr.write(`${said}\n`)
  const told = localise(ok ? reply.ok(said) : reply.error(said), locale)
  const answer = { ok, command: line, job: null, reply: told, result: null }
  if (json) process.stdout.write(`${JSON.stringify(answer)}\n`)
  else if (ok) process.stdout.write(`${said}\n`)
  return code
}

function inWords(error: unknown): string {
  if (error instanceof OpsError) return inOneLine(error, locale)
  return error instanceof Error ? error.message : 'unknown failure'
}

/** The same dispatcher, queue and worker as chat; chats themselves stay closed, or they would take what is meant for the service. */
async function ask(): Promise<Answer> {
  const quiet = { ...config, discord: undefined, telegram: undefined }
  const engine = await openEngine({ config, clock, log })
  const registry = await loadCommands()
  const app = await createApp({ config: quiet, engine, registry, clock, log })
  const talk = openSession(app, {
    clock,
    surface: 'cli',
    askPrivately,
    onProgress: (said, lines) => {
      if (json) return
      // Lines of a log are what was asked for; all other words on the way are for a person.
      if (lines !== undefined) process.stdout.write(`${lines.join('\n')}\n`)
      else if (process.stderr.isTTY) process.stderr.write(`${renderConsole(said)}\n`)
    },
  })
  const running = await start(app, { http: undefined, clock, log })
  let toldAt = 0
  process.on('SIGINT', () => {
    // npm sends on what the terminal has sent to both already, so two that come together are one.
    if (toldAt !== 0 && clock.now() - toldAt > TOGETHER_MS) process.exit(INTERRUPTED)
    toldAt = clock.now()
    void interrupted(talk)
  })
  try {
    const said = await talk.say(line)
    const answer = yes && said.ending === 'confirm' ? await confirmed(talk, said) : said
    // Only to a person's own screen: what goes into a pipe or a script ends up in files.
    const shown = !json && process.stdout.isTTY ? await revealed(talk, answer) : undefined
    if (shown) process.stdout.write(`${written(shown)}\n`)
    return answer
  } finally {
    await running.stop()
  }
}

/** Ctrl-C ends what goes on by itself, which then says its last words; anything else ends at once, as ever. */
async function interrupted(talk: Console): Promise<void> {
  const stopped = await talk.stop().catch(() => false)
  if (!stopped) process.exit(INTERRUPTED)
}

/** Typed unseen on a terminal, or the path of a file; from a pipe, all of it. */
async function askPrivately({ title, label }: Question): Promise<string | GivenFile | undefined> {
  const { stdin } = process
  if (!stdin.isTTY) return streamed(stdin)
  const line = await readHidden(stdin, `${title}: ${label} (@file): `)
  return line === undefined ? undefined : typedValue(line)
}

function toJson({ ending, command, job, reply: said, result }: Answer): string {
  return JSON.stringify({
    ok: ending === 'done',
    command,
    job,
    reply: said ? timesInUtc(said) : null,
    result: sayAll(result ?? null, locale),
  })
}

/** The shell has split the words already; what held blanks or quotes is put together again. */
function quoted(word: string): string {
  if (!/[\s"'“”]/.test(word)) return word
  const [, name = '', value = word] = /^(--?[\w-]+[=:]|[\w-]+[=:])?(.*)$/s.exec(word) ?? []
  return value.includes('"') ? `${name}'${value}'` : `${name}"${value}"`
}
