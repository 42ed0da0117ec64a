import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { answerToken, createTokenWorld } from '../../helpers/token-inside.ts'
import {
  addSecond,
  boundHalf,
  countHalf,
  type Everywhere,
  faultEverywhere,
  killEverywhere,
  openScene,
  type Ran,
  type Scene,
  type Second,
  wordsOf,
} from '../../helpers/mutation.ts'
import { EVERYWHERE } from '../../helpers/runs.ts'

const LATER = 600_000
/** Ids are the same in every scene. */
const FIRST = 'db8341a0b357b7'

const both = ({ fly, deployed }: Scene): readonly FakeMachine[] => [
  ...fly.app(deployed.app).machines.values(),
]
const countOf = ({ events }: FakeMachine, type: string): number =>
  events.filter((event) => event.type === type && event.source === 'user').length
/** What was asked of the other one; a restart is no start. */
const untouched = (machine: FakeMachine): boolean =>
  ['restart', 'update', 'stop'].every((type) => countOf(machine, type) === 0)

interface Row {
  readonly line: string
  /** Machines it acts on when the other one is so; the first one always. */
  readonly other: Readonly<Record<Second, boolean>>
  readonly event: string
  /** Refused as a whole while a host does not answer. */
  readonly refusedAt?: Second
  readonly first?: string
  /** Ends that may be half-changed, of some thousands (test/helpers/mutation/half-changed.ts); nothing else goes a way back. */
  readonly half?: number
}
const ALONE = { started: false, stopped: false, unreachable: false }
const ROWS: readonly Row[] = [
  { line: 'restart', other: { ...ALONE, started: true }, event: 'restart' },
  { line: `memory size=4gb machine=${FIRST}`, other: ALONE, event: 'update', half: 7 },
  {
    line: 'network private',
    other: { started: true, stopped: true, unreachable: false },
    event: 'update',
    refusedAt: 'unreachable',
    half: 64,
  },
  {
    line: 'token rotate',
    other: { started: true, stopped: true, unreachable: false },
    event: 'update',
    refusedAt: 'unreachable',
    half: 68,
  },
  { line: `machine start machine=${FIRST}`, other: ALONE, event: 'start', first: 'stopped' },
  { line: `machine stop machine=${FIRST}`, other: ALONE, event: 'stop' },
]

/** Each machine meets what was meant for it at most once (and once more on the way back), the other one nothing that was not meant. */
function check({ other, event, refusedAt }: Row, how: Second) {
  return ({ job, end }: Ran, scene: Scene, at: string): void => {
    const [first, second] = both(scene)
    assert.ok(first && second)
    const words = wordsOf(end).join('\n')
    const most = event === 'update' ? 3 : 1
    if (refusedAt === how) assert.notEqual(job.state, 'done', at)
    assert.ok(countOf(first, event) <= most, `${at}: ${countOf(first, event)} × ${event}`)
    if (other[how]) assert.ok(countOf(second, event) <= most, at)
    else assert.ok(untouched(second), `${at}: the other one was touched: ${words}`)
    if (how === 'stopped') assert.equal(second.state, 'stopped', `${at}: ${words}`)
    if (job.state !== 'done') return
    assert.equal(countOf(first, event), 1, `${at}: ${words}`)
    if (other[how]) assert.equal(countOf(second, event), 1, `${at}: ${words}`)
  }
}

const arrange = (line: string, how: Second) => async (scene: Scene) => {
  // Looks of other kinds learn nothing, which every command has to bear.
  scene.inside.exec = line.startsWith('token') ? answerToken(createTokenWorld()) : () => ({})
  await addSecond(scene, how)
  await scene.clock.advance(LATER)
}

for (const row of ROWS)
  for (const how of ['started', 'stopped', 'unreachable'] satisfies Second[]) {
    const every: Everywhere = {
      line: row.line,
      press: !row.line.startsWith('machine start'),
      ...(row.first !== undefined && { scene: { deploy: { state: row.first } } }),
      arrange: arrange(row.line, how),
      check: check(row, how),
      looks: /./,
    }
    const refused = row.refusedAt === how
    const name = `${row.line} beside a machine that is ${how}`
    if (refused)
      test(`${name}: refused, and nothing is touched`, async () => {
        const scene = await openScene({})
        try {
          await every.arrange?.(scene)
          const { job } = await scene.run(row.line, { press: true })
          assert.equal(job.state, 'failed')
          assert.ok(both(scene).every(untouched))
        } finally {
          await scene.close()
        }
      })
    else
      test(
        name,
        { skip: !EVERYWHERE && how !== 'stopped' && 'OPS_TEST_EVERYWHERE=all' },
        async (t) => {
          const half = countHalf()
          await killEverywhere({ ...every, half })
          if (EVERYWHERE) await faultEverywhere({ ...every, half })
          boundHalf(t, half, row.half ?? 0)
        },
      )
  }
