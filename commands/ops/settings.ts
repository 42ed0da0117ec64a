import { z } from 'zod'
import { type AccessState, actorKey, guardedApp, type Scope, scopeKey } from '#core/access.ts'
import { mayReach, mustRule } from '#core/access-reach.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { guardOf } from '#core/guard.ts'
import type { Place } from '#core/invocation.ts'
import { option } from '#core/options.ts'
import {
  changeAppSetting,
  changeSetting,
  type PlaceSetting,
  readAppSetting,
  readSetting,
} from '#core/settings.ts'
import { settingsOptions, type SettingsWish, standsOf } from '#core/settings-options.ts'
import { settingsReply, settingsLines, type Settled } from '#core/settings-words.ts'
import { tr } from '#core/text.ts'
import { readPlace } from '#core/who.ts'

const options = z.object({ ...settingsOptions, place: option.place().optional() })
type Wish = SettingsWish & { readonly place?: string | undefined }
/** What is looked at or changed: an app, or a place. */
type Target = { readonly app: string } | { readonly scope: Scope; readonly place: Place }

const changesAny = (wish: Wish): boolean =>
  Object.entries(wish).some(
    ([name, value]) => name !== 'of' && name !== 'place' && value !== undefined,
  )

/** The strictest there is needs nobody; anything else may be less than what was. */
const loosens = ({ second, stands }: Wish): boolean =>
  (second !== undefined && second !== 'changes') || (stands !== undefined && stands !== '30s')

/** Done when: the store has it; every process reads it within a moment, at the latest within a minute. */
export default defineCommand({
  name: 'settings',
  description: tr(
    'What holds in this place or for an app: how loud, how many lines, who has to confirm',
    '此處或某應用程式的設定：通知、行數、由誰確認',
  ),
  examples: [
    'settings',
    'settings app=my-openclaw',
    'settings locale=zh-TW quiet=true',
    'settings of=my-openclaw second=changes',
  ],
  options,
  role: 'admin',
  about: 'of',
  confirm: (wish) => (loosens(wish) ? 'second' : 'none'),
  where: 'chat',
  risk: (wish) => (!changesAny(wish) ? 'read' : loosens(wish) ? 'dangerous' : 'change'),

  async run(context, wish) {
    const target = targetOf(context, wish)
    const before = await settledFor(context, target)
    const changed = changesAny(wish)
    if (changed) await change(context, target, wish)
    const after = changed ? await settledFor(context, target) : before
    return { ...after, changed, before }
  },

  changed: ({ changed, before, ...after }) => (changed ? settingsLines(before, after) : []),
  render: (result) => settingsReply(result),
})

function targetOf(context: ChatContext, { of, place, app, locale }: Wish): Target {
  if (of === undefined) {
    const scope = readPlace(place, context.place)
    mayReach(context, scope)
    return {
      scope,
      place: place === undefined ? context.place : { ...scope, private: false },
    }
  }
  if (place !== undefined || app !== undefined || locale !== undefined)
    throw new OpsError(
      'bad_input',
      tr(
        'Place, app and language are settings of a place.',
        '地點、應用程式與語言屬於地點的設定。',
      ),
      { hint: tr(`Leave out of=${of}, or leave them out.`, `請省略 of=${of}，或省略它們。`) },
    )
  const name = of.toLowerCase()
  mustManage(context, name)
  return { app: name }
}

async function settledFor(context: ChatContext, target: Target): Promise<Settled> {
  const { store, access, apps, may } = context
  const [usual = ''] = apps
  const state = await access.fresh()
  if ('app' in target) {
    const { quiet, lines } = await readAppSetting(store, target.app)
    const by = (state.guards ?? []).filter(({ on }) => on === guardedApp(target.app))
    return { ...NOTHING, of: target.app, quiet: quiet ?? null, lines: lines ?? null, guards: by }
  }
  const set: PlaceSetting = await readSetting(store, target.place)
  return {
    of: null,
    place: scopeKey(target.scope),
    app: set.app ?? null,
    usual: may('viewer', usual) ? usual : null,
    locale: set.locale ?? null,
    quiet: set.quiet ?? null,
    lines: set.lines ?? null,
    guards: guardOf(state, target.place, set.app ?? usual).by,
  }
}

const NOTHING = { place: null, app: null, usual: null, locale: null } as const

async function change(context: ChatContext, target: Target, wish: Wish): Promise<void> {
  const { store, access, clock } = context
  const { locale, quiet, lines, app, second, stands } = wish
  const both = { quiet, lines: lines === 0 ? null : lines }
  const guards = second !== undefined || stands !== undefined
  const state = await access.fresh()
  mustRule(context, { state, ...reachOf(context, target, guards), now: clock.now() })
  if (app !== undefined && app !== '*') mustManage(context, app)
  if (guards) await changeGuard(context, target, { state, second, stands })
  if ('app' in target) return changeAppSetting(store, target.app, both)
  await changeSetting(
    store,
    { ...target.scope, private: false },
    {
      ...both,
      app: app === '*' ? null : app,
      locale: locale === 'auto' ? null : locale,
    },
  )
}

/** What is settled for an app holds wherever it is asked about, so it is for who rules the app in more than a room. */
function reachOf({ place: { platform, space } }: ChatContext, target: Target, guards: boolean) {
  if ('app' in target) return { scope: { platform, space }, app: target.app }
  return { scope: target.scope, app: guards ? '*' : null }
}

type GuardWish = Pick<Wish, 'second' | 'stands'> & { readonly state: AccessState }

async function changeGuard(
  { access, actor }: ChatContext,
  target: Target,
  { state, second, stands }: GuardWish,
): Promise<void> {
  const on = 'app' in target ? guardedApp(target.app) : scopeKey(target.scope)
  const before = (state.guards ?? []).find((guard) => guard.on === on)
  await access.guard({
    on,
    second: second === undefined ? (before?.second ?? null) : second === 'usual' ? null : second,
    standsMs: stands === undefined ? (before?.standsMs ?? null) : standsOf(stands),
    by: actorKey(actor),
  })
}

/** Whoever settles something for an app decides for all who use it, so they have to be an admin of it. */
function mustManage({ apps, may }: ChatContext, app: string): void {
  if (!apps.includes(app))
    throw new OpsError(
      'bad_input',
      tr(`I do not manage an app “${app}”.`, `我沒有管理「${app}」這個應用程式。`),
      { hint: tr(`Managed: ${apps.join(', ')}.`, `管理中的有：${apps.join('、')}。`) },
    )
  if (!may('admin', app))
    throw new OpsError(
      'forbidden',
      tr(`You are no admin of ${app} here.`, `你不是此處 ${app} 的管理員。`),
    )
}
