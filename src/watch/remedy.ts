import type { AcceptDeps } from '../core/accept-deps.ts'
import { accept } from '../core/accept.ts'
import { assess, type Assessed } from '../core/assess.ts'
import { auditEntry } from '../core/audit.ts'
import type { Invocation } from '../core/invocation.ts'
import { jobId } from '../core/job-id.ts'
import type { Alert } from '../core/oncall/alert.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { Oncall } from '../core/oncall/oncall.ts'
import { isPretended } from '../core/oncall/pretended.ts'
import { addressOf } from '../core/oncall/place-address.ts'
import type { Locale, Text } from '../core/text.ts'
import type { Judged } from '../core/watch/detector.ts'
import {
  didRun,
  notRun,
  WHY_HELD,
  WHY_NOT_ALONE,
  whyLater,
} from '../core/watch/remediation-words.ts'
import { heldBack, mayRun, type RuleRun, type Verdict } from '../core/watch/remediation.ts'
import { mayAlone } from '../core/watch/rule-line.ts'
import type { RuleCommand } from '../core/watch/rule-settings.ts'
import { cardKey } from '../oncall/address.ts'
import type { RuleBook } from './rule-book.ts'

const BUCKET = 'watch-run'
const KEEP_MS = 86_400_000
/** So long after a run was begun it is seen to that its command was handed in: the process may have died on it. */
const AGAIN_MS = 600_000

export interface RemedyDeps extends AcceptDeps {
  readonly oncall: Oncall
  readonly book: Pick<RuleBook, 'settings'>
  readonly locale: Locale
}

/**
 * Runs what rules have for troubles that were just told, by the way of every command: decided about as if whoever made the rule had typed it.
 * Never for words in a log alone, which anybody may write, and never for what only pretends; once an incident, and the same judgement again changes nothing.
 */
export function createRemedy(deps: RemedyDeps): (judged: Judged) => Promise<void> {
  return async ({ alerts, standing }) => {
    const settings = await deps.book.settings()
    for (const alert of alerts) {
      const rule = isPretended(alert) ? undefined : settings[alert.rule]?.command
      const seen = standing.find((one) => one.alert.key === alert.key)
      if (rule === undefined || alert.status !== 'firing' || seen?.from !== 'look') continue
      const incident = (await deps.oncall.list()).find(
        (one) => one.group === alert.group && !one.closed,
      )
      if (incident) await remedy(deps, { alert, rule, incident })
    }
  }
}

interface Case {
  readonly alert: Alert
  readonly rule: RuleCommand
  readonly incident: Incident
}

async function remedy(deps: RemedyDeps, one: Case): Promise<void> {
  const { clock, access, registry, apps } = deps
  const { rule, incident } = one
  const now = clock.now()
  const held = heldBack(incident, now)
  if (held === 'owned' || held === 'over') return
  if (held !== null) return say(deps, one, notRun(rule.line, WHY_HELD[held]))
  const invocation = invocationOf(deps, one)
  if (invocation === undefined) return
  const assessed = assess({ registry, apps, state: await access.fresh(), now }, invocation)
  if (!assessed.ok) return say(deps, one, notRun(rule.line, assessed.reply.title))
  if (!mayAlone(assessed)) return say(deps, one, notRun(rule.line, WHY_NOT_ALONE))
  const verdict = await begin(deps, one)
  const later = whyLater(verdict)
  if (later !== undefined) return say(deps, one, notRun(rule.line, later))
  if (verdict.do === 'was' && now - verdict.at > AGAIN_MS) return
  await run(deps, one, { invocation, assessed })
}

/** As whoever made the rule, for the trouble's own app and machine; what is said goes under the incident's card. */
function invocationOf(
  { registry, clock, locale }: RemedyDeps,
  { alert, rule, incident }: Case,
): Invocation | undefined {
  const { actor, place, command, input } = rule
  const there = incident.places.find(({ platform }) => platform === actor.platform)
  const card = there ?? incident.places[0]
  if (card === undefined || alert.app === null) return undefined
  const takes = registry.get(command)?.options.some(({ name }) => name === 'machine') === true
  const machine = takes && alert.machine !== null ? { machine: alert.machine } : {}
  return {
    id: `rule:${alert.rule}:${incident.id}`,
    command,
    input: { ...machine, ...input, app: alert.app },
    actor: { ...actor, name: `rule ${alert.rule} (${actor.name})` },
    place,
    address: { ...addressOf(card), under: cardKey(incident.id, card) },
    surface: 'text',
    locale,
    at: clock.now(),
  }
}

/** Writes down that it runs before it does. */
async function begin(
  { store, clock }: RemedyDeps,
  { alert, rule, incident }: Case,
): Promise<Verdict> {
  const run: RuleRun = { incident: incident.id, app: alert.app ?? '', at: clock.now() }
  let verdict: Verdict = { do: 'run' }
  const change = (current: unknown) => {
    const after = mayRun((current as readonly RuleRun[] | undefined) ?? [], run, rule)
    verdict = after.verdict
    return verdict.do === 'run' ? after.runs : undefined
  }
  await store.update(BUCKET, alert.rule, change, { ttlMs: KEEP_MS })
  return verdict
}

async function run(
  deps: RemedyDeps,
  one: Case,
  { invocation, assessed }: { readonly invocation: Invocation; readonly assessed: Assessed },
): Promise<void> {
  const { alert, rule, incident } = one
  const { role, by } = assessed.decision
  const outcome = await accept(deps, invocation, {
    ...assessed,
    decision: { verdict: 'allow', role, by },
  })
  const job = outcome.kind === 'queued' ? outcome.job : jobId(invocation.id)
  if (outcome.kind === 'queued')
    deps.audit.record(
      auditEntry('approved', invocation, {
        app: alert.app,
        job,
        detail: `rule ${alert.rule}, ${incident.id}`,
      }),
    )
  await say(deps, one, didRun(rule.line, job))
}

/** A line of the incident's history, and so of its card; the same one twice is one. */
async function say({ oncall }: RemedyDeps, { alert, incident }: Case, words: Text): Promise<void> {
  const by = { key: `rule:${alert.rule}`, name: `rule ${alert.rule}` }
  const id = `rule:${alert.rule}:${JSON.stringify(words)}`
  await oncall.act(incident.id, { do: 'note', by, text: words, id })
}
