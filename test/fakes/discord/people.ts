import type { APIComponentInMessageActionRow } from 'discord-api-types/v10'
import { directChannel } from './channel-routes.ts'
import { commandData, type Values } from './command-lookup.ts'
import { type Opening, openExchange } from './exchange.ts'
import { type Attached, attach, uploadedIn } from './uploads.ts'
import type {
  Exchange,
  FakeChannel,
  FakeMessage,
  FakeUpload,
  FakeUser,
  Shown,
  World,
} from './world.ts'

export interface Started {
  readonly exchange: Exchange
  /** The payload, to be delivered once more or by another way. */
  readonly raw: object
}
type Deliver = (raw: object) => void

/** What people do in the client. Each gives what they saw first: a message with words, a modal, or choices. */
export function createPeople(world: World, deliver: Deliver, origin: () => string) {
  const shown = ({ exchange, raw }: Started): Promise<Shown> => {
    deliver(raw)
    return exchange.shown.promise
  }
  const command = (...[user, channel, line, values = {}]: Typed): Started =>
    openExchange(world, { type: 2, user, channel, data: commandData(world, line, { values }) })
  const modal = (...[form, value, at]: Filled): Started => {
    if (form === undefined) throw new Error('no modal is open')
    const attached = attach(world, origin(), at.file)
    const data = {
      custom_id: form.custom_id,
      components: submitted(form, value, attached),
      ...(attached && { resolved: { attachments: { [attached.id]: attached } } }),
    }
    const { user } = at
    const opening =
      'source' in at
        ? use(world, { message: at.source, user, data })
        : { user, channel: at.channel, data }
    return openExchange(world, { ...opening, type: 5 })
  }

  return {
    /** Makes a command without delivering it. */
    command,
    slash: async (...typed: Typed): Promise<Shown> => shown(command(...typed)),
    async autocomplete(...[user, channel, line, values, focused]: Completion) {
      const data = commandData(world, line, { values, focused })
      return (await shown(openExchange(world, { type: 4, user, channel, data }))).choices ?? []
    },
    async press(message: FakeMessage, label: string, user: FakeUser): Promise<Shown> {
      const button = find(message, (part) => 'label' in part && part.label === label, label)
      const data = { component_type: 2, custom_id: customId(button) }
      return shown(openExchange(world, use(world, { message, user, data })))
    },
    async choose(message: FakeMessage, option: string, user: FakeUser): Promise<Shown> {
      const select = find(message, (part) => valueOf(part, option) !== undefined, option)
      const values = [valueOf(select, option)]
      const data = { component_type: 3, custom_id: customId(select), values }
      return shown(openExchange(world, use(world, { message, user, data })))
    },
    /** The same value in every field, or one for each by its id. */
    submitModal: async (...filled: Filled): Promise<Shown> => shown(modal(...filled)),
    /** Fills a modal without delivering it. */
    modal,
    direct: (user: FakeUser): FakeChannel => directChannel(world, user.id),
  }
}

interface Use {
  readonly message: FakeMessage
  readonly user: FakeUser
  readonly data: object
}

/** Only what is there and visible can be used. */
function use(world: World, { message, user, data }: Use): Opening {
  const channel = world.channels.get(message.channel)
  if (message.deleted || channel === undefined) throw new Error('the message is gone')
  if (message.only !== undefined && message.only !== user.id)
    throw new Error(`${user.name} does not see this message`)
  return { type: 3, user, channel, data, source: message }
}

type Filled = [form: Shown['modal'], value: Typing, at: Submission]
type Typed = [user: FakeUser, channel: FakeChannel, line: string, values?: Values]
type Completion = [
  user: FakeUser,
  channel: FakeChannel,
  line: string,
  values: Values,
  focused: string,
]
/** The message whose button opened the modal, or the channel in which a command did. */
type Submission =
  | { readonly user: FakeUser; readonly source: FakeMessage; readonly file?: FakeUpload }
  | { readonly user: FakeUser; readonly channel: FakeChannel; readonly file?: FakeUpload }
type Part = APIComponentInMessageActionRow

function find(message: FakeMessage, matches: (part: Part) => boolean, name: string): Part {
  const parts = message.components.flatMap(({ components }) => components)
  const part = parts.find(matches)
  if (part === undefined) throw new Error(`nothing called "${name}" on the message`)
  if ('disabled' in part && part.disabled) throw new Error(`"${name}" is disabled`)
  return part
}

function customId(part: Part): string {
  if ('custom_id' in part) return part.custom_id
  throw new Error('a link is opened, not pressed')
}

function valueOf(part: Part, option: string): string | undefined {
  if (!('options' in part)) return undefined
  return part.options.find(({ label, value }) => label === option || value === option)?.value
}

type Typing = string | Readonly<Record<string, string>>

const typed = (value: Typing, id: string): string =>
  typeof value === 'string' ? value : (value[id] ?? '')

/** A submitted modal mirrors its components, with what was typed; a client lets nobody leave out what is required. */
function submitted(
  modal: NonNullable<Shown['modal']>,
  value: Typing,
  attached: Attached | undefined,
): object[] {
  return modal.components.map((part, index) => {
    if (!('component' in part)) throw new Error('inputs belong in a Label')
    const { component } = part
    const { custom_id: id, type } = component
    const mirror = { type, id: index * 2 + 2, custom_id: id }
    const given = type === 19 ? uploadedIn(component, attached) : { value: typed(value, id) }
    if (type === 4 && component.required !== false && typed(value, id) === '')
      throw new Error(`${id} is required`)
    return { type: 18, id: index * 2 + 1, component: { ...mirror, ...given } }
  })
}
