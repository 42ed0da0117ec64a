import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '../../../src/core/audit.ts'
import { witnessed } from '../../../src/core/audit/witness.ts'
import { OpsError } from '../../../src/core/errors.ts'
import type { FlyChange } from '../../../src/core/fly.ts'
import { formsOf } from '../../helpers/canary.ts'
import { scene, type Scene } from '../../helpers/mutation.ts'
import { scriptedGateway } from '../../helpers/run-command.ts'

const LATER = 600_000

async function recorded(t: Parameters<typeof scene>[0]): Promise<[Scene, AuditEntry[]]> {
  const made = await scene(t)
  await made.clock.advance(LATER)
  const seen: AuditEntry[] = []
  Object.assign(made.ground.deps.audit, { record: (entry: AuditEntry) => void seen.push(entry) })
  return [made, seen]
}
const events = (seen: readonly AuditEntry[]): readonly string[] => seen.map(({ event }) => event)

test('record: a restart, from the question to the end, with what was planned and what Fly was asked', async (t) => {
  const [made, seen] = await recorded(t)
  const { job } = await made.run('restart', { press: true })
  assert.equal(job.state, 'done')
  assert.deepEqual(
    events(seen).filter((event) => event !== 'called'),
    ['accepted', 'started', 'asked', 'finished', 'approved', 'accepted', 'started', 'finished'],
  )
  const [asked, approved] = ['asked', 'approved'].map((name) =>
    seen.find(({ event }) => event === name),
  )
  assert.ok(asked?.plan?.facts?.length, 'what it would do')
  assert.equal(approved?.plan?.digest, asked.plan.digest, 'the plan that was approved')
  const { machine, app } = made.deployed
  const calls = seen.filter(({ event }) => event === 'called')
  const [restart] = calls.filter(({ call }) => call?.what.endsWith('/restart'))
  assert.equal(restart?.call?.what, `POST /v1/apps/${app}/machines/${machine.id}/restart`)
  assert.deepEqual([restart.call.status, restart.job], ['200', job.id])
  assert.match(restart.call.reference ?? '', /^[\w-]+$/)
  assert.ok(!calls.some(({ call }) => call?.what.endsWith('/lease')), 'leases end by themselves')
  assert.ok(!calls.some(({ call }) => call?.what.endsWith('/exec')), 'a look inside is no change')
  assert.ok(calls.every(({ call }) => !call?.what.startsWith('GET')))
})

test('record: a failure of Fly is there with its status', async (t) => {
  const [made, seen] = await recorded(t)
  made.fault({ method: 'POST', path: /\/restart$/, kind: 'answer', status: 412 })
  await made.run('restart', { press: true }).catch(() => undefined)
  const statuses = seen.flatMap(({ call }) =>
    call?.what.endsWith('/restart') ? [call.status] : [],
  )
  assert.ok(statuses.includes('412'), statuses.join())
})

test('record: a look leaves no mutation behind', async (t) => {
  const [made, seen] = await recorded(t)
  await made.run('status')
  assert.deepEqual(events(seen), ['accepted', 'started', 'finished'])
})

test('record: neither tokens nor what was typed are in it, in no form', async (t) => {
  const [made, seen] = await recorded(t)
  await made.run('memory size=4gb', { press: true })
  const text = JSON.stringify(seen)
  assert.ok(events(seen).includes('called'))
  for (const secret of [made.deployed.gatewayToken, made.fly.token])
    for (const form of formsOf(secret)) assert.ok(!text.includes(form))
})

test('record: what is changed inside a machine is told without its contents', async () => {
  const changes: FlyChange[] = []
  const refusal = { known: false, trouble: 'changed', why: 'x' } as const
  const answers = [
    { known: true },
    refusal,
    new OpsError('ambiguous', 'lost', { reference: 'R-1' }),
  ]
  const gateway = scriptedGateway({
    config: { write: async () => answer() } as never,
    locks: async () => ({ known: true }) as never,
  })
  const answer = () => {
    const next = answers.shift()
    if (next instanceof OpsError) throw next
    return next
  }
  const { config, locks } = witnessed(gateway, (change) => void changes.push(change))
  const machine = { id: '148e21' } as never
  const change = { op: 'o', before: 'b', edits: [{ start: 0, end: 0, text: 'hidden' }] } as never
  await config.write('my-openclaw', machine, change)
  assert.equal(await config.write('my-openclaw', machine, change), refusal)
  await assert.rejects(config.write('my-openclaw', machine, change), { code: 'ambiguous' })
  await locks('my-openclaw', machine)
  await locks('my-openclaw', machine, [{ key: 'k', mark: 'm' }])
  assert.deepEqual(changes, [
    { what: 'write the config file in my-openclaw/148e21', status: 'written', reference: null },
    { what: 'write the config file in my-openclaw/148e21', status: 'changed', reference: null },
    { what: 'write the config file in my-openclaw/148e21', status: 'ambiguous', reference: 'R-1' },
    { what: 'delete 1 lock files in my-openclaw/148e21', status: 'written', reference: null },
  ])
})
