import { z } from 'zod'
import { actorKey, placeKey } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import { option } from '#core/options.ts'
import { reply, text } from '#core/reply.ts'
import { tr } from '#core/text.ts'
import { readGrantPlace, readPlace } from '#core/who.ts'

const trust = defineCommand({
  name: 'access trust',
  description: tr('Let me work in this guild or chat at all', '允許我在此伺服器或聊天中運作'),
  examples: ['access trust', 'access trust telegram:-1001234567890'],
  options: z.object({ place: option.place().optional() }),
  role: 'owner',
  confirm: 'button',
  where: 'chat',
  async run(context, options) {
    const { platform, space } = readGrantPlace(options.place, context.place)
    await context.access.trust({ platform, space }, actorKey(context.actor))
    return { place: placeKey({ platform, space }) }
  },
  render: (result) =>
    reply.ok(tr(`${result.place} is trusted`, `${result.place} 已受信任`), [
      text(
        tr(
          'Nobody has a role by that alone. Give one with /ops access allow.',
          '這本身不會給任何人角色。請使用 /ops access allow 授予。',
        ),
      ),
    ]),
})

const untrust = defineCommand({
  name: 'access untrust',
  description: tr(
    'Stop working in a guild or chat; its grants stay for later',
    '停止在伺服器或聊天中運作；授權保留',
  ),
  examples: ['access untrust'],
  options: z.object({ place: option.place().optional() }),
  role: 'owner',
  confirm: 'typed',
  where: 'chat',
  async run(context, options) {
    const { platform, space } = readPlace(options.place, context.place)
    const was = await context.access.untrust({ platform, space })
    return { place: placeKey({ platform, space }), was }
  },
  render: (result) =>
    result.was
      ? reply.ok(tr(`${result.place} is no longer trusted`, `${result.place} 不再受信任`))
      : reply.info(tr(`${result.place} was not trusted before`, `${result.place} 原本就未受信任`)),
})

export default [trust, untrust]
