import { killAtMoments, randomFrom } from '../test/helpers/oncall-kill.ts'
import type { Tally } from '../test/helpers/oncall-tally.ts'
import { shapes } from './product.ts'
import type { Row } from './rows.ts'

const ROUNDS = 3
const KILLS = 20
const GROUPS = 6

/** Bot and worker are killed at moments of ingest, escalation and delivery, on every engine; what is lost or said twice is counted. */
export async function kill(): Promise<Row[]> {
  const rows: Row[] = []
  const several = shapes.filter(
    ({ processes, engine }) => processes === 'two' || engine === 'sqlite',
  )
  for (const shape of several) {
    const found: Tally[] = []
    for (let seed = 1; seed <= ROUNDS; seed++)
      found.push(
        await killAtMoments(shape, { kills: KILLS, groups: GROUPS, random: randomFrom(seed) }),
      )
    const sum = (of: (tally: Tally) => number) => found.reduce((all, one) => all + of(one), 0)
    const name = `kill -9, ${shape.name}`
    const none = { is: 'at most', figure: 0 } as const
    rows.push(
      { name: `${name}, kills`, figure: sum(({ kills }) => kills), unit: '' },
      { name: `${name}, alerts taken in`, figure: sum((one) => one.acknowledged), unit: '' },
      { name: `${name}, alerts without an answer`, figure: sum((one) => one.unanswered), unit: '' },
      { name: `${name}, alerts lost`, figure: sum(({ lost }) => lost), unit: '', goal: none },
      {
        name: `${name}, cards and calls never shown`,
        figure: sum(({ unsaid }) => unsaid.length),
        unit: '',
        goal: none,
      },
      {
        name: `${name}, of one card or call at most`,
        figure: Math.max(...found.map(({ most }) => most)),
        unit: 'messages',
      },
      {
        name: `${name}, messages said again, for each kill`,
        figure: Math.max(...found.map(({ doubled, kills }) => doubled / kills)),
        unit: '',
        goal: { is: 'at most', figure: 1 },
      },
    )
  }
  return rows
}
