import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isObject } from './config.ts'
import type { Settings } from './runtime.ts'

const WINDOW_MS = 300_000
const LIMIT = 3

interface Book {
  readonly boots: ReadonlyArray<{ readonly at: number; readonly clean: boolean }>
  readonly tripped: boolean
}

const fileOf = (settings: Settings) => join(settings.stateDir, 'state', 'boots.json')

function read(settings: Settings): Book {
  try {
    const book: unknown = JSON.parse(readFileSync(fileOf(settings), 'utf8'))
    if (!isObject(book) || !Array.isArray(book['boots'])) return { boots: [], tripped: false }
    const boots = book['boots'].filter(isObject)
    return {
      boots: boots.map((one) => ({ at: Number(one['at']), clean: one['clean'] === true })),
      tripped: book['tripped'] === true,
    }
  } catch {
    return { boots: [], tripped: false }
  }
}
function write(settings: Settings, book: Book): void {
  mkdirSync(dirname(fileOf(settings)), { recursive: true })
  writeFileSync(fileOf(settings), JSON.stringify(book))
}

/**
 * Books this boot and tells whether channels must stay off: three earlier boots of the last five minutes did not end
 * cleanly. A start that fails after this point counts as unclean too (the recorded runs add up only that way).
 */
export function bookBoot(settings: Settings, now: number): boolean {
  if (!settings.behaviour.breaker) return false
  const before = read(settings)
  const recent = before.boots.filter((boot) => boot.at > now - WINDOW_MS)
  const unclean = recent.filter((boot) => !boot.clean).length
  const tripped = unclean >= LIMIT
  write(settings, { boots: [...recent, { at: now, clean: false }], tripped })
  if (tripped)
    settings.log.err(
      'gateway',
      `restart-loop breaker tripped: ${unclean} unclean boot(s) within ${WINDOW_MS}ms; suppressing channel/provider account auto-start. Inspect the stability bundle and fix the startup crash before restarting the service. Start a channel manually with: openclaw gateway call channels.start`,
    )
  if (before.tripped && !tripped)
    settings.log.out('gateway', 'restart-loop breaker recovered; channel auto-start restored')
  return tripped
}

/** Books the end of this boot as clean. */
export function bookCleanStop(settings: Settings): void {
  if (!settings.behaviour.breaker) return
  const book = read(settings)
  const last = book.boots.at(-1)
  if (last === undefined) return
  write(settings, { ...book, boots: [...book.boots.slice(0, -1), { ...last, clean: true }] })
}
