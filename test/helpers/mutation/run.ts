import assert from 'node:assert/strict'
import type { Outcome, Question } from '../../../src/core/front.ts'
import type { Actor, Invocation, Place } from '../../../src/core/invocation.ts'
import { FINAL, type JobRecord } from '../../../src/core/job-record.ts'
import { OUTBOX, type OutboxRecord } from '../../../src/core/outbox.ts'
import { createReadWords } from '../../../src/core/parse-line.ts'
import type { QueuedJob } from '../../../src/core/ports.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { type Locale, say } from '../../../src/core/text.ts'
import type { Call } from '../../fakes/fly/calls.ts'
import { ADMIN, addressIn, HERE, OWNER, request } from '../people.ts'
import { createLife, type Life } from './life.ts'
import type { Stage } from './scene.ts'
import { createWorker } from './worker.ts'

export interface RunOptions {
  /** Presses Confirm as the asker (typing the app's name where that is asked for), or Approve as another admin. */
  readonly press?: boolean
  /** What is typed instead of the app's name. */
  readonly answer?: string
  readonly actor?: Actor
  readonly place?: Place
  readonly locale?: Locale
  /** What a private option is answered with. */
  readonly value?: string
  /** Happens between the question and the press. */
  readonly beforePress?: () => void | Promise<void>
  /** Kills the worker at this point of the running job (not of its plan); another one then goes on with it. */
  readonly killAt?: number
  /** Happens between the question and the press. */
  readonly meanwhile?: () => void | Promise<void>
}

/** What came of a command. */
export interface Ran {
  /** The question, when there was one. */
  readonly asked: SaidReply | undefined
  /** The newest words about the job. */
  readonly end: SaidReply
  readonly job: JobRecord
  /** Fly's calls from the command to its end, the plan's included. */
  readonly calls: readonly Call[]
  /** All words about the job that ran, oldest first. */
  readonly said: readonly SaidReply[]
  /** Where the job's first worker could have been killed. */
  readonly points: readonly string[]
}

/** Asks, presses, works off the queue with one worker after another, until nothing but second looks waits. */
export async function runIn(stage: Stage, line: string, options: RunOptions = {}): Promise<Ran> {
  const { fly, ground } = stage
  const from = fly.calls.length
  const asked = await ask(stage, line, options)
  const plan = await workOff(stage, createLife())
  const planned = await jobOf(stage, asked)
  const question = planned.state === 'asked' ? await newest(stage, planned.id) : undefined
  await options.meanwhile?.()
  if (question) await options.beforePress?.()
  const pressed = options.press === true && question ? await press(stage, question, options) : asked
  const life = createLife(options.killAt)
  const worked = pressed === asked ? plan : await workOff(stage, life)
  const job = await jobOf(stage, pressed)
  return {
    asked: question,
    end: await newest(stage, job.id),
    job,
    calls: fly.calls.slice(from),
    said: ground.said.filter(({ key }) => key === job.id).map(({ reply }) => reply),
    points: worked.points,
  }
}

async function ask(stage: Stage, line: string, options: RunOptions) {
  const { actor = OWNER, place = HERE, locale = 'en', value } = options
  const read = createReadWords(stage.ground.deps.registry)(line)
  if ('problem' in read) assert.fail(say(read.problem, 'en'))
  const [id, at] = [stage.nextId(), stage.clock.now()]
  const more: Partial<Invocation> = { id, actor, place, locale, at }
  const first = stage.front.admit(request(read.command, read.input, more))
  const admission = first.kind === 'question' ? await give(stage, first, { more, value }) : first
  if (admission.kind === 'question') assert.fail('asked twice')
  if (admission.kind === 'refused') assert.fail(`refused: ${JSON.stringify(admission.reply)}`)
  return queued(await admission.run())
}

async function give(
  stage: Stage,
  { token, value: asked }: Question,
  given: { readonly more: Partial<Invocation>; readonly value: string | undefined },
) {
  const { command: _, input: __, ...rest } = request('', {}, given.more)
  if (given.value === undefined) assert.fail('a value is asked for, and none is given')
  await asked?.begin()
  return stage.front.press({ ...rest, id: stage.nextId(), token, answer: given.value })
}

async function press(stage: Stage, question: SaidReply, options: RunOptions): Promise<string> {
  const { actor = OWNER, place = HERE, locale = 'en', answer } = options
  const [yes] = question.actions ?? []
  assert.ok(yes?.token !== undefined, `no button in ${JSON.stringify(question)}`)
  const second = yes.label === 'Approve' || yes.label === '核准'
  const presser = !second ? actor : actor.id === ADMIN.id ? OWNER : ADMIN
  const admission = await stage.front.press({
    id: stage.nextId(),
    token: yes.token,
    actor: presser,
    place,
    address: addressIn(place, presser),
    surface: 'button',
    locale,
    at: stage.clock.now(),
    ...(yes.ask && { answer: answer ?? `${yes.ask.placeholder ?? ''} because of a test` }),
  })
  if (admission.kind !== 'admitted') assert.fail(`not pressed: ${JSON.stringify(admission)}`)
  return queued(await admission.run())
}

function queued(outcome: Outcome): string {
  if (outcome.kind !== 'queued') assert.fail(`not queued: ${JSON.stringify(outcome)}`)
  return outcome.job
}

/** Works off what waits now, second looks left out. A turn whose worker was killed is given to another worker. */
async function workOff({ ground, queue }: Stage, first: Life): Promise<Life> {
  let life = first
  let work = createWorker(ground, life)
  for (let job = next(queue.waiting()); job !== undefined; job = next(queue.waiting())) {
    await queue.remove(job)
    for (;;) {
      await work({ id: job.id, lane: job.lane, signal: new AbortController().signal })
      if (!life.isDead()) break
      life = createLife()
      work = createWorker(ground, life)
    }
  }
  return first
}

const next = (jobs: readonly QueuedJob[]): QueuedJob | undefined =>
  jobs.find(({ lane }) => lane !== 'timer')

/** Lets the time until the next second look pass, and takes that look. */
export async function lookIn(stage: Stage, { job, ...ran }: Ran): Promise<Ran> {
  const { fly, queue, ground, clock } = stage
  const turn = queue.waiting().find(({ lane }) => lane === 'timer')
  assert.ok(turn, 'no second look waits')
  await queue.remove(turn)
  await clock.advance(turn.delayMs ?? 0)
  const from = fly.calls.length
  const work = createWorker(ground, createLife())
  await work({ id: turn.id, lane: turn.lane, signal: new AbortController().signal })
  const [after, end] = [await jobOf(stage, job.id), await newest(stage, job.id)]
  return { ...ran, job: after, end, calls: fly.calls.slice(from) }
}

export const overOf = ({ state }: JobRecord): boolean => FINAL.has(state)

async function jobOf({ ground }: Stage, id: string): Promise<JobRecord> {
  const job = await ground.deps.jobs.get(id)
  if (job === undefined) assert.fail(`there is no job ${id}`)
  return job
}

async function newest({ store }: Stage, id: string): Promise<SaidReply> {
  const record = (await store.get(OUTBOX, id)) as OutboxRecord | undefined
  if (record === undefined) assert.fail(`nothing was said about ${id}`)
  return record.reply
}
