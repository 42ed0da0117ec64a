import { Telegraf } from 'telegraf'
import { createApi } from '../../src/chat/telegram/api.ts'
import { createCensus } from '../../src/chat/telegram/census.ts'
import type { Census } from '../../src/core/census.ts'
import type { FakeTelegram } from '../fakes/telegram/index.ts'

/** The look at a fake Telegram that the adapter has, without the rest of it. */
export function telegramCensus({ token, url, bot }: FakeTelegram): Census {
  const { telegram } = new Telegraf(token, { telegram: { apiRoot: `${url}/` } })
  return createCensus(createApi({ telegram, onMove: () => {} }), async () => bot.id)
}
