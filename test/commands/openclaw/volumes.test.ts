import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { VolumeList } from '../../../src/core/volumes/list.ts'
import { OPERATOR, VIEWER } from '../../helpers/people.ts'
import { bootsOf, scene, type Scene, type SceneOptions, wordsOf } from '../../helpers/mutation.ts'

const LATER = 600_000
const DAY = 86_400_000
const text = { serializers: [(value: unknown) => String(value)] }

/** The guide's deployment, whose file system grows when the machine boots, as on Fly. */
async function settled(t: Parameters<typeof scene>[0], options: SceneOptions = {}): Promise<Scene> {
  const made = await scene(t, options)
  growsAtBoot(made)
  await made.clock.advance(LATER)
  return made
}

function growsAtBoot({ fly, deployed, inside }: Scene): void {
  const seen = new Map<number, number>()
  inside.disk = (machine) => {
    const boots = bootsOf(machine)
    const size = seen.get(boots) ?? fly.volume(deployed.volume.id).sizeGb
    seen.set(boots, size)
    return [size * 1024, 870]
  }
}

const list = ({ job }: { readonly job: { readonly result?: unknown } }) => job.result as VolumeList

for (const locale of ['en', 'zh-TW'] as const) {
  test(`volumes list: sizes, use and snapshots (${locale})`, async (t) => {
    const made = await settled(t)
    const snapshot = made.fly.addSnapshot(made.deployed.volume.id)
    await made.clock.advance(DAY)
    const { end, job, calls } = await made.run('volumes list', { locale, actor: VIEWER })
    assert.equal(job.state, 'done')
    assert.equal(snapshot.status, 'created')
    assert.equal(calls.length, 4)
    t.assert.snapshot(renderConsole(end), text)
  })

  test(`volumes snapshot: question, progress, answer (${locale})`, async (t) => {
    const made = await settled(t)
    const ran = await made.run('volumes snapshot', { press: true, locale, actor: OPERATOR })
    assert.equal(ran.job.state, 'done')
    for (const words of [ran.asked, ran.said.at(-2), ran.end]) {
      assert.ok(words)
      t.assert.snapshot(renderConsole(words), text)
    }
    assert.equal(made.fly.volume(made.deployed.volume.id).snapshots.length, 1)
  })

  test(`volumes extend: question, progress, answer (${locale})`, async (t) => {
    const made = await settled(t)
    const ran = await made.run('volumes extend size=3', { press: true, locale })
    assert.equal(ran.job.state, 'done', wordsOf(ran.end).join('\n'))
    for (const words of [ran.asked, ran.said.at(-2), ran.end]) {
      assert.ok(words)
      t.assert.snapshot(renderConsole(words), text)
    }
    assert.equal(made.fly.volume(made.deployed.volume.id).sizeGb, 3)
  })
}

test('volumes list: what could not be measured inside is told from what Fly says, or unknown', async (t) => {
  const made = await settled(t)
  made.inside.disk = () => undefined
  const { end, job } = await made.run('volumes list')
  const [row] = list({ job }).volumes
  assert.equal(row?.usedFrom, 'fly')
  assert.match(wordsOf(end).join('\n'), /was not measured inside: \/data could not be measured/)
  const broken = await settled(t)
  broken.fault({ kind: 'answer', status: 403, path: /snapshots$/, times: 9 })
  const { end: said, job: other } = await broken.run('volumes list')
  assert.equal(other.state, 'done')
  assert.equal(list({ job: other }).volumes[0]?.snapshots.known, false)
  assert.match(wordsOf(said).join('\n'), /Snapshots: could not be read/)
})

test('volumes list: several volumes, one of them of no machine; and none', async (t) => {
  const made = await settled(t)
  const { app } = made.deployed
  const other = made.fly.addVolume({ app, name: 'old', region: 'fra', sizeGb: 10 })
  other.autoBackup = false
  const { end, job } = await made.run('volumes list')
  const rows = list({ job }).volumes
  assert.equal(rows.length, 2)
  assert.equal(rows.find(({ id }) => id === other.id)?.attachedMachine, null)
  assert.match(wordsOf(end).join('\n'), /makes no daily snapshots: fly volumes update/)
  made.fly.app(app).volumes.clear()
  const none = await made.run('volumes list')
  assert.match(none.end.title, /has no volume/)
})

