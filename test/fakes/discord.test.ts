import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startFakeDiscord } from './discord/fake-discord.ts'
import { check } from './discord/validate.ts'

const MINUTE = 60_000
const COMMANDS = [
  {
    name: 'ops',
    description: 'Ops',
    options: [
      {
        type: 1,
        name: 'help',
        description: 'Help',
        options: [
          { type: 3, name: 'command', description: 'Which', required: true },
          { type: 4, name: 'lines', description: 'How many' },
          { type: 3, name: 'how', description: 'How', choices: [{ name: 'a', value: 'a' }] },
        ],
      },
    ],
  },
]

async function start(t: TestContext) {
  let now = Date.UTC(2026, 10, 22)
  const clock = { now: () => now }
  const fake = await startFakeDiscord({ clock })
  t.after(() => fake.close())
  const call = async (line: string, body?: object, bot = !/interactions|webhooks/.test(line)) => {
    const [method = '', path = ''] = line.split(' ')
    const response = await fetch(`${fake.apiUrl}/v10${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(bot && { authorization: `Bot ${fake.token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const raw = await response.text()
    const json = (raw === '' ? {} : JSON.parse(raw)) as Record<string, unknown>
    return { status: response.status, code: json['code'], json, headers: response.headers }
  }
  await call('PUT /applications/111111111111111111/commands', COMMANDS)
  const channel = fake.channel(fake.guild())
  const user = fake.user()
  const open = () => fake.command(user, channel, '/ops help', { command: 'x' }).exchange
  const advance = (ms: number) => (now += ms)
  return { fake, call, channel, user, open, advance }
}
type Opened = { readonly id: string; readonly token: string }
const callback = ({ id, token }: Opened) =>
  `POST /interactions/${id}/${token}/callback?with_response=true`
const original = (method: string, { token }: Opened) =>
  `${method} /webhooks/111111111111111111/${token}/messages/%40original`

test('3 s to answer, and only once', async (t) => {
  const { call, open, advance } = await start(t)
  const first = open()
  const taken = await call(callback(first), { type: 5 })
  const { response_message_id: id } = taken.json['interaction'] as Record<string, unknown>
  assert.match(String(id), /^\d{17,19}$/)
  assert.equal((await call(callback(first), { type: 5 })).code, 40060)
  const late = open()
  advance(3001)
  assert.equal((await call(callback(late), { type: 5 })).code, 10062)
})

test('a token dies after 15 minutes', async (t) => {
  const { call, open, advance } = await start(t)
  const exchange = open()
  assert.equal((await call(original('PATCH', exchange), { content: 'x' })).code, 10015)
  await call(callback(exchange), { type: 5 })
  advance(15 * MINUTE)
  assert.equal((await call(original('PATCH', exchange), { content: 'x' })).status, 200)
  advance(1)
  const dead = await call(original('PATCH', exchange), { content: 'x' })
  assert.deepEqual([dead.status, dead.code], [401, 50027])
})

test('who sees an answer is fixed by the deferral, and the first message after it is its edit', async (t) => {
  const { fake, call, open, channel, user } = await start(t)
  const hidden = open()
  await call(callback(hidden), { type: 5, data: { flags: 64 } })
  await call(`POST /webhooks/111111111111111111/${hidden.token}`, { content: 'x', flags: 0 })
  const [message] = [...fake.messages.values()]
  assert.deepEqual([fake.messages.size, message?.content, message?.only], [1, 'x', user.id])
  const edit = await call(`PATCH /channels/${channel.id}/messages/${message?.id}`, { content: 'y' })
  assert.equal(edit.code, 10008)
  const open2 = open()
  await call(callback(open2), { type: 5 })
  await call(`POST /webhooks/111111111111111111/${open2.token}`, { content: 'secret', flags: 64 })
  assert.equal((await fake.message(({ content }) => content === 'secret')).only, undefined)
})

test('five calls in five seconds a channel, told in headers', async (t) => {
  const { call, channel, advance } = await start(t)
  const send = () => call(`POST /channels/${channel.id}/messages`, { content: 'x' })
  for (const left of [4, 3, 2, 1, 0])
    assert.equal((await send()).headers.get('x-ratelimit-remaining'), String(left))
  const limited = await send()
  assert.equal(limited.status, 429)
  assert.equal(limited.headers.get('retry-after'), '5.000')
  advance(5000)
  assert.equal((await send()).status, 200)
})

test('what is against the rules is refused and reported at the end', async (t) => {
  const { fake, call, channel, open } = await start(t)
  await call('GET /users/1/secrets')
  await call(`POST /channels/${channel.id}/messages`, { content: 'x'.repeat(4001) })
  await call(callback(open()), { type: 5 }, true)
  await call(callback(open()), {
    type: 9,
    data: { custom_id: 'x', title: 'y'.repeat(46), components: [] },
  })
  assert.equal(fake.violations.length, 4)
  await assert.rejects(fake.close(), /unexpected request: GET \/users\/1\/secrets/)
  fake.forgive()
})

test('people can type only what is registered', async (t) => {
  const { fake, channel, user } = await start(t)
  const wrong = [
    ['/nothing', {}, /not registered/],
    ['/ops', {}, /subcommand is missing/],
    ['/ops nothing', {}, /not registered/],
    ['/ops help', {}, /command is required/],
    ['/ops help', { command: 'x', other: 1 }, /"other" is not registered/],
    ['/ops help', { command: 'x', lines: 'many' }, /"lines" is a number/],
    ['/ops help', { command: 'x', how: 'b' }, /no choice/],
  ] as const
  for (const [line, values, words] of wrong)
    assert.throws(() => fake.command(user, channel, line, values), words)
})

test('the checks see what the published schema does not', () => {
  const embed = { title: 'x'.repeat(200), description: 'y'.repeat(3000) }
  const button = { type: 2, style: 1, label: 'a', custom_id: 'same' }
  const row = (components: object[]) => ({ type: 1, components })
  const select = { type: 3, custom_id: 's', options: [{ label: 'a', value: 'a' }] }
  const option = (name: string) => ({ type: 3, name, description: 'z'.repeat(100) })
  const sub = (i: number) => ({
    type: 1,
    name: `s${i}`,
    description: 'd',
    options: Array.from({ length: 25 }, (_, o) => option(`o${o}`)),
  })
  const command = (rest: object) => [{ name: 'ops', description: 'Ops', ...rest }]
  const table = [
    [check.message({ embeds: [embed, embed] }), /6000/],
    [check.message({ content: 'x', components: [row([button, button])] }), /custom_id twice/],
    [check.message({ content: 'x', components: [row([select, button])] }), /stands alone/],
    [
      check.message({ content: 'x', components: Array(9).fill(row(Array(5).fill(button))) }),
      /40 in all/,
    ],
    [check.message({ embeds: [{ fields: [{ name: ' ', value: 'x' }] }] }), /blank/],
    [check.commands(command({ name: 'Ping Me' })), /name/],
    [check.commands(command({ options: [0, 1, 2, 3].map(sub) })), /8000 at most/],
    [
      check.commands(command({ options: Array.from({ length: 26 }, (_, i) => option(`o${i}`)) })),
      /25|Too big/,
    ],
  ] as const
  for (const [problems, words] of table) assert.match(problems.join('\n'), words)
})
