import type { AcceptDeps } from './accept-deps.ts'
import { leastRole, type Role } from './command.ts'
import { type Thing, thingsOf } from './complete-things.ts'
import type { Choice, CompleteRequest } from './front.ts'
import { mayRun } from './may-run.ts'
import type { Completion } from './options.ts'
import { decide } from './policy.ts'
import { RULE_IDS } from './watch/rule-ids.ts'

const MAX = 25
/** Among this many newest jobs, those of apps the asker may see are offered. */
const SEARCHED = 100

/** Values for an option while it is typed. Whoever may not run the command is offered nothing. */
export async function complete(
  deps: AcceptDeps,
  request: CompleteRequest,
): Promise<readonly Choice[]> {
  const entry = deps.registry.get(request.command)
  const option = entry?.options.find(({ name }) => name === request.option)
  if (entry === undefined || option === undefined) return []
  const role = leastRole(entry.command)
  if (!may(deps, request, role, null)) return []
  const values =
    option.choices.length > 0 ? option.choices : await offer(deps, request, option.complete, role)
  const typed = request.typed.toLowerCase()
  return values
    .filter((value) => value.toLowerCase().includes(typed))
    .slice(0, MAX)
    .map((value) => ({ name: value, value }))
}

async function offer(
  deps: AcceptDeps,
  request: CompleteRequest,
  kind: Completion | undefined,
  role: Role,
): Promise<readonly string[]> {
  switch (kind) {
    case 'app':
      return deps.apps.filter((app) => may(deps, request, role, app))
    case 'command':
      return Array.from(deps.registry.values())
        .filter((entry) => mayRun(entry, deps.apps, (least, app) => may(deps, request, least, app)))
        .map(({ path }) => path)
    case 'id':
      if (request.command.startsWith('oncall rule')) return RULE_IDS
      if (request.command.startsWith('oncall ')) return openIncidents(deps, request)
      return (await deps.jobs.recent(SEARCHED))
        .filter(({ app }) => may(deps, request, 'viewer', app))
        .map(({ id }) => id)
    case undefined:
      return []
    case 'machine':
    case 'volume':
    case 'name':
    case 'key':
    case 'size':
    case 'disk':
    case 'version':
    case 'deployment':
      return ofApp(deps, request, kind, role)
    default:
      return kind satisfies never
  }
}

async function ofApp(
  deps: AcceptDeps,
  request: CompleteRequest,
  kind: Thing,
  role: Role,
): Promise<readonly string[]> {
  const given = request.input['app']
  const usual = deps.settings?.of(request.place).app ?? deps.apps[0] ?? ''
  const app = typeof given === 'string' ? given : usual
  return may(deps, request, role, app) ? thingsOf(deps.store, kind, app) : []
}

async function openIncidents(
  deps: AcceptDeps,
  request: CompleteRequest,
): Promise<readonly string[]> {
  const incidents = (await deps.oncall?.list()) ?? []
  return incidents
    .filter(({ app, closed }) => !closed && may(deps, request, 'viewer', app))
    .map(({ id }) => id)
}

const may = (
  { access, clock }: AcceptDeps,
  { actor, place, command }: CompleteRequest,
  role: Role,
  app: string | null,
): boolean =>
  decide(access.snapshot(), {
    actor,
    place,
    verb: command,
    role,
    confirm: 'none',
    app,
    now: clock.now(),
  }).verdict !== 'deny'
