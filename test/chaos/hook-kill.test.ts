import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Incident } from '../../src/core/oncall/incident.ts'
import { beside, hookAt } from '../helpers/hook-at.ts'
import { EXTREMES, startSystem } from '../helpers/system.ts'

const GROUPS = 5
const LANES = 16

/* The bot dies in the middle of a storm: what it has acknowledged is in its store, whoever looks. */
for (const shape of EXTREMES)
  it(
    `loses no alert that it acknowledged to a kill: ${shape.name}`,
    { skip: shape.skip },
    async () => {
      const system = await startSystem(shape, { OPS_REGISTER: 'off' }, { runtime: 'none' })
      try {
        const hook = await hookAt(system, 'generic')
        const acknowledged = new Set<string>()
        const { promise: stormy, resolve: isStormy } = Promise.withResolvers<void>()
        let next = 0
        const send = async (): Promise<boolean> => {
          const id = `a${next++}`
          const body = JSON.stringify({ alert_uid: id, group: `g${next % GROUPS}`, title: id })
          const answer = await fetch(system.bot.url + hook, { method: 'POST', body }).catch(
            () => null,
          )
          if (answer?.status === 202) acknowledged.add(`generic:${id}`)
          if (acknowledged.size === 60) isStormy()
          return answer !== null
        }
        /** Sends without a pause until nobody answers any more, or so many are acknowledged. */
        const storm = async (enough: number) => {
          const lane = async () => {
            while (acknowledged.size < enough && (await send()));
          }
          await Promise.all(Array.from({ length: LANES }, lane))
        }
        const going = storm(Infinity)
        await stormy
        await system.bot.kill()
        await going
        await system.restart('bot')
        await storm(acknowledged.size + 50)
        const incidents = await beside(system, (store) => store.list('incident'))
        const told = incidents.flatMap(({ value }) =>
          (value as Incident).told.map(({ key }) => key),
        )
        assert.deepEqual(
          [...acknowledged].filter((key) => !told.includes(key)),
          [],
        )
        assert.equal(new Set(told).size, told.length, 'each is told once')
        assert.equal(incidents.length, GROUPS)
      } finally {
        await system.stop()
      }
    },
  )