test('volumes: a word that is no volume, and one of several, are refused with what there is', async (t) => {
  const made = await settled(t)
  const { app, volume } = made.deployed
  const wrong = await made.run('volumes snapshot volume=vol_nothing')
  assert.equal(wrong.job.failure?.code, 'bad_input')
  assert.ok(wordsOf(wrong.end).join('\n').includes(volume.id))
  made.fly.addVolume({ app, name: volume.name, region: 'iad', sizeGb: 1 })
  const twice = await made.run(`volumes snapshot volume=${volume.name}`)
  assert.equal(twice.job.failure?.code, 'bad_input')
  // The one that the gateway's machine has is meant where none is named.
  assert.equal((await made.run('volumes snapshot')).job.state, 'asked')
})

test('volumes snapshot: one that Fly is making already is followed, and the answer says so', async (t) => {
  const made = await settled(t)
  const { snapshots, id } = made.fly.volume(made.deployed.volume.id)
  const { job, end } = await made.run('volumes snapshot', {
    press: true,
    beforePress: () => {
      const until = made.clock.now() + 8000
      const open = made.fly.addSnapshot(id)
      const status = () => (made.clock.now() < until ? 'pending' : 'created')
      snapshots[0] = Object.defineProperty({ ...open }, 'status', { get: status })
    },
  })
  const [open] = snapshots
  assert.ok(open)
  assert.equal(job.state, 'done')
  assert.match(wordsOf(end).join('\n'), new RegExp(`${open.id}[\\s\\S]*was making one already`))
  assert.equal(made.fly.volume(made.deployed.volume.id).snapshots.length, 1)
})

test('volumes snapshot: one that takes long is no success until it was seen made', async (t) => {
  const made = await settled(t, { fly: { delays: { snapshot: 150_000 } } })
  const ran = await made.run('volumes snapshot', { press: true })
  assert.equal(ran.job.state, 'failed')
  assert.match(ran.end.title, /is not made yet/)
  let later = await made.look(ran)
  for (let looks = 0; looks < 5 && later.job.state !== 'done'; looks++)
    later = await made.look(later)
  assert.equal(later.job.state, 'done')
  assert.match(later.end.title, /is made$/)
})

test('volumes snapshot: one that fails is an error with the next step', async (t) => {
  const made = await settled(t, { fly: { delays: { snapshot: 20_000 } } })
  const volume = made.fly.volume(made.deployed.volume.id)
  // What Fly lists is a copy that has failed; the one that it finishes is another object.
  const add = volume.snapshots.unshift.bind(volume.snapshots)
  volume.snapshots.unshift = (...more) => add(...more.map((one) => ({ ...one, status: 'failed' })))
  const ran = await made.run('volumes snapshot', { press: true })
  assert.equal(ran.job.state, 'failed')
  assert.match(ran.end.title, /failed$/)
})

test('volumes extend: the machine was restarted once, the file system measured after it', async (t) => {
  const made = await settled(t)
  const before = bootsOf(made.fly.machine(made.deployed.machine.id))
  const { job, calls } = await made.run('volumes extend size=3gb', { press: true })
  assert.equal(bootsOf(made.fly.machine(made.deployed.machine.id)), before + 1)
  const { grown, sizeGb, needsRestart, restarted, inside } = job.result as Record<string, unknown>
  assert.deepEqual(
    { grown, sizeGb, needsRestart, inside },
    {
      grown: true,
      sizeGb: 3,
      needsRestart: true,
      inside: { totalBytes: 3 * 1024 ** 3, usedBytes: 870 * 1024 ** 2, why: null },
    },
  )
  assert.ok(restarted)
  assert.equal(calls.filter(({ path }) => path.endsWith('/extend')).length, 1)
})

const REFUSED: ReadonlyArray<readonly [line: string, words: RegExp]> = [
  ['volumes extend', /How large shall/],
  ['volumes extend size=501', /500 GB at most/],
]
for (const [line, words] of REFUSED)
  test(`${line} is refused`, async (t) => {
    const made = await settled(t)
    const { job, end } = await made.run(line)
    assert.equal(job.failure?.code, 'bad_input')
    assert.match(wordsOf(end).join('\n'), words)
  })

