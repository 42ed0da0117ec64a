import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { endSilence, endedReply, keepSilent, silencedReply } from '#core/oncall/incident-silence.ts'
import { tr } from '#core/text.ts'

const id = z
  .string()
  .max(20)
  .optional()
  .meta({
    about: tr('Incident id; the only open one if left out', '事件編號；省略時為唯一進行中的事件'),
    complete: 'id',
  })
const scope = z
  .string()
  .max(63)
  .optional()
  .meta({
    about: tr(
      'An app, or * for all, in place of one incident',
      '應用程式，或 * 表示全部；取代單一事件',
    ),
    complete: 'app',
  })

const silence = defineCommand({
  name: 'silence',
  description: tr(
    'Nobody is paged for a while; it ends by itself and can be undone',
    '暫時不呼叫任何人；到期自動結束，可復原',
  ),
  examples: ['silence I-7K3M9Q for=1h', 'silence for=4h scope=my-openclaw'],
  options: z.object({
    id,
    for: z
      .string()
      .max(40)
      .optional()
      .meta({
        about: tr(
          'How long: 30m (default), 1h, 4h; or until 17:30',
          '多久：30m（預設）、1h、4h；或到 17:30',
        ),
      }),
    scope,
  }),
  role: 'responder',
  audience: 'author',
  where: 'chat',
  run: keepSilent,
  render: silencedReply,
})

const unsilence = defineCommand({
  name: 'unsilence',
  description: tr('End a silence: people are paged again', '結束靜音：恢復呼叫'),
  examples: ['unsilence I-7K3M9Q', 'unsilence scope=my-openclaw'],
  options: z.object({ id, scope }),
  role: 'responder',
  audience: 'author',
  where: 'chat',
  run: endSilence,
  render: endedReply,
})

export default [silence, unsilence]
