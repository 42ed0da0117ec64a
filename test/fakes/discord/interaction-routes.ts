import { type Answer, done, ok, type Request, refuse } from './answer.ts'
import { createMessage, deleteMessage, editMessage, isEmpty, messageObject } from './messages.ts'
import { check } from './validate.ts'
import type { Exchange, FakeMessage, Shown, World } from './world.ts'

const ACK_MS = 3000
const TOKEN_MS = 15 * 60_000
const EPHEMERAL = 64

/** `POST /interactions/:id/:token/callback`: the first answer, once, within three seconds. */
export function callback(world: World, request: Request, token: string): Answer {
  const exchange = world.exchanges.get(token)
  if (exchange === undefined || world.clock.now() - exchange.createdAt > ACK_MS)
    return refuse(10062)
  if (exchange.ack !== undefined) return refuse(40060)
  const problems = [...check.callback(request.body), ...outOfPlace(exchange, request)]
  if (problems.length > 0) return invalid(world, request, problems)
  acknowledge(world, exchange, request)
  if (request.query.get('with_response') !== 'true') return done
  return ok({
    interaction: {
      id: exchange.id,
      type: 2,
      ...(exchange.original && { response_message_id: exchange.original.id }),
      response_message_loading: exchange.original?.loading ?? false,
      response_message_ephemeral: exchange.original?.only !== undefined,
    },
  })
}

/** Bodies Discord refuses are a fault of the program under test. */
export function invalid(world: World, request: Request, problems: readonly string[]): Answer {
  world.violations.push(`${request.method} ${request.path}: ${problems.join('; ')}`)
  return refuse(50035, problems)
}

function outOfPlace({ source, isModalSubmit }: Exchange, { body }: Request): string[] {
  const type = body['type']
  if ((type === 6 || type === 7) && source === undefined) return ['type: nothing to update']
  return type === 9 && isModalSubmit ? ['type: no modal from a modal'] : []
}

function acknowledge(world: World, exchange: Exchange, { body, files }: Request): void {
  const type = Number(body['type'])
  const data = (body['data'] ?? {}) as Record<string, unknown>
  exchange.ack = type
  const isPrivate = (Number(data['flags'] ?? 0) & EPHEMERAL) !== 0
  const draft = {
    channel: exchange.channel.id,
    ...(isPrivate && { only: exchange.user.id }),
  }
  if (type === 4) exchange.original = createMessage(world, { ...draft, body: data, files })
  if (type === 5) exchange.original = createMessage(world, { ...draft, loading: true })
  if (type === 6 || type === 7) exchange.original = exchange.source
  if (exchange.original) exchange.made.add(exchange.original.id)
  if (type === 7 && exchange.source) editMessage(world, exchange.source, { body: data, files })
  exchange.acked.resolve(type)
  if (type === 4 || type === 7) show(exchange, exchange.original)
  if (type === 8) show(exchange, undefined, { choices: data['choices'] as Shown['choices'] })
  if (type === 9) show(exchange, undefined, { modal: data as unknown as Shown['modal'] })
}

function show(
  exchange: Exchange,
  message: FakeMessage | undefined,
  extra: Partial<Pick<Shown, 'modal' | 'choices'>> = {},
): void {
  exchange.shown.resolve({
    ack: exchange.ack ?? 0,
    message,
    modal: undefined,
    choices: undefined,
    ...extra,
  })
}

/** The exchange whose token still answers, or Discord's refusal. */
function live(world: World, token: string): Exchange | Answer {
  const exchange = world.exchanges.get(token)
  if (exchange?.ack === undefined) return refuse(10015)
  return world.clock.now() - exchange.createdAt > TOKEN_MS ? refuse(50027) : exchange
}

/** `POST /webhooks/:app/:token`: one more message; while a deferral is open it takes the deferral's place, visibility included. */
export function followUp(world: World, request: Request, token: string): Answer {
  const exchange = live(world, token)
  if ('status' in exchange) return exchange
  const problems = check.followUp(request.body)
  if (problems.length > 0) return invalid(world, request, problems)
  if (isEmpty(request)) return refuse(50006)
  if (exchange.original?.loading)
    return edited(world, exchange, { message: exchange.original, request })
  const isPrivate = (Number(request.body['flags'] ?? 0) & EPHEMERAL) !== 0
  const message = createMessage(world, {
    channel: exchange.channel.id,
    ...(isPrivate && { only: exchange.user.id }),
    ...request,
  })
  exchange.made.add(message.id)
  // Behind a deferred update these are the first words that the person who pressed gets to see.
  show(exchange, message)
  return ok(messageObject(world, message))
}

/** `GET|PATCH|DELETE /webhooks/:app/:token/messages/:id`. */
export function webhookMessage(
  world: World,
  request: Request,
  { token, id }: { readonly token: string; readonly id: string },
): Answer {
  const exchange = live(world, token)
  if ('status' in exchange) return exchange
  const message = id === '@original' ? exchange.original : world.messages.get(id)
  if (message === undefined || message.deleted || !exchange.made.has(message.id))
    return refuse(10008)
  if (request.method === 'GET') return ok(messageObject(world, message))
  if (request.method === 'PATCH') return edit(world, exchange, { message, request })
  deleteMessage(world, message)
  show(exchange, undefined)
  return done
}

function edit(world: World, exchange: Exchange, change: Change): Answer {
  const problems = check.webhookEdit(change.request.body)
  if (problems.length > 0) return invalid(world, change.request, problems)
  return edited(world, exchange, change)
}

function edited(world: World, exchange: Exchange, { message, request }: Change): Answer {
  editMessage(world, message, request)
  show(exchange, message)
  return ok(messageObject(world, message))
}
interface Change {
  readonly message: FakeMessage
  readonly request: Request
}
