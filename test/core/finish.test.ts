import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finish } from '../../src/core/finish.ts'
import type { Jobs } from '../../src/core/jobs.ts'
import { reply } from '../../src/core/reply.ts'
import { LostJob } from '../../src/core/step-errors.ts'
import { workCommand } from '../helpers/commands.ts'
import { OPERATOR } from '../helpers/people.ts'
import { createWorld } from '../helpers/world.ts'

test('a job whose record is gone has no end, though what was known of it would have had one', async () => {
  const world = await createWorld({ commands: [workCommand('go')] })
  const { job: id } = await world.ask('openclaw go', {}, { actor: OPERATOR })
  const { jobs, audit } = world.deps
  const job = (await jobs.get(id ?? '')) ?? assert.fail('no job')
  // As a store does that begins with what it knows.
  const end: Jobs['end'] = async (_, change) => void change(job)
  const recorded: string[] = []
  const record: typeof audit.record = ({ event }) => void recorded.push(event)
  const metrics = { job: () => assert.fail('counted as ended') }
  const deps = { ...world.deps, metrics, jobs: { ...jobs, end }, audit: { ...audit, record } }
  const last = { state: 'done', reply: reply.ok('Done', []) } as const
  await assert.rejects(finish(deps, job, last), LostJob)
  assert.deepEqual(recorded, [])
})
