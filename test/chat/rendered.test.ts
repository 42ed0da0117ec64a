import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RenderedMessage } from '../../src/chat/discord/render.ts'
import { renderMessage } from '../../src/chat/discord/render.ts'
import { renderKeyboard } from '../../src/chat/telegram/keyboard.ts'
import { renderReply } from '../../src/chat/telegram/render.ts'
import type { SaidReply } from '../../src/core/reply.ts'
import { LOCALES } from '../../src/core/text.ts'
import { check } from '../fakes/discord/validate.ts'
import { readButtons } from '../fakes/telegram/content.ts'
import { parseHtml } from '../fakes/telegram/html.ts'
import { samplesIn } from './samples.ts'

const words = { serializers: [(value: unknown) => String(value)] }
const golden = (platform: string): string => join(import.meta.dirname, `rendered.${platform}.txt`)

/** Ids, times, owners and how long things took are of the moment. */
const steady = (shown: string): string =>
  shown
    .replaceAll(/J-[0-9A-Z]{6}/g, 'J-000000')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, '<time>')
    .replaceAll(/\b(?=[\da-f]*\d)[\da-f]{8}\b/g, '<id>')
    .replaceAll(/\b\d+:\d+ 0600/g, '<owner> 0600')
    .replaceAll(/\d+ (?:ms|s|秒)(?=\b|$|\))/gm, '<ms>')

function discord(reply: SaidReply): string {
  const rendered = renderMessage(reply)
  assert.deepEqual(check.message(rendered.body), [])
  assert.deepEqual(check.edit(rendered.body), [])
  return discordWords(rendered)
}

function discordWords({ body, files }: RenderedMessage): string {
  const [embed] = body.embeds ?? []
  const fields = (embed?.fields ?? []).map(
    ({ name, value, inline }) => `[${inline === true ? 'in' : 'full'}] ${name}: ${value}`,
  )
  const rows = (body.components ?? []).map((row) =>
    'components' in row
      ? row.components.map((one) => ('label' in one ? `[${one.label}]` : '[…]')).join(' ')
      : '',
  )
  const names = files.map(({ name }) => `(file ${name})`)
  return [embed?.title, embed?.description, ...fields, embed?.footer?.text, ...rows, ...names]
    .filter(Boolean)
    .join('\n')
}

function telegram(reply: SaidReply): string {
  const { html, plain, documents } = renderReply(reply)
  assert.equal(parseHtml(html).text, plain)
  const { rows } = renderKeyboard(reply.actions ?? [], () => 'x'.repeat(22))
  readButtons({ inline_keyboard: rows })
  const buttons = rows.map((row) => row.map(({ text }) => `[${text}]`).join(' '))
  return [html, ...buttons, ...documents.map(({ name }) => `(file ${name})`)].join('\n')
}

test('what people read on Discord and on Telegram', async (t) => {
  const shown = { discord: [] as string[], telegram: [] as string[] }
  for (const locale of LOCALES)
    for (const { name, reply } of await samplesIn(locale)) {
      const head = `═══ ${name} (${locale})`
      shown.discord.push(head, discord(reply))
      shown.telegram.push(head, telegram(reply))
    }
  t.assert.fileSnapshot(steady(shown.discord.join('\n')), golden('discord'), words)
  t.assert.fileSnapshot(steady(shown.telegram.join('\n')), golden('telegram'), words)
})
