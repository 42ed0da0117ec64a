import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import {
  type Acted,
  actedReply,
  type Deed,
  type Listed,
  listReply,
  noteReply,
  oneReply,
} from '#core/oncall/incident-answers.ts'
import { byOf, findIncident, oncallOf } from '#core/oncall/incident-find.ts'
import { actOn } from '#core/oncall/incident-deeds.ts'
import { runTest, testReply } from '#core/oncall/incident-test.ts'
import type { Incident } from '#core/oncall/incident.ts'
import { tr } from '#core/text.ts'

const SHOWN = 15

const id = z
  .string()
  .max(20)
  .optional()
  .meta({
    about: tr(
      'Incident id, like I-7K3M9Q; the only open one if left out',
      '事件編號，例如 I-7K3M9Q；省略時為唯一進行中的事件',
    ),
    complete: 'id',
  })
const text = z
  .string()
  .max(500)
  .meta({ about: tr('What should be remembered', '要記下的內容'), rest: true })

type Shown = { readonly one: Incident; readonly now: number } | Listed

const alerts = defineCommand({
  name: 'alerts',
  description: tr(
    'What is wrong now; one incident with its history',
    '目前的異常；或單一事件與其經過',
  ),
  examples: ['alerts', 'alerts scope=all', 'alerts I-7K3M9Q'],
  options: z.object({
    id,
    scope: z
      .string()
      .max(63)
      .optional()
      .meta({
        about: tr('open (default), all, or an app', 'open（預設）、all，或某個應用程式'),
      }),
  }),
  role: 'viewer',
  where: 'chat',
  async run(context, { id: typed, scope = 'open' }): Promise<Shown> {
    const now = context.clock.now()
    if (typed !== undefined) return { one: await findIncident(context, typed, 'viewer'), now }
    const oncall = oncallOf(context)
    const [all, silences, windows] = await Promise.all([
      oncall.list(),
      oncall.quiets('silence'),
      oncall.quiets('maintenance'),
    ])
    const found = all.filter(
      ({ app, state }) =>
        context.may('viewer', app) &&
        (scope === 'all' || (scope === 'open' ? state !== 'resolved' : app === scope)),
    )
    const incidents = found.slice(0, SHOWN)
    const more = found.length - incidents.length
    return { incidents, more, silences, windows, open: scope === 'open' }
  },
  render: (shown) => ('one' in shown ? oneReply(shown.one, shown.now) : listReply(shown)),
})

const ack = defineCommand({
  name: 'ack',
  description: tr('I own it: stops the paging of others', '由我負責：停止呼叫其他人'),
  examples: ['ack I-7K3M9Q', 'ack I-7K3M9Q scope=take', 'ack I-7K3M9Q scope=off'],
  options: z.object({
    id,
    scope: z
      .enum(['take', 'off'])
      .optional()
      .meta({
        about: tr(
          'take: take it over from its owner; off: give it back',
          'take：從負責人接手；off：取消確認',
        ),
      }),
  }),
  role: 'responder',
  audience: 'author',
  where: 'chat',
  run: (context, { id: typed, scope }): Promise<Acted> => actOn(context, typed, deedOf(scope)),
  render: (acted, { scope }) => actedReply(acted, deedOf(scope)),
})

const deedOf = (scope: 'take' | 'off' | undefined): Deed => scope ?? 'ack'

const resolve = defineCommand({
  name: 'resolve',
  description: tr(
    'It is over; what fires again within 10 minutes opens it again',
    '標為已解決；10 分鐘內再觸發會重新開啟',
  ),
  examples: ['resolve I-7K3M9Q'],
  options: z.object({ id }),
  role: 'responder',
  audience: 'author',
  where: 'chat',
  run: (context, { id: typed }) => actOn(context, typed, 'resolve'),
  render: (acted) => actedReply(acted, 'resolve'),
})

const note = defineCommand({
  name: 'note',
  description: tr('Write something into an incident’s history', '在事件經過中加入備註'),
  examples: ['note I-7K3M9Q raised the memory, watching'],
  options: z.object({
    id: z
      .string()
      .max(20)
      .meta({ about: tr('Incident id, like I-7K3M9Q', '事件編號，例如 I-7K3M9Q'), complete: 'id' }),
    text,
  }),
  role: 'responder',
  audience: 'author',
  where: 'chat',
  async run(context, { id: typed, text: words }) {
    const incident = await findIncident(context, typed, 'responder')
    const event = {
      do: 'note',
      by: byOf(context),
      text: words,
      id: noteId(context, words),
    } as const
    return (await oncallOf(context).act(incident.id, event)) ?? incident
  },
  render: (incident, { text: words }) => noteReply(incident, words),
})

/** The same words of the same person at the same moment are one note. */
const noteId = ({ actor, askedAt }: { actor: { id: string }; askedAt: number }, words: string) =>
  `${actor.id}.${askedAt}.${words.slice(0, 40)}`

const test = defineCommand({
  name: 'test',
  description: tr(
    'Send a test alert to this place and see whether it arrives',
    '在此處送出測試警示並確認是否送達',
  ),
  examples: ['test'],
  options: z.object({}),
  role: 'operator',
  where: 'chat',
  run: runTest,
  render: testReply,
})

export default [alerts, ack, resolve, note, test]
