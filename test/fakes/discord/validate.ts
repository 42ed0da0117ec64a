import * as spec from 'discord-api-spec/zod'
import type { CommandOption } from './world.ts'

type Schema = typeof spec.MessageCreateRequestSchema
type Body = Readonly<Record<string, unknown>>

const CALLBACKS: Readonly<Record<number, Schema>> = {
  4: spec.CreateMessageInteractionCallbackRequestSchema,
  5: spec.CreateMessageInteractionCallbackRequestSchema,
  6: spec.UpdateMessageInteractionCallbackRequestSchema,
  7: spec.UpdateMessageInteractionCallbackRequestSchema,
  8: spec.ApplicationCommandAutocompleteCallbackRequestSchema,
  9: spec.ModalInteractionCallbackRequestSchema,
}

/** What Discord would refuse in a body; empty when it would take it. */
export const check = {
  callback(body: Body): string[] {
    const schema = CALLBACKS[Number(body['type'])]
    if (schema === undefined) return [`type ${String(body['type'])} is no callback`]
    const data = (body['data'] ?? {}) as Body
    if (body['type'] === 5 && Object.keys(data).some((key) => key !== 'flags'))
      return ['a deferral carries flags only']
    return [...bySchema(schema, body), ...rules(data), ...(body['type'] === 9 ? modal(data) : [])]
  },
  followUp: (body: Body): string[] => [
    ...bySchema(spec.IncomingWebhookInteractionRequestSchema, body),
    ...rules(body),
  ],
  webhookEdit: (body: Body): string[] => [
    ...bySchema(spec.IncomingWebhookUpdateForInteractionCallbackRequestPartialSchema, body),
    ...rules(body),
  ],
  message: (body: Body): string[] => [
    ...bySchema(spec.MessageCreateRequestSchema, body),
    ...rules(body),
  ],
  edit: (body: Body): string[] => [
    ...bySchema(spec.MessageEditRequestPartialSchema, body),
    ...rules(body),
  ],
  thread: (body: Body): string[] => bySchema(spec.CreateTextThreadWithMessageRequestSchema, body),
  attachment: (body: object): string[] => bySchema(spec.AttachmentResponseSchema, body),
  direct: (body: Body): string[] => bySchema(spec.CreatePrivateChannelRequestSchema, body),
  commands(body: readonly Body[]): string[] {
    const each = body.flatMap((command) => [
      ...bySchema(spec.ApplicationCommandUpdateRequestSchema, command),
      ...commandRules(command as unknown as SizedOption),
    ])
    const names = new Set(body.map((command) => command['name']))
    return names.size === body.length ? each : [...each, 'two commands with one name']
  },
}

function bySchema(schema: Schema, body: unknown): string[] {
  const { error } = schema.safeParse(body)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

interface Part {
  readonly type: number
  readonly style?: number
  readonly custom_id?: string
  readonly url?: string
  readonly label?: string
  readonly options?: ReadonlyArray<{ value: string }>
  readonly components?: readonly Part[]
}

/** What the published schema does not say. */
function rules(body: Body): string[] {
  const parts = flat((body['components'] ?? []) as readonly Part[])
  const ids = parts.flatMap(({ custom_id: id }) => (id === undefined ? [] : [id]))
  return [
    embedSum(body) > 6000 ? 'embeds: 6000 characters over all embeds' : '',
    parts.length > 40 ? 'components: 40 in all' : '',
    new Set(ids).size === ids.length ? '' : 'components: custom_id twice',
    ...parts.map(partRule),
    ...mentionRules(body),
    ...blankRules(body),
  ].filter((problem) => problem !== '')
}

const flat = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part) => [part, ...flat(part.components ?? [])])

function partRule({ type, style, custom_id: id, url, components, options }: Part): string {
  if (type === 2 && style === 5)
    return url === undefined || id !== undefined ? 'link: url only' : ''
  if (type === 2) return id === undefined || url !== undefined ? 'button: custom_id only' : ''
  const values = (options ?? []).map(({ value }) => value)
  if (new Set(values).size !== values.length) return 'select: value twice'
  const hasSelect = components?.some((part) => part.type === 3) ?? false
  return hasSelect && (components?.length ?? 0) > 1 ? 'row: a select stands alone' : ''
}

interface Embed {
  readonly title?: string
  readonly description?: string
  readonly footer?: { text: string }
  readonly author?: { name: string }
  readonly fields?: ReadonlyArray<{ name: string; value: string }>
}
const embedsOf = (body: Body): readonly Embed[] => (body['embeds'] ?? []) as readonly Embed[]

const embedSum = (body: Body): number =>
  embedsOf(body)
    .flatMap(({ title, description, footer, author, fields }) => [
      title,
      description,
      footer?.text,
      author?.name,
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    ])
    .reduce((sum, text) => sum + (text?.length ?? 0), 0)

const blankRules = (body: Body): string[] =>
  embedsOf(body)
    .flatMap(({ fields }) => fields ?? [])
    .map(({ name, value }) => (name.trim() && value.trim() ? '' : 'embed field: blank'))

function mentionRules(body: Body): string[] {
  const allowed = body['allowed_mentions'] as { parse?: string[]; users?: string[] } | undefined
  return allowed?.parse?.includes('users') && allowed.users ? ['allowed_mentions: exclusive'] : []
}

function modal(data: Body): string[] {
  const count = ((data['components'] ?? []) as unknown[]).length
  return count >= 1 && count <= 5 ? [] : ['modal: 1 to 5 components']
}

interface SizedOption extends CommandOption {
  readonly description?: string
  readonly description_localizations?: Record<string, string>
}
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

function commandRules(command: SizedOption): string[] {
  const all = nested(command)
  const size = all.reduce((sum, option) => sum + sizeOf(option), 0)
  const bad = all.filter(({ name }) => !NAME.test(name) || name !== name.toLowerCase())
  const late = all.filter(({ options }) =>
    (options ?? []).some(
      ({ required }, i) => required && options?.[i - 1]?.required !== true && i > 0,
    ),
  )
  const both = all.filter(({ choices, autocomplete }) => choices?.length && autocomplete)
  const tooMany = all.filter(({ options }) => (options?.length ?? 0) > 25)
  return [
    ...(size > 8000 ? [`${command.name}: ${size} characters, 8000 at most`] : []),
    ...bad.map(({ name }) => `${name}: name`),
    ...late.map(({ name }) => `${name}: required options first`),
    ...both.map(({ name }) => `${name}: choices and autocomplete`),
    ...tooMany.map(({ name }) => `${name}: 25 options at most`),
  ]
}

const nested = (option: SizedOption): SizedOption[] => [
  option,
  ...(option.options ?? []).flatMap((inner) => nested(inner as SizedOption)),
]

/** Of several languages the longest counts. */
function sizeOf(option: SizedOption): number {
  const { name, description = '', description_localizations: others = {}, choices = [] } = option
  const about = [description, ...Object.values(others)].map((text) => text.length)
  const values = choices.map((choice) => choice.name.length + String(choice.value).length)
  return [name.length, Math.max(...about), ...values].reduce((a, b) => a + b, 0)
}