test('volumes extend: a volume never shrinks, and the same size is said and asks nobody', async (t) => {
  const made = await settled(t)
  made.fly.volume(made.deployed.volume.id).sizeGb = 3
  const less = await made.run('volumes extend size=2')
  assert.match(wordsOf(less.end).join('\n'), /can’t shrink to 2 GB: volumes only grow/)
  const same = await made.run('volumes extend size=3')
  assert.equal(same.job.state, 'done')
  assert.match(same.end.title, /has 3 GB already/)
  assert.equal(same.asked, undefined)
  assert.ok(same.calls.every(({ path }) => !path.endsWith('/extend')))
})

test('volumes extend: without a restart where Fly wants none and the file system grew at once', async (t) => {
  const made = await settled(t)
  const volume = made.fly.volume(made.deployed.volume.id)
  made.inside.disk = () => [volume.sizeGb * 1024, 100]
  const before = bootsOf(made.fly.machine(made.deployed.machine.id))
  const { job, end } = await made.run('volumes extend size=2', { press: true })
  assert.equal(job.state, 'done')
  assert.equal(bootsOf(made.fly.machine(made.deployed.machine.id)), before)
  assert.match(wordsOf(end).join('\n'), /File system inside: 1 GB → 2 GB/)
})

test('volumes extend: without a restart where Fly wants none, though nothing could be measured yet', async (t) => {
  const made = await settled(t)
  const { volume, machine } = made.deployed
  made.fly.volume(volume.id).growsAlone = true
  made.inside.disk = () => undefined
  const before = bootsOf(made.fly.machine(machine.id))
  const { end } = await made.run('volumes extend size=2', { press: true })
  assert.equal(bootsOf(made.fly.machine(machine.id)), before)
  assert.match(end.title, /whether its file system is larger is unknown/)
})

test('volumes extend: a machine that has just started is not restarted, and what is left is said', async (t) => {
  const made = await scene(t)
  growsAtBoot(made)
  const before = bootsOf(made.fly.machine(made.deployed.machine.id))
  const { job, end, asked } = await made.run('volumes extend size=2', { press: true })
  assert.match(wordsOf(asked ?? end).join('\n'), /it is not restarted within the next/)
  assert.equal(bootsOf(made.fly.machine(made.deployed.machine.id)), before)
  assert.match(end.title, /has 2 GB now, its file system not yet/)
  assert.match(wordsOf(end).join('\n'), /In \d.*: \/openclaw restart machine=/)
  assert.equal(job.state, 'done')
  assert.equal(made.fly.volume(made.deployed.volume.id).sizeGb, 2)
})

test('volumes extend: on a stopped machine nothing is restarted, and the answer says when it grows', async (t) => {
  const made = await scene(t, { deploy: { state: 'stopped' } })
  const { job, end } = await made.run('volumes extend size=2', { press: true })
  assert.equal(job.state, 'done')
  assert.match(wordsOf(end).join('\n'), /grows when its machine starts/)
  assert.equal(made.fly.machine(made.deployed.machine.id).state, 'stopped')
})

test('volumes extend: whether the file system grew is unknown when it can’t be measured, and looked at again', async (t) => {
  const made = await settled(t)
  made.inside.disk = () => undefined
  const ran = await made.run('volumes extend size=2', { press: true })
  assert.equal(ran.job.state, 'failed')
  assert.match(ran.end.title, /whether its file system is larger is unknown/)
  made.inside.disk = () => [2048, 100]
  const later = await made.look(ran)
  assert.equal(later.job.state, 'done')
  assert.match(later.end.title, /has 2 GB now$/)
})

test('volumes extend: a volume whose host does not answer is left alone', async (t) => {
  const made = await settled(t)
  made.fly.volume(made.deployed.volume.id).hostStatus = 'unreachable'
  for (const line of ['volumes extend size=2', 'volumes snapshot']) {
    const { job } = await made.run(line)
    assert.equal(job.failure?.code, 'host_unreachable')
  }
})

test('volumes extend: cancelled before Fly was asked, nothing is changed', async (t) => {
  const made = await settled(t)
  const { job } = await made
    .run('volumes extend size=2', {
      press: true,
      answer: 'another-app',
    })
    .catch((error: unknown) => ({ job: { state: String(error) } }))
  assert.match(job.state, /not queued/)
  assert.equal(made.fly.volume(made.deployed.volume.id).sizeGb, 1)
})
