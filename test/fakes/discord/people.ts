import type { APIComponentInMessageActionRow } from 'discord.js'
import { directChannel } from './channel-routes.ts'
import { commandData, type Values } from './command-lookup.ts'
import { type Opening, openExchange } from './exchange.ts'
import type { Exchange, FakeChannel, FakeMessage, FakeUser, Shown, World } from './world.ts'

export interface Started {
  readonly exchange: Exchange
  /** The payload, to be delivered once more or by another way. */
  readonly raw: object
}
type Deliver = (raw: object) => void

/** What people do in the client. Each gives what they saw first: a message with words, a modal, or choices. */
export function createPeople(world: World, deliver: Deliver) {
  const open = (opening: Opening): Started => openExchange(world, opening)
  const shown = ({ exchange, raw }: Started): Promise<Shown> => {
    deliver(raw)
    return exchange.shown.promise
  }
  const channelOf = ({ channel }: FakeMessage): FakeChannel => {
    const found = world.channels.get(channel)
    if (found === undefined) throw new Error(`no channel ${channel}`)
    return found
  }
  const use = (message: FakeMessage, user: FakeUser, data: object): Promise<Shown> => {
    if (message.deleted) throw new Error('the message is deleted')
    if (message.only !== undefined && message.only !== user.id)
      throw new Error(`${user.name} does not see this message`)
    return shown(open({ type: 3, user, channel: channelOf(message), data, source: message }))
  }

  return {
    /** Makes a command without delivering it. */
    command: (user: FakeUser, channel: FakeChannel, line: string, values: Values = {}): Started =>
      open({ type: 2, user, channel, data: commandData(world, line, { values }) }),
    async slash(user: FakeUser, channel: FakeChannel, line: string, values: Values = {}) {
      return shown(open({ type: 2, user, channel, data: commandData(world, line, { values }) }))
    },
    async autocomplete(...[user, channel, line, values, focused]: Completion) {
      const data = commandData(world, line, { values, focused })
      return (await shown(open({ type: 4, user, channel, data }))).choices ?? []
    },
    async press(message: FakeMessage, label: string, user: FakeUser): Promise<Shown> {
      const button = find(message, (part) => 'label' in part && part.label === label, label)
      return use(message, user, { component_type: 2, custom_id: customId(button) })
    },
    async choose(message: FakeMessage, option: string, user: FakeUser): Promise<Shown> {
      const select = find(message, (part) => valueOf(part, option) !== undefined, option)
      const values = [valueOf(select, option)]
      return use(message, user, { component_type: 3, custom_id: customId(select), values })
    },
    async submitModal(modal: Shown['modal'], value: string, at: Submission): Promise<Shown> {
      if (modal === undefined) throw new Error('no modal is open')
      const data = { custom_id: modal.custom_id, components: submitted(modal, value) }
      const { user, source } = at
      return shown(open({ type: 5, user, channel: channelOf(source), data, source }))
    },
    direct: (user: FakeUser): FakeChannel => directChannel(world, user.id),
  }
}

type Completion = [
  user: FakeUser,
  channel: FakeChannel,
  line: string,
  values: Values,
  focused: string,
]
interface Submission {
  readonly user: FakeUser
  /** The message whose button opened the modal. */
  readonly source: FakeMessage
}
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

/** A submitted modal mirrors its components, with what was typed. */
function submitted(modal: NonNullable<Shown['modal']>, value: string): object[] {
  return modal.components.map((part, index) => {
    if (!('component' in part)) throw new Error('inputs belong in a Label')
    const { custom_id: id, type } = part.component
    return {
      type: 18,
      id: index * 2 + 1,
      component: { type, id: index * 2 + 2, custom_id: id, value },
    }
  })
}
