import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../helpers/engines.ts'
import { EXTREMES, startSystem, type System } from '../helpers/system.ts'

/*
 * A worker is killed in the middle of a job, or loses Redis there: another one, or the same, takes it up; the effect is there once, and so
 * are the last words.
 */
const READY = /: the gateway is ready/
const RESTART = /\/machines\/[^/]+\/restart$/
/** A dead worker's job is given again in a second or two; people wait up to a minute and a half. */
const SETTINGS = { lockMs: 1000, stalledMs: 300 }

/** The owner in their own private chat, which needs nobody's trust first, beside a gateway that is up. */
async function scene({ fly, telegram, owner }: System) {
  await fly.deployOpenclaw()
  await fly.untilLog('my-openclaw', /\[gateway\] ready/)
  const person = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(person)
  telegram.start(person)
  const once = async (pattern: RegExp) => {
    const fits = ({ text }: { text: string }) => pattern.test(text)
    const { text } = await telegram.message(chat, fits)
    assert.equal(telegram.messages(chat).filter(fits).length, 1)
    return text
  }
  return { person, chat, once }
}

async function looking(system: System): Promise<void> {
  const { fly, telegram } = system
  const { person, chat, once } = await scene(system)
  const hung = fly.fault({ kind: 'hang', path: /\/exec$/ })
  telegram.say(person, chat, '/status')
  await until(async () => hung.hits() > 0)
  await system.worker.kill()
  hung.remove()
  await system.restart('worker')
  await once(READY)
}

/**
 * Killed when the machine was restarted and its gateway is not seen yet. Every other point, also those where a lease of the dead worker
 * has to run out first, is tried with a clock that jumps: test/commands/openclaw/restart.everywhere.test.ts.
 */
async function restarting(system: System): Promise<void> {
  const { fly, telegram } = system
  const { person, chat, once } = await scene(system)
  telegram.say(person, chat, '/restart force=true')
  const card = await telegram.message(chat, ({ buttons }) =>
    buttons.flat().some(({ label }) => label === 'Confirm'),
  )
  telegram.press(card, 'Confirm', person)
  const prompt = await telegram.message(chat, ({ ask }) => ask !== undefined)
  // The first look is the one before the restart.
  const hung = fly.fault({ kind: 'hang', path: /\/exec$/, skip: 1 })
  telegram.reply(person, prompt, 'my-openclaw')
  await until(async () => hung.hits() > 0)
  await system.worker.kill()
  hung.remove()
  await system.restart('worker')
  assert.match(await once(/^(✅|❌)/u), /^✅/)
  const done = fly.calls.filter(({ method, path }) => method === 'POST' && RESTART.test(path))
  assert.equal(done.length, 1)
}

/** The worker has its answer and nowhere to put it, and the bot nowhere to find it. */
async function redisGone(system: System): Promise<void> {
  const { fly, telegram, redis } = system
  const { person, chat, once } = await scene(system)
  const asked = fly.nextCall({ path: /\/exec$/ })
  telegram.say(person, chat, '/status')
  await asked
  await redis?.kill()
  const noticed = /"level":"(warn|error)".*Redis/
  await Promise.all([system.bot.line(noticed), system.worker.line(noticed)])
  await redis?.start()
  await once(READY)
}

const CASES = { looking, restarting, 'looking when Redis dies': redisGone }

describe('a worker in the middle of a job', { concurrency: 3, timeout: 120_000 }, () => {
  for (const [name, play] of Object.entries(CASES))
    for (const shape of EXTREMES.filter(({ engine }) => engine === 'redis' || play !== redisGone))
      it(`${name}: ${shape.name}`, { skip: shape.skip }, async () => {
        const system = await startSystem({ ...shape, settings: SETTINGS })
        try {
          await play(system)
        } finally {
          await system.stop()
        }
      })
})
