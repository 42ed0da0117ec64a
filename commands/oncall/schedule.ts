import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { override as putOverride, renderOverride } from '#core/oncall/override.ts'
import { lookAgainMs, lookAtPage, page as pagePeople, type Paged } from '#core/oncall/page.ts'
import { renderPage } from '#core/oncall/page-words.ts'
import { planSet, renderSet, runSet, type SetData, type WasSet } from '#core/oncall/schedule-set.ts'
import { readSchedule } from '#core/oncall/schedule-store.ts'
import { renderSchedule, renderWho, whoNow } from '#core/oncall/who.ts'
import { tr } from '#core/text.ts'

const moment = (about: ReturnType<typeof tr>) => z.string().min(1).max(60).meta({ about })
const until = moment(
  tr(
    'End: 17:30, 2026-12-24T17:30, or a length such as 4h',
    '結束：17:30、2026-12-24T17:30 或時長如 4h',
  ),
)

const who = defineCommand({
  name: 'who',
  description: tr('Who is on call now, and who comes then', '目前的值班人員與下一位'),
  examples: ['who'],
  options: z.object({}),
  role: 'viewer',
  where: 'chat',
  run: async ({ store, access, clock }) =>
    whoNow(await readSchedule(store), access.snapshot(), clock.now()),
  render: renderWho,
})

const show = defineCommand({
  name: 'schedule show',
  description: tr('Who is on call in the next two weeks, gaps named', '未來兩週的班表，含空缺'),
  examples: ['schedule show'],
  options: z.object({}),
  role: 'viewer',
  where: 'chat',
  run: async ({ store, clock }) => ({ schedule: await readSchedule(store), now: clock.now() }),
  render: renderSchedule,
})

/** A look as far as the queue is concerned: it is about no app, and must not wait behind a restart. */
const set = defineCommand({
  name: 'schedule set',
  description: tr(
    'Set who takes turns, for how long, handed over when and in which time zone',
    '設定輪值人員、週期、交班時間與時區',
  ),
  examples: [
    'schedule set people=<@123456789012345678>,telegram:42 rotation=weekly from=17:30',
    'schedule set people=Ana=discord:123456789012345678 from="2026-12-01T09:00 Asia/Taipei"',
  ],
  options: z.object({
    people: z
      .string()
      .min(1)
      .max(1000)
      .meta({
        about: tr(
          'In turn, with commas between: <@…>, discord:<id>, telegram:<id>, Ana=discord:<id>',
          '依順序以逗號分隔：<@…>、discord:<id>、telegram:<id>、Ana=discord:<id>',
        ),
      }),
    from: moment(
      tr(
        'Handover, or beginning: 17:30, 2026-12-01T17:30, each with a zone: 17:30 Asia/Taipei',
        '交班時間或開始：17:30、2026-12-01T17:30，可加時區：17:30 Asia/Taipei',
      ),
    ).optional(),
    until: until.optional(),
    rotation: z
      .string()
      .max(12)
      .optional()
      .meta({
        about: tr('daily, weekly (default) or days: 3d', 'daily、weekly（預設）或天數：3d'),
      }),
  }),
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'read',
  plan: planSet,
  run: (context, _options, plan) => runSet(context, plan as SetData),
  render: (result: WasSet) => renderSet(result),
})

const override = defineCommand({
  name: 'override',
  description: tr('Stand in for whoever has the turn, for a while', '暫時代班'),
  examples: [
    'override people=<@123456789012345678> until=4h',
    'override people=none from=18:00 until=22:00',
  ],
  options: z.object({
    people: z
      .string()
      .min(1)
      .max(80)
      .meta({
        about: tr('Who stands in; none takes overrides out', '代班者；none 表示取消代班'),
      }),
    from: moment(tr('Beginning; now if left out', '開始；省略為現在')).optional(),
    until,
  }),
  role: 'responder',
  where: 'chat',
  run: putOverride,
  render: renderOverride,
})

/** Done when: the platforms gave the messages ids. What they did not take in time is looked at again. */
const page = defineCommand({
  name: 'page',
  description: tr(
    'Call a person, or whoever is on call, by mention and direct message',
    '以提及與私訊呼叫某人或值班人員',
  ),
  examples: ['page text="The gateway is down"', 'page people=<@123456789012345678> text=Help!'],
  options: z.object({
    people: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .meta({ about: tr('Who; whoever is on call if left out', '對象；省略為目前值班人員') }),
    text: z
      .string()
      .min(1)
      .max(1000)
      .meta({ about: tr('What it is about', '內容'), rest: true }),
  }),
  role: 'responder',
  where: 'worker',
  kind: 'read',
  run: pagePeople,
  render: (result: Paged) => renderPage(result),
  follow: { after: lookAgainMs, look: (context, _options, result) => lookAtPage(context, result) },
})

export default [who, show, set, override, page]
