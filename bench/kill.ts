import { killAtMoments, randomFrom } from '../test/helpers/oncall-kill.ts'
import type { Tally } from '../test/helpers/oncall-tally.ts'
import { shapes } from './product.ts'
import type { Row } from './rows.ts'

const ROUNDS = 3
const KILLS = 20
const GROUPS = 6

/** Bot and worker are killed at moments of ingest, escalation and delivery; what is lost or said twice is counted. */
export const killEmbedded = (): Promise<Row[]> => kill('sqlite')
/** The same where both are processes of their own. */
export const killRedis = (): Promise<Row[]> => kill('redis')

async function kill(engine: 'sqlite' | 'redis'): Promise<Row[]> {
  const shape = shapes.findLast((one) => one.engine === engine)
  if (shape === undefined) return []
  const found: Tally[] = []
  for (let seed = 1; seed <= ROUNDS; seed++)
    found.push(
      await killAtMoments(shape, { kills: KILLS, groups: GROUPS, random: randomFrom(seed) }),
    )
  const sum = (of: (tally: Tally) => number) => found.reduce((all, one) => all + of(one), 0)
  const name = `kill -9, ${shape.name}`
  const row = (what: string, figure: number, most?: number): Row => ({
    name: `${name}, ${what}`,
    figure,
    unit: '',
    ...(most !== undefined && { goal: { is: 'at most', figure: most } }),
  })
  const most = (platform: keyof Tally['most']) =>
    Math.max(...found.map((one) => one.most[platform]))
  return [
    row(
      'kills',
      sum(({ kills }) => kills),
    ),
    row(
      'alerts taken in',
      sum(({ acknowledged }) => acknowledged),
    ),
    row(
      'alerts without an answer',
      sum(({ unanswered }) => unanswered),
    ),
    row(
      'alerts lost',
      sum(({ lost }) => lost),
      0,
    ),
    row(
      'cards and calls due',
      sum(({ things }) => things),
    ),
    row(
      'cards and calls never shown',
      sum(({ unsaid }) => unsaid.length),
      0,
    ),
    row(
      'cards and calls shown again',
      sum(({ doubled }) => doubled.length),
    ),
    row('messages of one on Discord, at most', most('discord'), 1),
    row('messages of one on Telegram, at most', most('telegram'), 2),
  ]
}
