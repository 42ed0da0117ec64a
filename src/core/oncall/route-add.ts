import { actorKey } from '../access.ts'
import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { hide, REVEAL, revealAction } from '../mutation/reveal.ts'
import { type Action, type Block, reply, type Reply, text } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { deskOf } from './desk.ts'
import { isReceiver, type Receiver, type Route } from './route.ts'
import { mayRoute, readRoute, type RouteWish } from './route-input.ts'
import { addRoute, readRoutes, routeId } from './route-store.ts'
import { routeFields, severityWords } from './route-words.ts'

interface Wish extends RouteWish {
  readonly severity?: Route['severity'] | undefined
  /** Refers to the key the source signs with, or `none`. */
  readonly key?: string | undefined
}

/** Sources that sign with a key they chose themselves. */
export const isSigning = (source: string | undefined): boolean =>
  source === 'pagerduty' || source === 'sentry'
const NO_KEY = 'none'

/** What becomes of the address at which the source's alerts come in. */
type HookPlan = 'none' | 'there' | 'make' | 'no-url'

export interface AddData {
  readonly route: Route
  readonly hook: HookPlan
}

export async function planAdd(context: WorkContext, wish: Wish): Promise<Plan> {
  const { actor, clock, store } = context
  const desk = deskOf(context)
  const known = readRoute(wish, context)
  mayRoute(await desk.access.fresh(), context, known)
  const severity = wish.severity ?? 'info'
  const route: Route = { ...known, severity, by: actorKey(actor), at: clock.now() }
  const old = (await readRoutes(store)).find((one) => routeId(one) === routeId(route))
  const hook = await hookPlan(context, route)
  return {
    title: tr('Show these alerts there?', '要將這些警示顯示於該處嗎？'),
    blocks: [
      routeFields(route),
      ...(old ? [text(replaces(old))] : []),
      ...(HOOK[hook] ? [text(HOOK[hook])] : []),
    ],
    fingerprint: JSON.stringify([routeId(route), severity, old?.severity ?? null, hook]),
    data: { route, hook } satisfies AddData,
  }
}

async function hookPlan(context: WorkContext, { source }: Route): Promise<HookPlan> {
  if (!isReceiver(source)) return 'none'
  const hooks = await deskOf(context).hooks.listHooks()
  if (hooks.some((hook) => hook.source === source)) return 'there'
  return context.publicUrl === undefined ? 'no-url' : 'make'
}

const replaces = ({ severity }: Route): Text =>
  tr(
    `There is this route already, for ${inEnglish(severity)}; it is replaced.`,
    `此路由已存在，將被取代；原本的嚴重度門檻為 ${severity}。`,
  )
const inEnglish = (severity: Route['severity']): string => {
  const words = severityWords(severity)
  return typeof words === 'string' ? words : words.en
}

const HOOK: Readonly<Record<HookPlan, Text | undefined>> = {
  none: undefined,
  there: tr(
    'This source has its address already: it stays as it is. Lost? Remove every route of the source and add one: that makes a new one.',
    '此來源已有位址，維持不變。若遺失，請移除該來源的所有路由後再新增，即會產生新的位址。',
  ),
  make: tr(
    'It gets an address of its own to send to, shown to you once.',
    '會產生專屬的接收位址，只會顯示給你一次。',
  ),
  'no-url': tr(
    'It gets no address yet: I do not know where the outside reaches me. Set OPS_PUBLIC_URL, start me again and add this route once more.',
    '尚無法產生接收位址：不知道外部如何連到我。請設定 OPS_PUBLIC_URL 並重新啟動，再新增一次此路由。',
  ),
}

export interface Added extends AddData {
  /** Under which the address can be seen once; null when there is none to see. */
  readonly reveal: string | null
  /** The same for the key that the source has to sign with. */
  readonly revealKey: string | null
  /** Whether it leads to the place where it was asked for. */
  readonly here: boolean
}

/** Writes the route; the address it needs is made once, whatever cuts the run off. */
export async function runAdd(
  context: WorkContext,
  { key }: Pick<Wish, 'key'>,
  { route, hook }: AddData,
): Promise<Added> {
  const { job, store } = context
  const title = tr('Route alerts', '設定警示路由')
  const label = tr('Write the route', '寫入路由')
  // A step, so that a run that was cut off goes on with the plan that was confirmed.
  const step = { id: 'route', label, do: () => addRoute(store, route) }
  await context.steps(title, [{ ...step, done: () => step.do().then(() => true) }])
  const none = { route, hook, reveal: null, revealKey: null, here: isHere(context, route) }
  if (hook !== 'make' || !isReceiver(route.source)) return none
  if ((await store.get(REVEAL, job)) === undefined) await makeHook(context, route.source, key)
  const hasKey = (await store.get(REVEAL, keyId(job))) !== undefined
  return { ...none, reveal: job, revealKey: hasKey ? keyId(job) : null }
}

const keyId = (job: string): string => `${job}-key`

async function makeHook(
  context: WorkContext,
  source: Receiver,
  given: string | undefined,
): Promise<void> {
  const { actor, app, job, approver, publicUrl = '' } = context
  const typed = given === undefined ? undefined : await context.given(given)
  const own = typed?.reveal().trim().toLowerCase() === NO_KEY ? NO_KEY : typed
  const { path, key } = await deskOf(context).hooks.createHook(source, {
    by: actorKey(actor),
    key: own,
  })
  const secret = {
    for: [...new Set([actorKey(actor), approver ?? actorKey(actor)])],
    verb: 'oncall route add',
    app,
  }
  if (key !== null)
    await hide(context, keyId(job), {
      ...secret,
      label: tr(`Signing key for ${source}`, `${source} 的簽章金鑰`),
      value: key.reveal(),
    })
  // Last: its being there tells a run that goes on after this one that all is made.
  await hide(context, job, {
    ...secret,
    label: tr(`Address for ${source}`, `${source} 的位址`),
    value: `${publicUrl.replace(/\/+$/, '')}${path.reveal()}`,
  })
}

function isHere({ place }: WorkContext, { place: there }: Route): boolean {
  const { platform, space, room } = there
  const same = platform === place.platform && space === place.space
  return same && [place.room ?? null, place.parent].includes(room ?? null)
}

const TEST: Action = {
  label: tr('Test', '測試'),
  style: 'neutral',
  intent: { do: 'run', command: 'oncall test', input: {} },
}

export function renderAdd({ route, hook, reveal, revealKey, here }: Added): Reply {
  const blocks: readonly Block[] = [routeFields(route), ...hookWords(hook, reveal)]
  if (hook === 'no-url')
    return reply.warn(tr('Routed, but nothing can come in yet', '已設定路由，但尚無法接收'), blocks)
  const key: readonly Action[] =
    revealKey === null ? [] : [{ ...revealAction(revealKey), label: tr('Reveal key', '顯示金鑰') }]
  const shown = reveal === null ? [] : [revealAction(reveal), ...key]
  const actions = [...shown, ...(here ? [TEST] : [])]
  return reply.ok(tr('Routed', '已設定路由'), blocks, { actions })
}

function hookWords(hook: HookPlan, reveal: string | null): readonly Block[] {
  if (reveal !== null) return [text(REVEAL_WORDS)]
  return HOOK[hook] ? [text(HOOK[hook])] : []
}

const REVEAL_WORDS = tr(
  'Press Reveal for the address to send to: you alone see it, once, within ten minutes. Whoever has it can raise alerts here.',
  '按「顯示」即可查看接收位址：只有你看得到，限一次，十分鐘內有效。持有位址者可在此觸發警示。',
)
