import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayExplain } from '../../../src/core/watch/moments.ts'
import { START } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { lost, ok, SECOND } from './scene.ts'

/** Whether the log is worth a read now, so long after a run ended and a while after the log was read last. */
const isWorth = (endedS: number, readS: number): boolean => {
  const events = [made.event('exit', START - endedS * SECOND, { code: 134 })]
  const machines = ok([made.machine({ events })], START)
  return mayExplain({ jobs: [], machines }, START - readS * SECOND, START)
}

test('a log is read out of turn after a run ended, and once more when late lines have come', () => {
  assert.equal(isWorth(5, 100), true, 'just ended, not read since')
  assert.equal(isWorth(15, 10), true, 'read at once: a line may have come late')
  assert.equal(isWorth(40, 15), false, 'read when all had come')
  assert.equal(isWorth(90, 100), false, 'long ago: its turn will come')
})

test('where no run ended, or nothing is known, there is nothing to explain', () => {
  const machines = ok([made.machine({ events: [made.event('start', START - SECOND)] })], START)
  assert.equal(mayExplain({ jobs: [], machines }, 0, START), false)
  assert.equal(mayExplain({ jobs: [], machines: lost(START) }, 0, START), false)
})
