import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import { createConsole } from '../../../src/chat/console/index.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { createLines } from '../../../src/chat/console/lines.ts'
import { createRepl } from '../../../src/chat/console/repl.ts'
import { cancelJob } from '../../../src/core/cancel.ts'
import type { Command } from '../../../src/core/command.ts'
import { createDelivery } from '../../../src/core/delivery.ts'
import { OpsError } from '../../../src/core/errors.ts'
import { localise } from '../../../src/core/localise.ts'
import { option } from '../../../src/core/options.ts'
import { createReadWords } from '../../../src/core/parse-line.ts'
import { fields, reply, type SaidReply, table, text } from '../../../src/core/reply.ts'
import { tr } from '../../../src/core/text.ts'
import { settle } from '../../helpers/clock.ts'
import { chatCommand, workCommand } from '../../helpers/commands.ts'
import { createWorld } from '../../helpers/world.ts'

/** A console on a world whose worker takes what is queued at once. */
async function setup(
  commands: readonly Command[],
  ops: readonly Command[] = [],
  askPrivately?: Parameters<typeof createConsole>[0]['askPrivately'],
) {
  const world = await createWorld({ commands, ops })
  const progress: SaidReply[] = []
  const talk = createConsole({
    front: world.front,
    readWords: createReadWords(world.deps.registry),
    jobs: world.deps.jobs,
    clock: world.clock,
    locale: 'en',
    surface: 'console',
    session: 's1',
    onProgress: (said) => progress.push(said),
    ...(askPrivately && { askPrivately }),
  })
  const delivery = createDelivery({
    ...world.deps,
    chats: new Map([['console', talk.chat]]),
    metrics: { chatSend: () => {} },
    owner: 'one',
  })
  await delivery.start()
  /** Works until the answer is there. */
  const during = async <T>(answer: Promise<T>): Promise<T> => {
    await settle()
    await world.work()
    await world.clock.advance(5000)
    return answer
  }
  return { world, talk, progress, delivery, during }
}

test('console: a command for a worker is answered with its result and job', async () => {
  const { talk, during, delivery } = await setup([workCommand('look')])
  const answer = await during(talk.say('look app=second-app'))
  assert.deepEqual(
    [answer.ending, answer.command, answer.result, answer.reply?.title],
    ['done', 'openclaw look', { ran: 'look' }, 'Done'],
  )
  assert.match(answer.job ?? '', /^J-/)
  delivery.stop()
})

test('console: words on the way are progress, not the answer', async () => {
  const { talk, during, progress, delivery } = await setup([workCommand('go', { kind: 'change' })])
  const answer = await during(talk.say('go'))
  assert.equal(answer.reply?.title, 'Done')
  assert.deepEqual(
    progress.map(({ tone, title }) => [tone, title]),
    [['pending', '/openclaw go']],
  )
  delivery.stop()
})

test('console: a job that is cancelled before it began ends the wait', async () => {
  const { world, talk, during, delivery } = await setup([workCommand('go', { kind: 'change' })])
  const waiting = talk.say('go')
  await settle()
  const [job] = world.queue.waiting()
  await cancelJob(world.deps, job?.id ?? '', 'Ann')
  const answer = await during(waiting)
  assert.deepEqual([answer.ending, answer.reply?.title], ['failed', 'Cancelled before it began'])
  delivery.stop()
})

const ENDINGS: ReadonlyArray<readonly [line: string, ending: string]> = [
  ['look', 'done'],
  ['fail', 'failed'],
  ['ask', 'confirm'],
  ['here', 'done'],
  ['nothing', 'refused'],
  ['look zebra=1', 'refused'],
  ['look app=nobodys', 'refused'],
  ['look "open', 'refused'],
  ['lost', 'refused'],
  ['broken', 'failed'],
]
const fail = async () => {
  throw new OpsError('quota', tr('Too much.', '太多了。'))
}
const lost = async () => {
  throw new OpsError('not_found', tr('Not there.', '找不到。'))
}
for (const [line, ending] of ENDINGS)
  test(`console: “${line}” ends as ${ending}`, async () => {
    const { talk, during, delivery } = await setup(
      [
        workCommand('look'),
        workCommand('fail', { run: fail }),
        workCommand('ask', { confirm: 'button' }),
      ],
      [
        chatCommand('here'),
        chatCommand('lost', { run: lost }),
        chatCommand('broken', { run: fail }),
      ],
    )
    assert.equal((await during(talk.say(line))).ending, ending)
    delivery.stop()
  })

