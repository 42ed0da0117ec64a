import assert from 'node:assert/strict'
import { it } from 'node:test'
import { skipAlertmanager, startAlertmanager } from '../helpers/alertmanager.ts'
import { hookAt } from '../helpers/hook-at.ts'
import { EXTREMES, startSystem } from '../helpers/system.ts'

/* From a real Alertmanager to the card of whoever rules here, and back again when it is over. */
for (const shape of EXTREMES)
  it(
    `shows on a card what a real Alertmanager tells: ${shape.name}`,
    { skip: shape.skip || skipAlertmanager },
    async () => {
      const system = await startSystem(shape, {}, { runtime: 'none' })
      const { telegram, discord, owner } = system
      // Whoever takes no private messages there is told of it on the other platform.
      discord.user({ id: owner.discord, closed: true })
      const hook = system.bot.url + (await hookAt(system, 'alertmanager'))
      const alertmanager = await startAlertmanager(hook)
      try {
        const person = telegram.user({ id: Number(owner.telegram) })
        const chat = telegram.private(person)
        telegram.start(person)
        const labels = { alertname: 'QueueTooLong', severity: 'critical' }
        await alertmanager.post(labels, { annotations: { summary: '412 jobs wait; 100 may.' } })
        const card = await telegram.message(chat, ({ text }) => text.includes('412 jobs wait'))
        assert.match(card.text, /QueueTooLong/)
        const refused = /could not be shown in discord:.*50007/s
        await telegram.message(chat, ({ text }) => refused.test(text))
        telegram.press(card, 'Acknowledge', person)
        await telegram.message(chat, (one) => one.id === card.id && /acknowledged/i.test(one.text))
        await alertmanager.post(labels, { endsAt: new Date().toISOString() })
        await telegram.message(chat, (one) => one.id === card.id && /resolved/i.test(one.text))
      } finally {
        await alertmanager.stop()
        await system.stop()
      }
    },
  )
