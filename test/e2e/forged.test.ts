import { after, before, describe, it } from 'node:test'
import { skipRedis } from '../helpers/redis.ts'
import { forgedPresses, replayedInteractions } from './forged/discord.ts'
import { forgedHooks, forgedInteractions, forgedUpdates } from './forged/http.ts'
import { openStage, type Stage } from './forged/stage.ts'
import { fakeSenders, forgedCallbacks, movedGroup, repliesAndReplays } from './forged/telegram.ts'

/*
 * Everything that can be made up is made up, against the real discord.js and telegraf: ids, presses, bodies, senders, and what was true once.
 * Each is answered, or left without a word where an answer would help nobody; it changes nothing; and it is written down.
 */
for (const on of ['sqlite', 'redis'] as const)
  describe(`forged, ${on}`, { skip: on === 'redis' && skipRedis }, () => {
    let stage: Stage
    before(async () => {
      stage = await openStage(on)
    })
    after(() => stage.stop())
    it('custom ids, messages and people on Discord', () => forgedPresses(stage))
    it('interactions that were sent before', () => replayedInteractions(stage))
    it('bodies in Discord’s name', () => forgedInteractions(stage))
    it('callback data on Telegram', () => forgedCallbacks(stage))
    it('senders on Telegram that are nobody', () => fakeSenders(stage))
    it('answers of others, and updates that were sent before', () => repliesAndReplays(stage))
    it('bodies in Telegram’s name', () => forgedUpdates(stage))
    it('alerts from nobody', () => forgedHooks(stage))
    it('buttons of a group that moved', () => movedGroup(stage))
  })
