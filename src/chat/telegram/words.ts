/** What a message beginning with a slash asks for. */
export type Words =
  | {
      readonly kind: 'command'
      /** The full form, without slash and bot name: `openclaw token rotate app=x`. */
      readonly words: string
      /** The first word as it was typed. */
      readonly name: string
      /** Whether the bot was named, or the name is one we always answer to. */
      readonly ours: boolean
    }
  /** A link of ours was followed: `/start <token>`. */
  | { readonly kind: 'link'; readonly token: string }

const COMMAND = /^\/([a-z0-9_]+)(?:@(\w+))?(?:\s+([^]*))?$/i
const TOP = new Set(['openclaw', 'oncall', 'ops'])
/** Every bot knows these, and so has to answer. */
const SHARED = new Set(['start', 'help'])
const LINK = /^[\w.-]{1,64}$/

/** Reads the three forms of a command; nothing for other text and for commands to another bot. */
export function readCommand(text: string, me: string): Words | undefined {
  const match = COMMAND.exec(text.trim())
  const name = match?.[1]?.toLowerCase()
  if (!match || name === undefined) return undefined
  const named = match[2]?.toLowerCase()
  if (named !== undefined && named !== me.toLowerCase()) return undefined
  const rest = (match[3] ?? '').trim()
  if (name === 'start' && LINK.test(rest)) return { kind: 'link', token: rest }
  const words = expand(name, rest)
  const ours = named !== undefined || TOP.has(name) || SHARED.has(name)
  return { kind: 'command', words, name, ours }
}

/** `restart` is short for `openclaw restart`; help and the Start button are `ops help`. */
function expand(name: string, rest: string): string {
  if (name === 'start') return 'ops help'
  if (name === 'help') return `ops help ${rest}`.trim()
  return TOP.has(name) ? `${name} ${rest}`.trim() : `openclaw ${name} ${rest}`.trim()
}
