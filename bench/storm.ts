import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Incident } from '../src/core/oncall/incident.ts'
import { beside, hookAt } from '../test/helpers/hook-at.ts'
import { SHAPES, type System } from '../test/helpers/system.ts'
import { startProduct } from './product.ts'
import type { Row } from './rows.ts'
import { quantile } from './stats.ts'

const ALERTS = 10_000
const GROUPS = 50
/** Spread over a minute. */
const GAP_MS = 60_000 / ALERTS
const CONNECTIONS = 64

/** As many alerts in a minute as a bad day has, each in a request of its own, sent whether or not those before are answered. */
export async function storm(): Promise<Row[]> {
  const [embedded] = SHAPES
  if (embedded === undefined) throw new Error('no shape to run')
  const system = await startProduct(embedded, ['my-openclaw'])
  const agent = new Agent({ connections: CONNECTIONS })
  try {
    const chat = await talkOf(system)
    const path = await hookAt(system, 'generic')
    const took: number[] = []
    let refused = 0
    const begun = performance.now()
    const send = async (n: number): Promise<void> => {
      const late = performance.now() - begun - n * GAP_MS
      if (late < 0) await sleep(-late)
      const from = performance.now()
      const { statusCode, body } = await request(system.bot.url + path, {
        dispatcher: agent,
        method: 'POST',
        body: JSON.stringify({ alert_uid: `a${n}`, group: `g${n % GROUPS}`, title: `Alert ${n}` }),
      })
      await body.dump()
      took.push(performance.now() - from)
      if (statusCode === 202) return
      refused += 1
      if (statusCode !== 503) throw new Error(`a hook was answered ${statusCode}`)
      return send(n)
    }
    await Promise.all(Array.from({ length: ALERTS }, (_, n) => send(n)))
    const seconds = (performance.now() - begun) / 1000
    const incidents = await beside(system, (store) => store.list('incident'))
    const edits = [
      ...[...system.discord.messages.values()].map((message) => message.edits),
      ...system.telegram.messages(chat).map(({ history }) => history.length - 1),
    ]
    const kept = incidents.reduce((sum, { value }) => sum + (value as Incident).count, 0)
    return [
      {
        name: 'storm of 10,000 alerts, ingest p50',
        figure: quantile(took, 0.5),
        unit: 'ms',
      },
      {
        name: 'storm, ingest p99',
        figure: quantile(took, 0.99),
        unit: 'ms',
        goal: { is: 'below', figure: 250 },
      },
      {
        name: 'storm, all taken in',
        figure: seconds,
        unit: 's',
        goal: { is: 'at most', figure: 65 },
      },
      {
        name: 'storm, incidents',
        figure: incidents.length,
        unit: '',
        goal: { is: 'at most', figure: GROUPS },
      },
      {
        name: 'storm, alerts lost',
        figure: ALERTS - kept,
        unit: '',
        goal: { is: 'at most', figure: 0 },
      },
      {
        name: 'storm, edits of one card in its minute, at most',
        figure: Math.max(...edits),
        unit: '',
        goal: { is: 'at most', figure: 6 },
      },
      { name: 'storm, asked to come again', figure: refused, unit: '' },
    ]
  } finally {
    await agent.close()
    await system.stop()
  }
}

/** The owner's talk on Telegram, which the bot may write to only once they have. */
async function talkOf({ telegram, owner }: System) {
  const person = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(person)
  telegram.start(person)
  await telegram.message(chat)
  return chat
}
