import { z } from 'zod'
import {
  type ChatCommand,
  type Command,
  defineCommand,
  type WorkCommand,
} from '../../src/core/command.ts'
import { option, type Options } from '../../src/core/options.ts'
import { reply } from '../../src/core/reply.ts'
import { tr } from '../../src/core/text.ts'

const ABOUT = { about: tr('Some words', '一些文字') }
export const OPTIONS = z.object({
  app: option.app().optional(),
  note: z.string().max(20).optional().meta(ABOUT),
})

/** A command for a worker that says `Done` with what its run gave. */
export const workCommand = (
  name: string,
  more: Partial<WorkCommand<Options, unknown>> = {},
): Command =>
  defineCommand<Options, unknown>({
    name,
    description: tr(`What ${name} does`, `${name} 的用途`),
    examples: [name],
    options: OPTIONS,
    role: 'viewer',
    where: 'worker',
    kind: 'read',
    run: async () => ({ ran: name }),
    render: () => reply.ok(tr('Done', '完成')),
    ...more,
  })

/** A command that the process which took the request answers itself. */
export const chatCommand = (
  name: string,
  more: Partial<ChatCommand<Options, unknown>> = {},
): Command =>
  defineCommand<Options, unknown>({
    name,
    description: tr(`What ${name} does`, `${name} 的用途`),
    examples: [name],
    options: OPTIONS,
    role: 'viewer',
    where: 'chat',
    run: async () => ({ ran: name }),
    render: () => reply.ok(tr('Done', '完成')),
    ...more,
  })