async function repl(
  commands: readonly Command[],
  extra?: (words: string) => Promise<string | undefined>,
) {
  const one = await setup(commands)
  const written: string[] = []
  const input = new PassThrough() as unknown as NodeJS.ReadStream
  const lines = createRepl({
    talk: one.talk,
    write: (words) => written.push(words),
    lines: createLines(input),
    ...(extra && { extra }),
  })
  return { ...one, written, input, line: (words: string) => one.during(lines.line(words)), lines }
}

for (const [yes, runs] of [
  ['yes', true],
  ['1', true],
  ['confirm', true],
  ['no', false],
  ['2', false],
] as const)
  test(`repl: “${yes}” to a question ${runs ? 'runs' : 'drops'} it`, async () => {
    const { line, written, delivery } = await repl([workCommand('go', { confirm: 'button' })])
    assert.equal(await line('go'), true)
    assert.equal(await line(yes), true)
    assert.match(written.at(-1) ?? '', runs ? /✅ Done/ : /was not run/)
    delivery.stop()
  })

test('repl: a typed confirmation takes the app’s name, and nothing else', async () => {
  const { line, written, delivery } = await repl([workCommand('wipe', { confirm: 'typed' })])
  await line('wipe')
  assert.equal(await line('yes'), false)
  assert.equal(written.at(-1), 'Type my-openclaw to confirm')
  assert.equal(await line('my-openclaw'), true)
  assert.match(written.at(-1) ?? '', /✅ Done/)
  delivery.stop()
})

test('repl: a typed confirmation says what to type; its number asks for it, and a slip can be mended', async () => {
  const { line, written, delivery } = await repl([workCommand('wipe', { confirm: 'typed' })])
  await line('wipe')
  assert.match(
    written.at(-1) ?? '',
    /\[1\] Confirm {2}\[2\] Cancel\n.*Type my-openclaw to confirm$/s,
  )
  assert.equal(await line('1'), true)
  assert.equal(written.at(-1), 'Type my-openclaw to confirm')
  assert.equal(await line('my-opneclaw'), false)
  assert.match(written.at(-1) ?? '', /That is not my-openclaw; nothing was done/)
  assert.equal(await line('1'), true)
  assert.equal(await line('my-openclaw'), true)
  assert.match(written.at(-1) ?? '', /✅ Done/)
  await line('wipe')
  await line('1')
  assert.equal(await line('no'), true)
  assert.match(written.at(-1) ?? '', /was not run/)
  delivery.stop()
})

test('repl: a button that asks for words takes the next line as them, a choice one of its values', async () => {
  const seen: unknown[] = []
  const words = z
    .string()
    .optional()
    .meta({ about: tr('Words', '文字') })
  const offer = {
    intent: { do: 'run', command: 'openclaw note', input: {} },
    style: 'neutral',
    into: 'text',
  } as const
  const { line, written, delivery } = await repl([
    workCommand('note', {
      options: z.object({ text: words }),
      run: async (_context, { text: given }) => void seen.push(given),
      render: () =>
        reply.ok(tr('Noted', '已記下'), [], {
          actions: [
            { ...offer, label: tr('Note', '備註'), ask: { label: tr('Which?', '什麼？') } },
            { ...offer, label: tr('Pick', '選擇'), choices: [{ label: 'A', value: 'a' }] },
          ],
        }),
    }),
  ])
  await line('note')
  assert.equal(await line('1'), true)
  assert.equal(written.at(-1), 'Which?')
  await line('two words')
  assert.equal(await line('2'), true)
  assert.equal(written.at(-1), 'Type one of: a')
  await line('a')
  assert.deepEqual(seen, [undefined, 'two words', 'a'])
  await line('1')
  assert.equal(await line('cancel'), true)
  assert.equal(seen.length, 3)
  delivery.stop()
})

