import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkContext } from '../../../src/core/context.ts'
import type { Repair } from '../../../src/core/mutation/repair-plan.ts'
import { runRepair } from '../../../src/core/mutation/repair-run.ts'
import type { Step } from '../../../src/core/steps.ts'
import * as made from '../../helpers/deployments.ts'
import { scene, type Scene, wordsOf } from '../../helpers/mutation.ts'
import { WRONG } from './repair-world.ts'

const said = (reply: Parameters<typeof wordsOf>[0] | undefined): string =>
  wordsOf(reply ?? assert.fail('nothing was said')).join('\n')
const unname = ({ deployed }: Scene): void => {
  delete (deployed.machine.config['env'] as Record<string, unknown>)['OPENCLAW_STATE_DIR']
}

test('where the state lies and nobody can look, nothing is not what was found', async (t) => {
  const one = await scene(t)
  unname(one)
  one.inside.stateDir = null
  for (const line of ['machine repair what=state', 'machine repair']) {
    const { asked, end } = await one.run(line)
    assert.deepEqual([asked, end.tone], [undefined, 'warn'])
    assert.match(said(end), /not all could be looked at[^]*Where .* keeps its state/)
  }
  const two = await scene(t, { deploy: { state: 'stopped' } })
  unname(two)
  assert.match(said((await two.run('machine repair')).end), /Where .* keeps its state.*not running/)
})

test('what is repaired beside something unknown is told with it', async (t) => {
  const made = await scene(t, { deploy: WRONG.restart.deploy })
  unname(made)
  made.inside.stateDir = null
  const { asked, end, job } = await made.run('machine repair', { press: true })
  assert.equal(job.state, 'done')
  for (const one of [asked, end]) assert.match(said(one), /Where .* keeps its state/)
  assert.equal(end.tone, 'warn')
})

test('which release runs is not known: whether it has the page of its check is not, either', async (t) => {
  const made = await scene(t, { deploy: { config: { image: 'openclaw/openclaw:latest' } } })
  made.inside.version = 'x'
  made.inside.ready = () => false
  const { asked, end } = await made.run('machine repair what=checks')
  assert.deepEqual([asked, end.tone], [undefined, 'warn'])
  assert.match(said(end), /Which release .* is not known/)
})

const setChecks = ({ fly, deployed: { machine } }: Scene): void => {
  for (const { name } of machine.checks)
    fly.setCheck(machine.id, { name, status: 'critical', output: 'HTTP 403' })
}

test('a check that nobody heard of has not passed', async (t) => {
  const made = await scene(t, { deploy: WRONG.missing.deploy })
  const { machine } = made.deployed
  made.inside.ready = () => {
    machine.checks.length = 0
    return true
  }
  const { end, job } = await made.run('machine repair what=checks', { press: true })
  assert.deepEqual([job.state, end.tone], ['done', 'warn'])
  assert.match(said(end), /Fly has told of no check/)
})

test('the look that follows sees a check of ours that fails, and does not say it passed before', async (t) => {
  const made = await scene(t, { deploy: WRONG.missing.deploy })
  made.inside.ready = () => false
  const ran = await made.run('machine repair what=checks', { press: true })
  assert.equal(ran.job.failure?.code, 'unproven')
  made.inside.ready = () => true
  setChecks(made)
  const { end } = await made.look(ran)
  assert.notEqual(end.tone, 'ok')
  assert.match(said(end), /a check does not pass yet[^]*not passing: servicecheck-00-http-3000/)
  assert.doesNotMatch(said(end), /passed before/)
})

test('a host that does not answer after the change was read back takes nothing back', async () => {
  const lost = made.machine({ config: null, hostStatus: 'unreachable' })
  const config = made.config({ restart: { policy: 'no' } })
  const steps: WorkContext['steps'] = async (_title, all: readonly Step[]) => {
    const judged = await all.find(({ id }) => id === `judge.${lost.id}`)?.do(() => undefined)
    assert.equal(judged, true)
    return () => undefined
  }
  for (const machine of [
    async () => lost,
    async () => ({ ...lost, config }),
    () => Promise.reject(made.failed()),
  ]) {
    const context = {
      app: 'my-openclaw',
      signal: new AbortController().signal,
      fly: { machine },
      steps,
    } as unknown as WorkContext
    const plan = { id: lost.id, parts: ['restart'], changes: [], left: [], lease: null, lost: null }
    await runRepair(context, plan as unknown as Repair)
  }
})
