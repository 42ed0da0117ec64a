import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCommands } from '../../../src/chat/discord/commands.ts'
import { commandSize } from '../../../src/chat/discord/command-size.ts'
import { createDiscord } from '../../../src/chat/discord/discord.ts'
import { OpsError } from '../../../src/core/errors.ts'
import type { MenuEntry, MenuOption } from '../../../src/core/front.ts'
import { check } from '../../fakes/discord/validate.ts'
import { connected, MENU } from './harness.ts'

const about = { en: 'Shows how it is', 'zh-TW': '顯示狀態' }
const option = (name: string, rest: Partial<MenuOption> = {}): MenuOption => ({
  name,
  about,
  type: 'string',
  required: false,
  choices: [],
  complete: false,
  ...rest,
})

test('two words are a subcommand, three a group; only what has entries is listed', () => {
  const [openclaw, ...others] = buildCommands([
    { path: 'openclaw status', about, options: [option('app', { complete: true })] },
    { path: 'openclaw token rotate', about, options: [] },
    { path: 'openclaw token check', about, options: [] },
    {
      path: 'openclaw logs',
      about,
      options: [
        option('lines', { type: 'integer', min: 1, max: 1000 }),
        option('level', { choices: ['error', 'warn'] }),
        option('machine', { required: true }),
      ],
    },
  ])
  assert.deepEqual(others, [])
  assert.deepEqual(openclaw?.contexts, [0])
  assert.deepEqual(openclaw?.integration_types, [0])
  const [status, token, logs] = openclaw?.options ?? []
  assert.deepEqual(status, {
    type: 1,
    name: 'status',
    description: 'Shows how it is',
    description_localizations: { 'zh-TW': '顯示狀態' },
    options: [
      {
        type: 3,
        name: 'app',
        description: 'Shows how it is',
        description_localizations: { 'zh-TW': '顯示狀態' },
        autocomplete: true,
      },
    ],
  })
  assert.equal(token?.type, 2)
  assert.equal(token?.description, 'rotate · check')
  assert.ok(logs && 'options' in logs)
  assert.deepEqual(
    logs.options?.map(({ name }) => name),
    ['machine', 'lines', 'level'],
  )
  assert.deepEqual(check.commands([openclaw as never]), [])
})

const long = { en: 'x'.repeat(100), 'zh-TW': '長'.repeat(100) }
const many = (verbs: number, options: number): MenuEntry[] =>
  Array.from({ length: verbs }, (_, verb) => ({
    path: `openclaw group${verb % 20} verb${verb}`,
    about: { en: 'Does it', 'zh-TW': '做' },
    options: Array.from({ length: options }, (_one, i) => ({
      ...option(`option${i}`),
      about: long,
    })),
  }))

test('descriptions of options give way until a command is within 8000 characters', () => {
  const [command] = buildCommands(many(40, 4))
  assert.ok(command && commandSize(command) <= 8000)
  assert.deepEqual(check.commands([command as never]), [])
})

test('a menu that cannot be listed is an error that names the command', () => {
  const bad: ReadonlyArray<readonly [MenuEntry[], RegExp]> = [
    [many(60, 10), /openclaw has more than 8000/],
    [[{ path: 'nothing here', about, options: [] }], /nothing is no command/],
    [[{ path: 'ops Help', about, options: [] }], /"Help" is no name/],
    [
      [{ path: 'ops help', about, options: Array.from({ length: 26 }, (_, i) => option(`o${i}`)) }],
      /"ops help" has 26/,
    ],
  ]
  for (const [menu, words] of bad)
    assert.throws(
      () => buildCommands(menu),
      (error) => error instanceof OpsError && error.hint !== undefined && words.test(error.message),
    )
})

test('commands are written only when they differ', async (t) => {
  const { fake, deps, discord } = await connected(t)
  assert.equal(await discord.register(), 'unchanged')
  const [first] = MENU
  const changed = createDiscord({
    ...deps,
    gateway: false,
    menu: [...MENU, { ...first!, path: 'ops ping' }],
  })
  t.after(() => changed.stop(60_000))
  assert.equal(await changed.register(), 'registered')
  assert.equal(await changed.register(), 'unchanged')
  assert.equal(await discord.register(), 'registered')
  assert.equal(fake.requests.filter(({ method }) => method === 'PUT').length, 3)
})
