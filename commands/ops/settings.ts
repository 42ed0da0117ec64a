import { z } from 'zod'
import { placeKey } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { option } from '#core/options.ts'
import { fields, reply, text } from '#core/reply.ts'
import { changeSetting, readSetting } from '#core/settings.ts'
import { LOCALES, tr } from '#core/text.ts'

const options = z.object({
  locale: z
    .enum([...LOCALES, 'auto'])
    .optional()
    .meta({
      about: tr(
        'Language here for those whose own is not known; auto: as everywhere',
        '此處的語言（用於不知其語言的人）；auto：與其他地方相同',
      ),
    }),
  app: option
    .app()
    .optional()
    .meta({
      about: tr(
        'App that is meant here when none is named; * for the first managed one',
        '此處未指名時所指的應用程式；* 表示第一個管理的應用程式',
      ),
      complete: 'app',
      form: tr('the name of a managed app, or *', '管理中的應用程式名稱，或 *'),
    }),
  quiet: z
    .boolean()
    .optional()
    .meta({ about: tr('No sound unless something is wrong', '除非有問題，否則不發出通知聲') }),
})
type Options = z.output<typeof options>

const changesAny = (wish: Options): boolean =>
  Object.values(wish).some((value) => value !== undefined)

/** Done when: the store has it; every process reads it within a moment, at the latest within a minute. */
export default defineCommand({
  name: 'settings',
  description: tr(
    'What holds in this place: its app, language and how loud it is',
    '此處的設定：應用程式、語言與通知方式',
  ),
  examples: ['settings', 'settings app=my-openclaw', 'settings locale=zh-TW quiet=true'],
  options,
  role: 'admin',
  where: 'chat',
  risk: (wish) => (changesAny(wish) ? 'change' : 'read'),

  async run(context, wish) {
    const changes = changesAny(wish)
    if (changes) await change(context, wish)
    const { app, locale, quiet } = await readSetting(context.store, context.place)
    const { room, platform, space } = context.place
    return {
      place: `${placeKey({ platform, space })}${room === undefined ? '' : `/${room}`}`,
      changed: changes,
      app: app ?? null,
      usual: context.apps[0] ?? null,
      locale: locale ?? null,
      quiet: quiet ?? false,
    }
  },

  render: ({ place, changed, app, usual, locale, quiet }) =>
    reply[changed ? 'ok' : 'info'](
      changed
        ? tr('Settled for this place', '已設定此處')
        : tr('Settings of this place', '此處的設定'),
      [
        fields(
          [tr('Place', '地點'), place],
          [
            tr('App', '應用程式'),
            app ??
              tr(`${usual ?? '–'} (the first of OPS_APPS)`, `${usual ?? '–'}（OPS_APPS 的第一個）`),
          ],
          [tr('Language', '語言'), locale ?? tr('as set by OPS_LOCALE', '依 OPS_LOCALE')],
          [
            tr('Notifications', '通知'),
            quiet ? tr('only when something is wrong', '只在有問題時') : tr('always', '一律'),
          ],
        ),
        text(
          tr(
            'A person’s own language wins. A named app always counts.',
            '個人語言優先；指名的應用程式一律有效。',
          ),
        ),
      ],
    ),
})

/** Whoever binds a place to an app decides for all who type there, so they have to be an admin of that app. */
async function change(context: ChatContext, { app, locale, quiet }: Options): Promise<void> {
  const { apps, store, place, may } = context
  if (app !== undefined && app !== '*' && !apps.includes(app))
    throw new OpsError(
      'bad_input',
      tr(`I do not manage an app “${app}”.`, `我沒有管理「${app}」這個應用程式。`),
      { hint: tr(`Managed: ${apps.join(', ')}.`, `管理中的有：${apps.join('、')}。`) },
    )
  if (app !== undefined && app !== '*' && !may('admin', app))
    throw new OpsError(
      'forbidden',
      tr(`You are no admin of ${app} here.`, `你不是此處 ${app} 的管理員。`),
    )
  await changeSetting(store, place, {
    ...(app !== undefined && { app: app === '*' ? null : app }),
    ...(locale !== undefined && { locale: locale === 'auto' ? null : locale }),
    ...(quiet !== undefined && { quiet: quiet ? true : null }),
  })
}
