import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../helpers/engines.ts'
import { EVERYWHERE } from '../helpers/runs.ts'
import { EXTREMES, startSystem } from '../helpers/system.ts'

/*
 * A job that waits for Fly when the process is told to stop gets its 20 s, and then neither it nor its call holds up the last words: the process
 * ends by itself, before it is forced to. Half a minute long: `npm run test:everywhere` takes it.
 */
describe('SIGTERM while Fly does not answer', { skip: !EVERYWHERE, concurrency: true }, () => {
  for (const shape of EXTREMES)
    it(shape.name, { skip: shape.skip, timeout: 90_000 }, async () => {
      const system = await startSystem(shape)
      const { fly, telegram, owner, worker } = system
      try {
        await fly.deployOpenclaw()
        await fly.untilLog('my-openclaw', /\[gateway\] ready/)
        const person = telegram.user({ id: Number(owner.telegram) })
        const chat = telegram.private(person)
        telegram.start(person)
        telegram.say(person, chat, '/restart force=true')
        const card = await telegram.message(chat, ({ buttons }) =>
          buttons.flat().some(({ label }) => label === 'Confirm'),
        )
        telegram.press(card, 'Confirm', person)
        const prompt = await telegram.message(chat, ({ ask }) => ask !== undefined)
        // The first look is the one before the restart.
        const hung = fly.fault({ kind: 'hang', path: /\/exec$/, skip: 1, times: 99 })
        telegram.reply(person, prompt, 'my-openclaw')
        await until(async () => hung.hits() > 0)
        worker.send('SIGTERM')
        assert.equal((await worker.ended).code, 0, worker.output())
        const at = (words: string) =>
          Date.parse(
            new RegExp(`"time":"([^"]+)"[^\\n]*"msg":"${words}"`).exec(worker.output())?.[1] ?? '',
          )
        assert.ok(at('stopped') - at('stopping') >= 20_000, worker.output())
      } finally {
        await system.stop()
      }
    })
})
