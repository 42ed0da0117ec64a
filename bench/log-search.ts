import { systemClock as clock } from '../src/clock.ts'
import type { Fly } from '../src/core/fly.ts'
import { beginHistory, type History, readOn } from '../src/core/logs/history.ts'
import { renderHistory } from '../src/core/logs/show.ts'
import { watchLoop } from './blocked.ts'
import { contextOf, logRow as row } from './log-context.ts'
import { pages } from './log-sources.ts'
import type { Row } from './rows.ts'

const SEARCHED = 350_000
const MB = 1_048_576

/** One long search, as fast as it can be. */
export async function search(): Promise<Row[]> {
  const until = Date.now()
  const from = until - 86_400_000 + 60_000
  const fly = pages({ from, until: () => until, perSecond: SEARCHED / ((until - from) / 1000) })
  const context = contextOf(fly)
  const options = { since: '24h', grep: 'took 24[0-9]ms', lines: 200 }
  const watched = watchLoop()
  const before = process.memoryUsage().rss
  const began = performance.now()
  let history: History = await beginHistory(context, options)
  const first = performance.now() - began
  let most = process.memoryUsage().rss
  while (!history.done) {
    history = JSON.parse(JSON.stringify(await readOn(context, options, history))) as History
    most = Math.max(most, process.memoryUsage().rss)
  }
  const took = (performance.now() - began) / 1000
  const { blockedMs, busyMs } = watched()
  return [
    row('search of 350,000 lines: lines not read', SEARCHED - history.read, 'lines', 0),
    row('search: first answer', first, 'ms', 8000),
    row('search: all, without the pauses that Fly wants', took, 's'),
    row('search: RSS grown', (most - before) / MB, 'MB', 60),
    row('search: event loop blocked at most, by its own work', busyMs, 'ms', 50),
    row('search: the same with what other processes took', blockedMs, 'ms'),
  ]
}

/** The same search with a clock that goes on by what five pages a second take: what a person gets to see, and when; then what it said reads the rest. */
export async function searchAtFlysPace(): Promise<Row[]> {
  const until = Date.now()
  const from = until - 86_400_000 + 60_000
  const source = pages({ from, until: () => until, perSecond: SEARCHED / ((until - from) / 1000) })
  let now = until
  const paced = (...asked: Parameters<Fly['logs']>) => ((now += 200), source.logs(...asked))
  const context = contextOf({ ...source, logs: paced }, { ...clock, now: () => now })
  const options = { since: '24h', grep: 'took 24[0-9]ms', lines: 200 }
  let first = 0
  const searched = async (since: string): Promise<History> => {
    let history = await beginHistory(context, { ...options, since })
    first ||= now - until
    while (!history.done) history = await readOn(context, { ...options, since }, history)
    return history
  }
  const history = await searched(options.since)
  const took = (now - until) / 1000
  const words = JSON.stringify(renderHistory(history, options, null))
  const [, told = ''] = /The same with since=(\d+[mh])/.exec(words) ?? []
  const rest = await searched(told)
  const between = Math.max(0, rest.firstAt ?? until) - (history.lastAt ?? from)
  const share = (100 * ((history.lastAt ?? from) - from)) / (until - from)
  return [
    row('search at five pages a second: first answer', first, 'ms', 8000),
    row('search at five pages a second: ended after', took, 's', 601),
    row('search at five pages a second: lines read', history.read, 'lines'),
    row('search at five pages a second: of the time, the rest told', share, '%'),
    row(
      `the rest, by since=${told} as told: ended after`,
      now / 1000 - until / 1000 - took,
      's',
      600,
    ),
    row('the rest: time between the two that neither read', Math.max(0, between), 'ms', 0),
    row('the rest: why it ended early', rest.trouble === null ? 0 : 1, 'reasons', 0),
  ]
}
