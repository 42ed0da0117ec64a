import type { AccessState } from './access.ts'
import { approverOf, type Command, confirmOf, leastRole, riskOf, roleOf } from './command.ts'
import type { Invocation } from './invocation.ts'
import { nearest } from './nearest.ts'
import { checkOptions } from './options.ts'
import { type Axis, decide, type Decision, OPENS_A_PLACE, type Question } from './policy.ts'
import { refusal } from './refusals.ts'
import type { Registered, Registry } from './registry.ts'
import { type Reply, reply, text } from './reply.ts'
import { type Text, tr } from './text.ts'

/** A request that may go on, with everything that was decided about it. */
export interface Assessed {
  readonly ok: true
  readonly entry: Registered
  readonly options: Readonly<Record<string, unknown>>
  readonly app: string
  readonly decision: Exclude<Decision, { verdict: 'deny' }>
}
export interface Rejected {
  readonly ok: false
  readonly reply: Reply
  readonly axis: Axis | 'unknown' | 'input'
}

interface World {
  readonly registry: Registry
  readonly apps: readonly string[]
  readonly state: AccessState | undefined
  readonly now: number
}

/**
 * Who, where, what, then with which options: strangers learn nothing about commands, and bad input is read only for those who may.
 * Pure; the same for slash commands, buttons, words and the worker's second look.
 */
export function assess(world: World, invocation: Invocation): Assessed | Rejected {
  const entry = world.registry.get(invocation.command)
  const gate = decide(world.state, question(world, invocation, 'known', null))
  // In a place nobody trusts yet, `decide` lets owners and who holds a code open it.
  const closed = gate.verdict === 'deny' && gate.axis === 'place'
  const opening = closed && entry !== undefined && invocation.command === OPENS_A_PLACE
  if (gate.verdict === 'deny' && !opening)
    return refuse(gate, question(world, invocation, 'viewer', null))
  if (entry === undefined) return unknownCommand(world, invocation.command)
  const app = appAbout(entry, invocation.input, world.apps[0] ?? '')
  const needed = least(entry.command, entry.path, invocation.input)
  const first = decide(world.state, question(world, invocation, needed, app))
  if (first.verdict === 'deny') return refuse(first, question(world, invocation, needed, app))
  return parsed(world, invocation, entry, app)
}

function parsed(
  world: World,
  invocation: Invocation,
  entry: Registered,
  app: string | null,
): Assessed | Rejected {
  const { command } = entry
  const acts = app !== null && actsOnApp(entry)
  const withApp = acts ? { ...invocation.input, app } : invocation.input
  const checked = checkOptions(command.options, withApp)
  if (!checked.ok) return badInput(entry, checked)
  if (app !== null && !world.apps.includes(app)) return unknownApp(world, entry, app)
  const options = checked.value
  const asked = {
    ...question(world, invocation, roleOf(command, options), app),
    ...weightOf(command, options),
  }
  const decision = decide(world.state, asked)
  if (decision.verdict === 'deny') return refuse(decision, asked)
  return { ok: true, entry, options, app: app ?? world.apps[0] ?? '', decision }
}

/** What a command is to `decide` with these options, beyond the role. */
export const weightOf = (
  command: Command,
  options: Readonly<Record<string, unknown>>,
): Pick<Question, 'confirm' | 'risk' | 'approver'> => ({
  confirm: confirmOf(command, { ...options }),
  risk: riskOf(command, { ...options }),
  approver: approverOf(command, { ...options }),
})

/** A role that depends on the options can't be known before they are read; the least one opens the door that far. */
const least = (command: Command, verb: string, input: Invocation['input']) =>
  holdsCode(verb, input) ? 'known' : leastRole(command)

const question = (
  { now }: World,
  { actor, place, command, input }: Invocation,
  role: Question['role'],
  app: string | null,
): Question => {
  const asked = { actor, place, verb: command, role, confirm: 'none', app, now } as const
  return holdsCode(command, input) ? { ...asked, code: true } : asked
}

/** Whether they say to hold a one-time code; whether it is good is seen when it is used up. */
export const holdsCode = (command: string, input: Invocation['input']): boolean =>
  command === OPENS_A_PLACE && typeof input['code'] === 'string'

/** Only what lies under /openclaw acts on an app; elsewhere an `app` option is about one. */
const actsOnApp = ({ path, options }: Registered): boolean =>
  path.startsWith('openclaw ') && options.some(({ name }) => name === 'app')

/** The app that a request is decided on; null where it is about none in particular. */
export function appAbout(
  entry: Registered,
  input: Invocation['input'],
  usual: string,
): string | null {
  const acts = actsOnApp(entry)
  const name = acts ? 'app' : entry.command.about
  const given = name === undefined ? undefined : input[name]
  if (typeof given === 'string' && given !== '') return given.toLowerCase()
  return acts ? usual : null
}

const refuse = (decision: Extract<Decision, { verdict: 'deny' }>, asked: Question): Rejected => ({
  ok: false,
  axis: decision.axis,
  reply: refusal(decision, asked),
})

function unknownCommand({ registry }: World, command: string): Rejected {
  const guess = nearest(command, Array.from(registry.keys()))
  const title = tr(`There is no command /${command}.`, `沒有 /${command} 這個指令。`)
  const next = guess
    ? tr(`Did you mean /${guess}?`, `是指 /${guess} 嗎？`)
    : tr('/ops help lists what there is.', '/ops help 會列出所有指令。')
  return { ok: false, axis: 'unknown', reply: reply.error(title, [text(next)]) }
}

function unknownApp({ apps }: World, entry: Registered, app: string): Rejected {
  const list = apps.join(', ')
  const title = tr(`I do not manage an app “${app}”.`, `我沒有管理「${app}」這個應用程式。`)
  const next = tr(
    `Managed: ${list}. To have me manage another one, there already or still to be launched, add it to OPS_APPS and start me again.`,
    `管理中的有：${list}。若要管理其他（既有或尚待建立的）應用程式，請加入 OPS_APPS 並重新啟動我。`,
  )
  const other = actsOnApp(entry)
    ? entry.options.find(({ name }) => name !== 'app')?.name
    : undefined
  const meant =
    other === undefined
      ? []
      : [
          text(
            tr(
              `The first word is the app. If you meant ${other}, name it: ${other}=${app}.`,
              `第一個詞是應用程式。若是指 ${other}，請寫出名稱：${other}=${app}。`,
            ),
          ),
        ]
  return { ok: false, axis: 'input', reply: reply.error(title, [text(next), ...meant]) }
}

/** With an example that has the option that was wrong, where there is one. */
function badInput(
  { path, command }: Registered,
  { problem, option }: { readonly problem: Text; readonly option: string },
): Rejected {
  const { examples } = command
  const example = examples.find((one) => one.includes(`${option}=`)) ?? examples[0]
  return {
    ok: false,
    axis: 'input',
    reply: reply.error(problem, [
      text(
        example === undefined
          ? tr(`See /ops help ${path}.`, `請見 /ops help ${path}。`)
          : tr(
              `For example: /${path.split(' ')[0]} ${example}`,
              `例如：/${path.split(' ')[0]} ${example}`,
            ),
      ),
    ]),
  }
}
