import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ButtonStyle,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10'
import type { Question } from '../../core/front.ts'
import type { Action } from '../../core/reply.ts'
import { truncate } from '../../core/text.ts'
import { LIMITS } from './limits.ts'
import { fileField } from './upload.ts'

/** As much of it is written down. */
const REASON_MAX = 200

type Row = APIActionRowComponent<APIComponentInMessageActionRow>
type Component = APIComponentInMessageActionRow

const STYLE = {
  primary: ButtonStyle.Primary,
  success: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
  neutral: ButtonStyle.Secondary,
} as const satisfies Record<Action['style'], ButtonStyle>

/** Rows of five buttons, a row for each select; `left` counts the actions that found no room. */
export function renderActions(actions: ReadonlyArray<Action<string>>): {
  components: Row[]
  left: number
} {
  const seen = new Set<string>()
  const drawn = actions.flatMap((action) => {
    const component = draw(action)
    const key = component && ('custom_id' in component ? component.custom_id : action.url)
    if (component === undefined || key === undefined || seen.has(key)) return []
    seen.add(key)
    return [component]
  })
  const rows: Component[][] = []
  for (const component of drawn) addTo(rows, component)
  const shown = rows.slice(0, LIMITS.rows)
  return {
    components: shown.map((components) => ({ type: ComponentType.ActionRow, components })),
    left: drawn.length - shown.flat().length,
  }
}

function addTo(rows: Component[][], component: Component): void {
  const last = rows.at(-1)
  const open = last?.[0]?.type === ComponentType.Button && last.length < LIMITS.buttonsInRow
  if (open && component.type === ComponentType.Button) last.push(component)
  else rows.push([component])
}

function draw(action: Action<string>): Component | undefined {
  if (action.choices !== undefined) return select(action)
  const label = truncate(action.label.trim(), LIMITS.buttonLabel) || '…'
  if (action.url !== undefined) return link(action.url, label)
  if (!hasToken(action)) return undefined
  return {
    type: ComponentType.Button,
    style: STYLE[action.style],
    label,
    custom_id: action.token,
  }
}

function link(url: string, label: string): APIButtonComponent | undefined {
  if (url.length > LIMITS.url || !/^https?:/i.test(url) || !URL.canParse(url)) return undefined
  return { type: ComponentType.Button, style: ButtonStyle.Link, label, url }
}

function select(action: Action<string>): Component | undefined {
  const values = new Map(action.choices?.map(({ label, value }) => [value, label]))
  const options = [...values]
    .filter(([value]) => value !== '' && value.length <= LIMITS.selectText)
    .slice(0, LIMITS.selectOptions)
    .map(([value, label]) => ({ value, label: truncate(label.trim(), LIMITS.selectText) || value }))
  if (options.length === 0 || !hasToken(action)) return undefined
  return {
    type: ComponentType.StringSelect,
    custom_id: action.token,
    options,
    placeholder: truncate(action.label.trim(), LIMITS.placeholder),
  }
}

type WithToken = Action<string> & { readonly token: string }
const hasToken = (action: Action<string>): action is WithToken =>
  action.token !== undefined && action.token !== '' && action.token.length <= LIMITS.customId

/** A question as a modal: one Label with one field of text, and a second one for a file or where a reason is wanted. Discord has no hidden input, so a secret is only kept out of channels. */
export function renderModal(question: Question): APIModalInteractionResponseCallbackData {
  const { token, title, label, placeholder, reason, value } = question
  return {
    custom_id: token,
    title: truncate(title.trim(), LIMITS.modalTitle) || '…',
    components: [
      {
        type: ComponentType.Label,
        label: truncate(label.trim(), LIMITS.modalLabel) || '…',
        component: {
          type: ComponentType.TextInput,
          custom_id: 'answer',
          style: value?.lines ? TextInputStyle.Paragraph : TextInputStyle.Short,
          // Where it may be a file, neither field has to be filled; that one of them is, is looked at behind.
          required: value === undefined,
          max_length: LIMITS.textValue,
          ...(placeholder && { placeholder: truncate(placeholder, LIMITS.textPlaceholder) }),
        },
      },
      ...(value === undefined ? [] : [fileField(value.file)]),
      ...(reason === undefined ? [] : [reasonField(reason)]),
    ],
  }
}

const reasonField = (label: string): APILabelComponent => ({
  type: ComponentType.Label,
  label: truncate(label.trim(), LIMITS.modalLabel) || '…',
  component: {
    type: ComponentType.TextInput,
    custom_id: 'reason',
    style: TextInputStyle.Short,
    required: true,
    max_length: REASON_MAX,
  },
})
