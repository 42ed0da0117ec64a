import type { AccessState } from './access.ts'
import { type Command, confirmOf, roleOf } from './command.ts'
import type { Invocation } from './invocation.ts'
import { nearest } from './nearest.ts'
import { checkOptions } from './options.ts'
import { type Axis, decide, type Decision, type Question } from './policy.ts'
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
  // In a place nobody trusts yet, `decide` lets owners alone open it.
  const closed = gate.verdict === 'deny' && gate.axis === 'place'
  const opening = closed && entry !== undefined && invocation.command === 'ops access trust'
  if (gate.verdict === 'deny' && !opening)
    return refuse(gate, question(world, invocation, 'viewer', null))
  if (entry === undefined) return unknownCommand(world, invocation.command)
  const app = targetApp(world, entry, invocation.input)
  const first = decide(world.state, question(world, invocation, least(entry.command), app))
  if (first.verdict === 'deny')
    return refuse(first, question(world, invocation, least(entry.command), app))
  return parsed(world, invocation, entry, app)
}

function parsed(
  world: World,
  invocation: Invocation,
  entry: Registered,
  app: string | null,
): Assessed | Rejected {
  const { command } = entry
  const withApp = app === null ? invocation.input : { ...invocation.input, app }
  const checked = checkOptions(command.options, withApp)
  if (!checked.ok) return badInput(entry, checked.problem)
  if (app !== null && !world.apps.includes(app)) return unknownApp(world, entry, app)
  const options = checked.value
  const asked = {
    ...question(world, invocation, roleOf(command, options), app),
    confirm: confirmOf(command, options),
  }
  const decision = decide(world.state, asked)
  if (decision.verdict === 'deny') return refuse(decision, asked)
  return { ok: true, entry, options, app: app ?? world.apps[0] ?? '', decision }
}

/** A role that depends on the options can't be known before they are read; the least one opens the door that far. */
const least = (command: Command) => (typeof command.role === 'function' ? 'viewer' : command.role)

const question = (
  { now }: World,
  { actor, place, command }: Invocation,
  role: Question['role'],
  app: string | null,
): Question => ({ actor, place, verb: command, role, confirm: 'none', app, now })

/** Only what lies under /openclaw acts on an app; elsewhere an `app` option is about one. */
function targetApp(world: World, entry: Registered, input: Invocation['input']): string | null {
  if (!entry.path.startsWith('openclaw ')) return null
  if (!entry.options.some(({ name }) => name === 'app')) return null
  const given = input['app']
  return typeof given === 'string' && given !== '' ? given.toLowerCase() : (world.apps[0] ?? '')
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
  const other = entry.options.find(({ name }) => name !== 'app')?.name
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

function badInput({ path, command }: Registered, problem: Text): Rejected {
  const [example] = command.examples
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