test('repl: a question left without an answer is no success', async () => {
  const { line, delivery } = await repl([
    workCommand('go', { confirm: 'button' }),
    workCommand('look'),
  ])
  await line('go')
  assert.equal(await line('look'), false)
  assert.equal(await line('look'), true)
  assert.equal(await line('nothing'), false)
  delivery.stop()
})

test('repl: a pipe runs line by line, skips remarks, ends at exit, and tells whether all went well', async () => {
  const extra = async (words: string) => (words === 'crash' ? 'It crashed.' : undefined)
  const { input, lines, written, during, delivery } = await repl([], extra)
  const run = lines.run()
  ;(input as unknown as PassThrough).end('# a remark\n\ncrash\nexit\nnothing\n')
  assert.equal(await during(run), true)
  assert.deepEqual(written, ['It crashed.'])
  delivery.stop()
})

test('console: how every kind of block looks', (t) => {
  const every = reply.warn(
    tr('A title', '標題'),
    [
      text(tr('Some text', '一些文字')),
      fields([tr('Label', '標籤'), tr('value', '值')]),
      table(
        [tr('Head', '表頭'), 'B'],
        [
          [tr('wide', '寬的'), '1'],
          ['x', '22'],
        ],
      ),
      { type: 'code', code: 'two\nlines', language: 'sh' },
      {
        type: 'progress',
        steps: (['done', 'doing', 'waiting', 'failed', 'undone'] as const).map((state) => ({
          label: tr(`Step ${state}`, `步驟 ${state}`),
          state,
          ...(state === 'waiting' ? {} : { ms: 65_000 }),
        })),
      },
      { type: 'secret', label: tr('Token', '權杖'), value: 'hunter2' },
      { type: 'file', name: 'log.txt', content: 'x', about: tr('The log', '紀錄') },
    ],
    {
      footer: 'J-000000',
      actions: [
        { label: tr('Go', '執行'), style: 'primary' },
        { label: tr('Read', '閱讀'), style: 'neutral', url: 'https://fly.io' },
        {
          label: tr('Pick', '選擇'),
          style: 'neutral',
          choices: [
            { label: 'A', value: 'a' },
            { label: 'B', value: 'b' },
          ],
        },
      ],
    },
  )
  for (const locale of ['en', 'zh-TW'] as const)
    t.assert.snapshot(renderConsole(localise(every, locale)), {
      serializers: [(value) => String(value)],
    })
})

test('repl: a command that wants a value takes the next line of a pipe as it', async () => {
  const input = new PassThrough() as unknown as NodeJS.ReadStream & PassThrough
  const lines = createLines(input)
  const seen: string[] = []
  const wants = workCommand('keep', {
    options: z.object({ value: option.private(tr('A value', '一個值')) }),
    private: { option: 'value', kind: 'secret', ask: tr('The value', '值') },
    run: async (context, options) => {
      seen.push((await context.given(String(options['value']))).reveal())
      return null
    },
  })
  const { world, talk, during, delivery } = await setup([wants], [], ({ label }) =>
    lines.hidden(`${label}: `),
  )
  const written: string[] = []
  const repl = createRepl({ talk, write: (words) => written.push(words), lines })
  input.end('the value\n')
  const answer = repl.line('keep')
  while (world.queue.waiting().length === 0) await turn()
  assert.equal(await during(answer), true)
  assert.deepEqual(seen, ['the value'])
  assert.equal(await repl.line('keep value=typed'), false)
  assert.match(written.join('\n'), /✅ Done[^]*does not belong into a command/)
  assert.equal(await repl.line('keep'), false, 'the pipe has nothing more to give')
  assert.match(written.at(-1) ?? '', /No value was given/)
  delivery.stop()
})
