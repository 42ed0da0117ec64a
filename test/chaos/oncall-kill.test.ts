import assert from 'node:assert/strict'
import { it } from 'node:test'
import { killAtMoments, randomFrom } from '../helpers/oncall-kill.ts'
import { SHAPES } from '../helpers/system.ts'
import { EVERYWHERE } from '../helpers/runs.ts'

const SEEDS = EVERYWHERE ? [1, 2, 3] : [7]
const KILLS = EVERYWHERE ? 10 : 2

/* Real processes are killed at moments that the seed chooses while alerts come in, people are called and cards are brought: nothing is lost, nothing is there twice on Discord, and nothing three times on Telegram. */
for (const shape of SHAPES.filter(
  ({ processes, engine }) => engine === 'sqlite' || (EVERYWHERE && processes === 'two'),
))
  for (const seed of SEEDS)
    it(
      `kill -9 of on-call, ${shape.name}, seed ${seed}`,
      { skip: shape.skip, timeout: 600_000 },
      async () => {
        const found = await killAtMoments(shape, {
          kills: KILLS,
          groups: EVERYWHERE ? 8 : 2,
          random: randomFrom(seed),
        })
        assert.deepEqual({ lost: found.lost, unsaid: found.unsaid }, { lost: 0, unsaid: [] })
        assert.ok(found.things >= 12, `only ${found.things} cards and calls were due`)
        const { discord, telegram } = found.most
        assert.ok(discord === 1 && telegram <= 2, found.doubled.join('; '))
      },
    )
