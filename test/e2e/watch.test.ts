import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { realClock } from '../fakes/fly/clock.ts'
import { SHAPES, startSystem } from '../helpers/system.ts'

/* The look-out of `npm start`, switched on from chat: nobody asks about the gateway, and its owner is told. */
for (const shape of SHAPES.slice(0, 2)) {
  describe(shape.name, { skip: shape.skip, timeout: 30_000 }, () => {
    it('finds that a gateway ran out of memory, and one card comes to the owner', async () => {
      const outside = { runtime: 'none', rateLimits: false, clock: realClock() } as const
      const system = await startSystem(shape, {}, outside)
      const { fly, discord, owner } = system
      try {
        fly.onExec(() => ({ stdout: '' }))
        const { machine } = await fly.deployOpenclaw()
        fly.oom(machine.id)
        const person = discord.user({ id: owner.discord })
        const talk = discord.direct(person)
        const rule = { id: 'watch', on: true }
        const asked = await discord.slash(person, talk, '/oncall rule', rule)
        const id = asked.message?.id
        const question = await discord.message((one) => one.id === id && one.components.length > 0)
        assert.deepEqual(fly.calls, [], 'it was off')
        await discord.press(question, 'Confirm', person)
        const card = await discord.message((message) => /I-[0-9A-Z]{6}/.test(textOf(message)))
        assert.match(textOf(card), /my-openclaw/)
        assert.match(textOf(card), /memory/)
        const metrics = await (await fetch(`${system.bot.url}/metrics`)).text()
        assert.match(metrics, /openclaw_ops_watch_apps\{state="watched"\} 1/)
        assert.match(metrics, /openclaw_ops_watch_looks_total\{result="seen"\} [1-9]/)
      } finally {
        await system.stop()
      }
    })
  })
}
