import type { Action, Block, Reply, SaidReply } from './reply.ts'
import { type Locale, say } from './text.ts'

/** The same reply with every text in one language. */
export function localise(reply: Reply, locale: Locale): SaidReply {
  const { title, blocks, actions, footer, tone, glyph, colour, short, mention } = reply
  return {
    tone,
    locale,
    title: say(title, locale),
    blocks: blocks.map((block) => localiseBlock(block, locale)),
    ...(actions && { actions: actions.map((action) => localiseAction(action, locale)) }),
    ...(footer !== undefined && { footer: say(footer, locale) }),
    ...(glyph !== undefined && { glyph }),
    ...(colour !== undefined && { colour }),
    ...(short !== undefined && { short: say(short, locale) }),
    ...(mention !== undefined && { mention }),
  }
}

function localiseBlock(block: Block, locale: Locale): Block<string> {
  switch (block.type) {
    case 'text':
      return { ...block, text: say(block.text, locale) }
    case 'fields':
      return {
        type: 'fields',
        fields: block.fields.map(([label, value]) => [say(label, locale), say(value, locale)]),
      }
    case 'times':
      return { type: 'times', times: block.times.map(([label, at]) => [say(label, locale), at]) }
    case 'table':
      return {
        type: 'table',
        head: block.head.map((cell) => say(cell, locale)),
        rows: block.rows.map((row) => row.map((cell) => say(cell, locale))),
      }
    case 'progress':
      return {
        type: 'progress',
        steps: block.steps.map((step) => ({ ...step, label: say(step.label, locale) })),
      }
    case 'secret':
      return { ...block, label: say(block.label, locale) }
    case 'file':
      return { ...block, content: say(block.content, locale), about: say(block.about, locale) }
    case 'picture':
      return { ...block, about: say(block.about, locale) }
    case 'code':
      return { ...block, code: say(block.code, locale) }
    case 'log':
      return block
    default:
      return block satisfies never
  }
}

function localiseAction(action: Action, locale: Locale): Action<string> {
  const { label, ask, choices, ...rest } = action
  return {
    ...rest,
    label: say(label, locale),
    ...(ask && { ask: localAsk(ask, locale) }),
    ...(choices && {
      choices: choices.map((choice) => ({ ...choice, label: say(choice.label, locale) })),
    }),
  }
}

const localAsk = (
  { label, reason, ...rest }: NonNullable<Action['ask']>,
  locale: Locale,
): NonNullable<Action<string>['ask']> => ({
  ...rest,
  label: say(label, locale),
  ...(reason !== undefined && { reason: say(reason, locale) }),
})
