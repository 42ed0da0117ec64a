import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { OpsError } from '#core/errors.ts'
import { mayRun } from '#core/may-run.ts'
import type { OptionSpec } from '#core/options.ts'
import { roleName } from '#core/refusals.ts'
import type { Registered } from '#core/registry.ts'
import { type Block, code, fields, reply, table, text } from '#core/reply.ts'
import { join, type Text, tr } from '#core/text.ts'

/** Only what the asker may run here: a list of the rest would help nobody but an attacker. */
export default defineCommand({
  name: 'help',
  description: tr('What you may do here, and how to write it', '你在這裡可以做什麼，以及如何輸入'),
  examples: ['help', 'help command="openclaw status"'],
  options: z.object({
    command: z
      .string()
      .max(100)
      .optional()
      .meta({
        about: tr('Explain this command, with its options', '說明這個指令與其選項'),
        complete: 'command',
        rest: true,
      }),
  }),
  role: 'known',
  audience: 'author',
  where: 'chat',

  async run(context, { command }) {
    const entries = Array.from(context.registry.values()).filter((entry) =>
      mayRun(entry, context.apps, context.may),
    )
    if (command === undefined) return listOf(entries)
    const wanted = command.trim().replace(/^\//, '').toLowerCase()
    const found = ['', 'openclaw ', 'ops ']
      .map((root) => entries.find(({ path }) => path === `${root}${wanted}`))
      .find((entry) => entry !== undefined)
    const group = entries.filter(({ path }) => ` ${path} `.includes(` ${wanted} `))
    if (found) return oneOf(found)
    if (group.length > 0) return listOf(group)
    throw new OpsError(
      'not_found',
      tr(
        `There is no command “${wanted}” for you here.`,
        `這裡沒有可供你使用的「${wanted}」指令。`,
      ),
      { hint: tr('/ops help lists what there is.', '/ops help 會列出所有指令。') },
    )
  },

  render: (result) =>
    result.kind === 'list'
      ? reply.info(tr('What you may do here', '你在這裡可以做的事'), [
          table(
            [tr('Command', '指令'), tr('What it does', '用途')],
            result.commands.map(({ path, about }) => [`/${path}`, about]),
          ),
          text(
            tr(
              'Options are name=value. /ops help <command> explains one.',
              '選項寫成 名稱=值。/ops help <指令> 可查看單一指令的說明。',
            ),
          ),
        ])
      : reply.info(`/${result.path}`, explained(result)),
})

const listOf = (entries: readonly Registered[]) => ({
  kind: 'list' as const,
  commands: together(entries).map(({ path, command }) => ({ path, about: command.description })),
})

/** Commands of one group stand side by side, whichever files they are in. */
const together = (entries: readonly Registered[]): readonly Registered[] =>
  Object.values(
    Object.groupBy(entries, ({ path }) => path.split(' ').slice(0, 2).join(' ')),
  ).flatMap((group) => group ?? [])

const oneOf = ({ path, command, options }: Registered) => ({
  kind: 'one' as const,
  path,
  about: command.description,
  options,
  role: typeof command.role === 'function' ? null : command.role,
  examples: command.examples.map((example) => `/${path.split(' ')[0]} ${example}`),
})

function explained({ about, options, role, examples }: ReturnType<typeof oneOf>): readonly Block[] {
  return [
    text(about),
    ...(options.length === 0
      ? []
      : [
          table(
            [tr('Option', '選項'), tr('Meaning', '意義')],
            options.map((option) => [nameOf(option), meaning(option)]),
          ),
        ]),
    fields([
      tr('Role', '角色'),
      role === null ? tr('depends on the options', '依選項而定') : roleName(role),
    ]),
    ...(examples.length === 0 ? [] : [code(examples.join('\n'))]),
  ]
}

const nameOf = ({ name, required }: OptionSpec): string => (required ? `${name} *` : name)

const meaning = ({ about, choices, min, max }: OptionSpec): Text =>
  join(
    ' ',
    about,
    choices.length === 0 ? '' : `(${choices.join(', ')})`,
    min === undefined || max === undefined ? '' : `(${min}–${max})`,
  )
