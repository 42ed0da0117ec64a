import { type Answer, type Body, done, ok, type Request, refuse } from './answer.ts'
import { invalid } from './interaction-routes.ts'
import { createMessage, deleteMessage, editMessage, isEmpty, messageObject } from './messages.ts'
import { check } from './validate.ts'
import type { FakeMessage, RegisteredCommand, World } from './world.ts'

/** `POST /channels/:id/messages`. */
export function postMessage(world: World, request: Request, channelId: string): Answer {
  const channel = world.channels.get(channelId)
  if (channel === undefined) return refuse(10003)
  if (channel.recipient && world.users.get(channel.recipient)?.closed) return refuse(50007)
  if (channel.locked) return refuse(50083)
  channel.archived = false
  const problems = check.message(request.body)
  if (problems.length > 0) return invalid(world, request, problems)
  if (isEmpty(request)) return refuse(50006)
  const before = made(world, request.body)
  if (before === null) return refuse(10008)
  const message = before ?? createMessage(world, { channel: channelId, ...request })
  if (message.nonce !== undefined) world.nonces.set(message.nonce, message.id)
  return ok(messageObject(world, message))
}

/** With `enforce_nonce` the same nonce gives what it made, whatever the words are now and wherever that is; null when that was deleted. Discord forgets it after minutes. */
function made(world: World, body: Body): FakeMessage | null | undefined {
  const id = body['enforce_nonce'] === true && world.nonces.get(String(body['nonce']))
  return id ? (world.messages.get(id) ?? null) : undefined
}

/** `GET|PATCH|DELETE /channels/:id/messages/:id`, where ephemeral messages do not exist. */
export function channelMessage(
  world: World,
  request: Request,
  { channel, id }: { readonly channel: string; readonly id: string },
): Answer {
  const message = world.messages.get(id)
  if (!world.channels.has(channel)) return refuse(10003)
  if (message === undefined || message.channel !== channel || message.only !== undefined)
    return refuse(10008)
  if (request.method === 'GET') return ok(messageObject(world, message))
  if (request.method === 'DELETE') {
    deleteMessage(world, message)
    return done
  }
  if (world.channels.get(channel)?.archived) return refuse(50083)
  const problems = check.edit(request.body)
  if (problems.length > 0) return invalid(world, request, problems)
  editMessage(world, message, request)
  return ok(messageObject(world, message))
}

/** `POST /channels/:id/messages/:id/threads`: a thread has the id of its message. */
export function startThread(
  world: World,
  request: Request,
  { channel, id }: { readonly channel: string; readonly id: string },
): Answer {
  const parent = world.channels.get(channel)
  if (parent === undefined) return refuse(10003)
  if (world.messages.get(id)?.channel !== channel) return refuse(10008)
  if (parent.type !== 0) return refuse(50024)
  if (world.channels.has(id)) return refuse(160004)
  const problems = check.thread(request.body)
  if (problems.length > 0) return invalid(world, request, problems)
  const guild = parent.guild === undefined ? {} : { guild: parent.guild }
  const name = String(request.body['name'])
  world.channels.set(id, { id, type: 11, ...guild, parent: channel, name })
  return { status: 201, body: { id, type: 11, parent_id: channel, name } }
}

/** `PATCH /channels/:id`, for opening an archived thread. */
export function changeChannel(world: World, request: Request, id: string): Answer {
  const channel = world.channels.get(id)
  if (channel === undefined) return refuse(10003)
  if (channel.locked) return refuse(50013)
  channel.archived = request.body['archived'] === true
  return ok({ id, type: channel.type })
}

/** `POST /users/@me/channels`: the direct channel with a person, always the same one. */
export function openDirect(world: World, request: Request): Answer {
  const problems = check.direct(request.body)
  if (problems.length > 0) return invalid(world, request, problems)
  const recipient = String(request.body['recipient_id'])
  return ok({ id: directChannel(world, recipient).id, type: 1 })
}

export function directChannel(world: World, recipient: string) {
  const open = [...world.channels.values()].find((channel) => channel.recipient === recipient)
  if (open !== undefined) return open
  const channel = { id: world.snowflake(), type: 1, recipient }
  world.channels.set(channel.id, channel)
  return channel
}

/** `GET|PUT /applications/:id/commands`: replaces all, keeps the id of a name, writes defaults out as Discord does. */
export function commands(world: World, request: Request): Answer {
  if (request.method === 'GET') return ok(world.commands)
  const body = request.body as unknown as Body[]
  const problems = check.commands(body)
  if (problems.length > 0) return invalid(world, request, problems)
  world.commands = body.map((command) => stored(world, command))
  return ok(world.commands)
}

function stored(world: World, command: Body): RegisteredCommand {
  const known = world.commands.find(({ name }) => name === command['name'])
  const added = {
    application_id: world.app,
    version: world.snowflake(),
    default_member_permissions: null,
    name_localizations: null,
    nsfw: false,
  }
  const id = known?.id ?? world.snowflake()
  return { ...command, ...added, name: String(command['name']), id }
}
