import { PARTS, wrongParts } from '../../../src/core/repairs.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { tryEverywhere } from './config-change.ts'
import { WRONG } from './repair-world.ts'

const wrong = ({ id, config }: FakeMachine): readonly string[] =>
  wrongParts({ id, config, checks: [] }, '2026.9.6')

tryEverywhere({
  line: (machine) =>
    machine === undefined ? 'machine repair' : `machine repair machine=${machine}`,
  scene: { deploy: WRONG.all.deploy },
  isNew: (machine) => wrong(machine).length === 0,
  isOld: (machine) => wrong(machine).length === PARTS.length,
  unproven: /is repaired/,
  // Four places: the reads that prove the update, the gateway and its checks.
  half: { there: 28, back: 78 },
})
