import { z } from 'zod'
import type { Subject } from '#core/access.ts'
import { appAbout, weightOf } from '#core/assess.ts'
import { isGone } from '#core/census.ts'
import { defineCommand, leastRole } from '#core/command.ts'
import { OpsError } from '#core/errors.ts'
import { axesOf } from '#core/explain.ts'
import { option } from '#core/options.ts'
import { decide } from '#core/policy.ts'
import { axisReason, frozenBy, roleName } from '#core/refusals.ts'
import { fields, reply, table } from '#core/reply.ts'
import { tr } from '#core/text.ts'
import { readWho } from '#core/who.ts'

/** Done when: the answer is what `decide` gives for that person, this place and that command at this moment. */
export default defineCommand({
  name: 'access explain',
  description: tr(
    'Whether someone may run a command here, and which rule says so',
    '某人是否可在此執行指令，以及依據的規則',
  ),
  examples: ['access explain telegram:42 command="openclaw restart"'],
  options: z.object({
    who: option.who(),
    command: z
      .string()
      .max(60)
      .default('openclaw status')
      .meta({
        about: tr('Command, like openclaw restart', '指令，例如 openclaw restart'),
        complete: 'command',
      }),
    app: z
      .string()
      .max(63)
      .optional()
      .meta({
        about: tr('Fly app; the first managed one if left out', 'Fly 應用程式；省略時為第一個'),
        complete: 'app',
      }),
  }),
  role: 'viewer',
  audience: 'author',
  where: 'chat',

  async run({ access, place, registry, apps, clock, may }, options) {
    const path = options.command.trim().replace(/^\//, '').toLowerCase()
    const entry = ['', 'openclaw ', 'ops ']
      .map((root) => registry.get(`${root}${path}`))
      .find((found) => found !== undefined)
    if (entry === undefined)
      throw new OpsError(
        'not_found',
        tr(`There is no command /${path}.`, `沒有 /${path} 這個指令。`),
      )
    const needs = leastRole(entry.command)
    const about = {
      ...(entry.command.about && { [entry.command.about]: options.app }),
      app: options.app,
    }
    // Whoever has no role on an app hears nothing of it, nor whether there is one of that name.
    const seen = apps.filter((one) => may('viewer', one))
    if (seen.length === 0) throw new OpsError('not_found', NONE)
    const app = appAbout(entry, about, seen[0] ?? '')
    if (app !== null && app !== '*' && !seen.includes(app)) throw NO_APP(app, seen)
    const state = await access.fresh()
    const subject = readWho(options.who)
    const question = {
      actor: actorOf(subject),
      place,
      verb: entry.path,
      role: needs,
      ...weightOf(entry.command, {}),
      app,
      now: clock.now(),
    }
    const decision = decide(state, question)
    const axes = axesOf(state, question, subject)
    const gone = isGone(state, place, subject)
    const { freeze } = state
    return { who: options.who, path: entry.path, app, needs, decision, axes, gone, freeze }
  },

  render: ({ who, path, app, needs, decision, axes, gone, freeze }) => {
    const rules = table(
      [tr('Rule', '規則'), tr('Says', '結果'), tr('Because', '依據')],
      axes.map(({ name, ok, detail }) => [name, ok ? '✓' : '✗', detail]),
    )
    const frozen = freeze === null ? [] : [frozenBy(freeze)]
    if (decision.verdict !== 'deny' && gone)
      return reply.warn(
        tr(
          `${who} is not here any more; back again they may run /${path}`,
          `${who} 已不在此處；若回來則可執行 /${path}`,
        ),
        [fields([tr('Role', '角色'), roleName(decision.role)]), rules, ...frozen],
      )
    return decision.verdict === 'deny'
      ? reply.warn(tr(`${who} may not run /${path} here`, `${who} 不能在此執行 /${path}`), [
          fields(
            [tr('Because', '原因'), axisReason(decision.axis)],
            [tr('Needs', '需要'), roleName(needs)],
            [tr('App', '應用程式'), app ?? undefined],
          ),
          rules,
          ...frozen,
        ])
      : reply.ok(tr(`${who} may run /${path} here`, `${who} 可以在此執行 /${path}`), [
          fields(
            [tr('Role', '角色'), roleName(decision.role)],
            [tr('By', '依據'), decision.by],
            [tr('App', '應用程式'), app ?? undefined],
          ),
          rules,
          ...frozen,
        ])
  },
})

const NONE = tr('You see no app here.', '這裡沒有你可查看的應用程式。')
const NO_APP = (app: string, seen: readonly string[]): OpsError =>
  new OpsError(
    'not_found',
    tr(`There is no app “${app}” for you here.`, `這裡沒有可供你查看的「${app}」。`),
    {
      hint: tr(`There are: ${seen.join(', ')}.`, `有：${seen.join('、')}。`),
    },
  )

/** A role has no person; asking about it means somebody who has just that role. */
const actorOf = (subject: Subject) =>
  subject.kind === 'role'
    ? { platform: 'discord' as const, id: '0', name: subject.id, roles: [subject.id] }
    : { platform: subject.platform, id: subject.id, name: subject.id, roles: [] }
