import type { z } from 'zod'
import type { AccessState } from './access.ts'
import type { ChatContext, WorkContext } from './context.ts'
import type { ReadyCommand } from './drift.ts'
import type { Options } from './options.ts'
import type { PrivateOption } from './private.ts'
import type { Block, Reply } from './reply.ts'
import type { Text } from './text.ts'

/** Roles of CONTRACT §3, each including those before it. `known`: anyone with any grant in the place. */
export type Role = 'known' | 'viewer' | 'responder' | 'operator' | 'admin' | 'owner'
export const ROLES: readonly Role[] = ['known', 'viewer', 'responder', 'operator', 'admin', 'owner']

/** What has to happen before it runs: nothing, a button, the app's name typed, a second person. */
export type Confirm = 'none' | 'button' | 'typed' | 'second'

/** What will change, shown before it is confirmed and compared again before it runs. */
export interface Plan {
  readonly title: Text
  readonly blocks: readonly Block[]
  /** Same fingerprint, same plan: versions, states and addresses it was made from. */
  readonly fingerprint: string
  /** What the run needs of it; plain JSON. */
  readonly data: unknown
  /** What has to be typed in place of the app's name, where that is asked for. */
  readonly name?: string
  /** Nothing would change: nobody is asked, and `run` says so at once. */
  readonly nothing?: boolean
}

interface Common<O extends Options, R> {
  /** Words below the top-level command: `status`, `token rotate`. */
  readonly name: string
  readonly description: Text
  readonly examples: readonly string[]
  readonly options: O
  /** The one option whose value is asked for privately. */
  readonly private?: PrivateOption<z.output<O>>
  readonly role: Role | ((options: z.output<O>) => Role)
  readonly confirm?: Confirm | ((options: z.output<O>) => Confirm)
  /** What it may do to the world, where that does not follow from the rest. */
  readonly risk?: Risk | ((options: z.output<O>) => Risk)
  /** Whose approval it takes, where that is more than asking does. */
  readonly approver?: Role | ((options: z.output<O>) => Role)
  /** Outside /openclaw: the option that names the app it is about, where one is named. It is decided about on that app. */
  readonly about?: string
  /** Known before it runs: Discord fixes who sees an answer when it acknowledges the request. */
  readonly audience?: 'channel' | 'author'
  readonly render: (result: R, options: z.output<O>, about: About) => Reply
}

/** Answered by the process that took the request, from the store alone. */
export interface ChatCommand<O extends Options = Options, R = unknown> extends Common<O, R> {
  readonly where: 'chat'
  readonly run: (context: ChatContext, options: z.output<O>) => Promise<R>
  /** What is different by it, before → after, for the record: a line each, in English and without anything secret. Pure. */
  readonly changed?: (result: R, options: z.output<O>) => readonly string[]
  /** What the question has to say besides the options: that the asker would lock themself out. Pure. */
  readonly note?: (
    about: Pick<ChatContext, 'actor' | 'place'> & Moment,
    options: z.output<O>,
  ) => Text | undefined
}

/** What there is to decide from, at one moment. */
interface Moment {
  readonly state: AccessState
  readonly now: number
}

/** Goes through the queue to a worker. `read` runs beside others, `change` one after another per app. */
export interface WorkCommand<O extends Options = Options, R = unknown> extends Common<O, R> {
  readonly where: 'worker'
  readonly kind: 'read' | 'change'
  /** Looks and writes nothing; without it the confirmation shows the options. */
  readonly plan?: (context: WorkContext, options: z.output<O>) => Promise<Plan>
  readonly run: (context: WorkContext, options: z.output<O>, plan: unknown) => Promise<R>
  /** What the job becomes instead of its answer: another command, decided about and confirmed as if the asker had typed it. */
  readonly next?: (result: R) => ReadyCommand | undefined
  /** A later look at what could not be seen at once; the new result is shown in place of the old one. */
  readonly follow?: {
    /** In how many ms to look (again), or null when all is known. */
    readonly after: (result: R) => number | null
    readonly look: (context: WorkContext, options: z.output<O>, result: R) => Promise<R>
    /** How often at most; 10 when left out. */
    readonly tries?: number
    /** Cancelling the ended job stops it: `context.stopped` then says who did. Whoever may ask for it may stop it. */
    readonly stops?: boolean
  }
}

/** What a reply may say of the request it answers. */
interface About {
  readonly app: string
  readonly job: string | null
  readonly asker: string
}

export type Command = ChatCommand | WorkCommand

/** Gives `run` and `render` their types from `options`, and hides them again so that a list of commands has one type. */
export function defineCommand<O extends Options, R>(
  command: ChatCommand<O, R> | WorkCommand<O, R>,
): Command {
  // Sound because the dispatcher and the runner parse with `options` before they call, and `render` gets what `run` gave.
  return command as unknown as Command
}

export const roleOf = (command: Command, options: Record<string, unknown>): Role =>
  typeof command.role === 'function' ? command.role(options) : command.role

/** The role it takes with no options at all, for what is shown before they are known. */
export const leastRole = (command: Command): Role => roleOf(command, {})

export const confirmOf = (command: Command, options: Record<string, unknown>): Confirm => {
  const { confirm = 'none' } = command
  return typeof confirm === 'function' ? confirm(options) : confirm
}

/** The least role that may approve it. */
export const approverOf = (command: Command, options: Record<string, unknown>): Role => {
  const { approver } = command
  if (approver === undefined) return roleOf(command, options)
  return typeof approver === 'function' ? approver(options) : approver
}

/** What it may do to the world: nothing; something; something that is hard to take back or lets people in. */
export type Risk = 'read' | 'change' | 'dangerous'

/** Follows from where it runs and what it asks first. What is answered from the store alone and asks nothing (a freeze, an acknowledged alert) counts as a read. */
export const riskOf = (command: Command, options: Record<string, unknown>): Risk => {
  const { risk } = command
  if (risk !== undefined) return typeof risk === 'function' ? risk(options) : risk
  const confirm = confirmOf(command, options)
  if (confirm === 'typed' || confirm === 'second') return 'dangerous'
  const changes = command.where === 'worker' ? command.kind === 'change' : confirm !== 'none'
  return changes ? 'change' : 'read'
}
