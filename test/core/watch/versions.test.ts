import assert from 'node:assert/strict'
import { test } from 'node:test'
import { START } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { recorded } from '../../helpers/seen.ts'
import { HOUR, ID, lines, type Look, MINUTE, ok, play, SECOND } from './scene.ts'

/** Every recorded release with a log of a start that went well, and what was really done to it in the recording. */
const VERSIONS: ReadonlyArray<readonly [version: string, log: string, told?: string]> = [
  ['2026.1.29', '40-old-2026.1.29-start.log'],
  ['2026.3.13', '40-old-2026.3.13-start.log'],
  ['2026.6.11', '40-old-2026.6.11-start.log'],
  ['2026.8.2', '40-old-2026.8.2-start.log'],
  ['2026.9.6', '01-first-start.log'],
  ['2026.9.6', '02-running.log', 'debugger'],
  ['2026.9.6', '16-config-token-vs-env.log', 'token.guessed'],
  ['2026.9.6', '18-leftover-lock-pid-reused.log'],
  ['2026.9.6', '19b-garbage-lock-old.log'],
  ['2026.9.6', '22-lock-live-pid-wrong-starttime.log'],
  ['2026.9.6', '43-xff.log', 'config.reverted'],
  ['2026.9.6', '47-rot-a.log'],
  ['2026.9.6', '48-rot-b.log'],
  ['2026.8.2', '42-old-2026.8.2-auth.log'],
  ['2026.1.29', '51-old-2026.1.29-seed-config-discord-fake.log'],
  ['2026.9.6', '06-start-json5-config.log'],
  ['2026.9.6', '17-leftover-lock-dead-pid.log'],
  ['2026.9.6', '46-restart-cli.log'],
  ['2026.9.6', '49-light.log'],
]

for (const [version, log, told] of VERSIONS)
  test(`${told ?? 'not one alert'} from a ${version} as it starts and runs (${log})`, () => {
    const start = made.event('start', START + MINUTE)
    const before: Look = () => ({})
    const machine = made.machine({
      image: `ghcr.io/openclaw/openclaw:${version}`,
      events: [
        start,
        made.event('exit', START + 58 * SECOND, { code: 0, requested: true }),
        made.event('restart', START + 57 * SECOND),
        made.event('update', START - 50 * HOUR),
      ],
    })
    const all = recorded(log, START + MINUTE)
    const at: Look = (now) => ({
      machines: ok([machine], now),
      gateway: ok(
        { machine: ID, report: made.report({ version, ready: now > START + 3 * MINUTE }) },
        now,
      ),
      logs: ok(lines(all.filter((one) => one.at <= now && one.at > now - 15 * SECOND)), now),
    })
    const ticks = Array.from({ length: 40 }, () => ({ look: at }))
    const { alerts, sight } = play([{ look: before }, ...ticks])
    const fired = alerts.filter(({ status }) => status === 'firing')
    assert.deepEqual(
      fired.map(({ rule }) => rule),
      told === undefined ? [] : [told],
      JSON.stringify(fired.map(({ text, evidence }) => [text, evidence])),
    )
    assert.equal(sight.memory.secrets, null, 'taken for a secret')
    assert.ok(sight.memory.lines.length > 0, 'nothing of the log was recognised')
  })
