import assert from 'node:assert/strict'
import type { SaidReply } from '../../../src/core/reply.ts'
import type { Call } from '../../fakes/fly/calls.ts'
import { flyErrors, type FlyError } from '../../fakes/fly/errors.ts'
import type { FaultKind } from '../../fakes/fly/faults.ts'
import { overOf, type Ran } from './run.ts'
import { type HalfChanged, spoiledOnTheWayBack } from './half-changed.ts'
import { openScene, type Scene } from './open.ts'
import { killsHere, spoilsHere } from './sampled.ts'
import type { SceneOptions } from './scene.ts'

export interface Everywhere {
  readonly line: string
  readonly press?: boolean
  /** What a private option is answered with. */
  readonly value?: string
  readonly scene?: SceneOptions
  /** Paths of calls that only look, although they are no GET: sampled as those are. */
  readonly looks?: RegExp
  /** Counts the ends that say things may be half-changed; a check that lets these pass has to bound them. */
  readonly half?: HalfChanged
  /** Brings the world into the state the command meets. */
  readonly arrange?: (scene: Scene) => void | Promise<void>
  /** What has to be true whatever happened: at most one effect, and an end that tells the state. */
  readonly check: (ran: Ran, scene: Scene, at: string) => void | Promise<void>
}

/** Kills the worker once at each point of the run (`sampled.ts`), lets another one go on, and checks the end. Gives all points. */
export async function killEverywhere(every: Everywhere): Promise<readonly string[]> {
  const { points } = await attempt(every, 'undisturbed')
  assert.ok(points.length > 0, 'nothing was run')
  for (const [killAt, point] of points.entries())
    if (killsHere(killAt, point)) await attempt(every, `killed ${killAt}: ${point}`, { killAt })
  return points
}

/** Spoils each call of the whole command, plan included, in each way (`sampled.ts`), and checks the end. Gives all calls. */
export async function faultEverywhere(every: Everywhere): Promise<readonly string[]> {
  const { calls } = await attempt(every, 'undisturbed')
  const places = placesOf(calls)
  for (const [index, place] of places.entries())
    for (const [nth, [name, fault]] of Object.entries(FAULTS).entries()) {
      const looks = every.looks?.test(place.path) === true
      if (!spoilsHere(looks ? { ...place, method: 'GET' } : place, index, nth)) continue
      const at = `${name} at ${place.method} ${place.path} (${place.skip + 1})`
      await attempt(every, at, { fault: { ...fault, ...place, times: timesOf(fault, place) } })
    }
  return places.map(({ method, path, skip }) => `${method} ${path} (${skip + 1})`)
}

interface Disturbance {
  readonly killAt?: number
  readonly fault?: FaultKind & Place & { readonly times: number }
}

async function attempt(every: Everywhere, at: string, how: Disturbance = {}): Promise<Ran> {
  const { line, press = true, value, arrange, check } = every
  const scene = await openScene(every.scene)
  try {
    await arrange?.(scene)
    if (how.fault) scene.fault({ ...how.fault, path: exactly(how.fault.path) })
    const ran = await scene.run(line, {
      press,
      ...(value !== undefined && { value }),
      ...(how.killAt !== undefined && how),
    })
    await checkEnd(ran, scene, how)
    spoiledOnTheWayBack(ran, at, every.half)
    await check(ran, scene, at)
    return ran
  } catch (error) {
    throw new Error(`${line}, ${at}: ${String(error)}`, { cause: error })
  } finally {
    await scene.close()
  }
}

/** What holds for every command: it came to an end, says what to do next when it failed, and holds nothing any more. */
async function checkEnd({ job, end }: Ran, scene: Scene, { fault }: Disturbance): Promise<void> {
  assert.ok(overOf(job), `the job is ${job.state}`)
  assert.notEqual(end.tone, 'pending', 'the last words are about its progress')
  if (job.state === 'failed') assert.ok(wordsOf(end).length > 1, 'a failure without a next step')
  assert.notEqual(job.failure?.code, 'internal', JSON.stringify(scene.logged))
  const waiting = scene.queue.waiting().filter(({ lane }) => lane !== 'timer')
  assert.deepEqual(waiting, [], 'the lane is not free')
  const letGo = fault?.method === 'DELETE' && fault.path.endsWith('/lease')
  if (!letGo) assert.deepEqual(leased(scene), [], 'a lease is left')
}

/** Machines that one of our jobs still holds. */
function leased({ fly, deployed, clock }: Scene): readonly string[] {
  const machines = [...fly.app(deployed.app).machines.values()]
  return machines
    .filter(
      ({ lease }) =>
        lease?.description.startsWith('openclaw-ops') && lease.expiresAt * 1000 > clock.now(),
    )
    .map(({ id }) => id)
}

/** Every sentence of a reply. */
export function wordsOf({ title, blocks }: SaidReply): readonly string[] {
  const inBlocks = blocks.map((block) => {
    if (block.type === 'text') return block.text
    if (block.type === 'fields') return block.fields.map((pair) => pair.join(': ')).join('\n')
    if (block.type === 'table') return [block.head, ...block.rows].flat().join('\n')
    if (block.type === 'log') return block.rows.map(({ message }) => message).join('\n')
    return block.type === 'code' ? block.code : ''
  })
  return [title, ...inBlocks.filter((words) => words !== '')]
}

/** One call among those with the same method and path. */
interface Place {
  readonly method: string
  readonly path: string
  readonly skip: number
}

function placesOf(calls: readonly Call[]): readonly Place[] {
  const seen = new Map<string, number>()
  return calls.map(({ method, path }) => {
    const skip = seen.get(`${method} ${path}`) ?? 0
    seen.set(`${method} ${path}`, skip + 1)
    return { method, path, skip }
  })
}

const exactly = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)

/** The client repeats reads and what was refused for its rate: to get through, a fault has to outlast that. */
const timesOf = (fault: FaultKind, { method }: Place): number =>
  method === 'GET' || (fault.kind === 'answer' && fault.status === 429) ? 4 : 1

const answer = ({ status, body }: FlyError): FaultKind => ({ kind: 'answer', status, body })
const refused = (status: number, error: string): FaultKind => ({
  kind: 'answer',
  status,
  body: { error },
})

/** The ways of FLY.md §3.9 and §7 in which a call fails. */
const FAULTS: Readonly<Record<string, FaultKind>> = {
  'bad token': answer(flyErrors.unauthorized()),
  scope: answer(flyErrors.forbidden()),
  'not found': answer(flyErrors.machineNotFound()),
  timeout: refused(408, 'deadline_exceeded: request timed out'),
  'lease held': answer(flyErrors.leaseHeld('148ed', 'ci@example.com', '2026-10-12T08:02:00Z')),
  'no memory': answer(flyErrors.insufficientMemory()),
  'still active': answer(flyErrors.stillActive()),
  'no room': answer(flyErrors.noRoomWithVolume('vol_x')),
  invalid: refused(422, 'Validation failed'),
  'rate limit': answer(flyErrors.rateLimited()),
  'server error': refused(500, 'internal: something broke'),
  'bad gateway': { kind: 'html', status: 502 },
  unreachable: answer(flyErrors.hostUnreachable()),
  reset: { kind: 'reset' },
  'answer lost': { kind: 'answerLost' },
  hang: { kind: 'hang' },
  malformed: { kind: 'malformed' },
}
