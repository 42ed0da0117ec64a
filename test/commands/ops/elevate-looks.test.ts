import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderMessage } from '../../../src/chat/discord/render.ts'
import { renderKeyboard } from '../../../src/chat/telegram/keyboard.ts'
import { renderReply } from '../../../src/chat/telegram/render.ts'
import type { Actor, Place } from '../../../src/core/invocation.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import { ADMIN, grantTo, OPERATOR } from '../../helpers/people.ts'
import { button, createWorld, type Told } from '../../helpers/world.ts'

/* How elevation and linking look to those who ask and approve, on both platforms and in both languages. */

const registry = await loadCommands()
const ANN: Actor = { platform: 'telegram', id: '42', name: 'Ann', roles: [] }
const CHAT: Place = { platform: 'telegram', space: '-100', private: false }
const WISH = { role: 'admin', for: '30m', reason: 'rotate the leaked token' }

/** Without what differs each time. */
const fixed = (words: string): string =>
  words
    .replaceAll(/G-[0-9a-f]{8}/g, 'G-<id>')
    .replaceAll(/(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}/g, '<code>')
    .replaceAll(/[\w-]{22}\.\d/g, '<token>')

function looks(name: string, { reply }: Told): string {
  assert.ok(reply, name)
  const { content, embeds, components } = renderMessage(reply).body
  const discord = JSON.stringify({ content, embeds, components }, undefined, 1)
  const telegram = `${renderReply(reply).html}\n${keys(reply)}`
  return fixed(`--- ${name}, Discord\n${discord}\n--- ${name}, Telegram\n${telegram}\n`)
}
const keys = ({ actions = [] }: SaidReply): string =>
  renderKeyboard(actions, (value) => value)
    .rows.map((row) => row.map(({ text }) => `[${text}]`).join(' '))
    .join('\n')

/** The first button, in whatever language. */
const approve = ({ reply }: Told) => button(reply, reply?.actions?.[0]?.label ?? assert.fail())

for (const locale of ['en', 'zh-TW'] as const) {
  test(`elevate: how it looks in ${locale}`, async (t) => {
    const world = await createWorld({ registry })
    const asked = await world.ask('ops access elevate', WISH, { actor: OPERATOR, locale })
    const own = await world.press(approve(asked), { actor: OPERATOR, locale })
    const done = await world.press(approve(asked), { actor: ADMIN, locale })
    const alone = await createWorld({ registry, settled: false })
    await alone.deps.access.trust(CHAT, 'discord:100')
    const scope = { platform: 'telegram', space: '-100' } as const
    await alone.deps.access.grant(grantTo(ANN, 'operator', { scope }))
    const nobody = { actor: ANN, place: CHAT, locale }
    const pages = [
      looks('the wish', asked),
      looks('approved by the asker', own),
      looks('approved', done),
      looks('approved twice', await world.press(approve(asked), { actor: ADMIN, locale })),
      looks(
        'a wish of a stranger',
        await alone.ask('ops access elevate', WISH, { ...nobody, actor: { ...ANN, id: '43' } }),
      ),
    ]
    t.assert.snapshot(pages.join('\n'), { serializers: [String] })
  })

  test(`link: how it looks in ${locale}`, async (t) => {
    const world = await createWorld({ registry })
    await world.deps.access.trust(CHAT, 'telegram:100')
    const scope = { platform: 'telegram', space: '-100' } as const
    await world.deps.access.grant(grantTo(ANN, 'admin', { scope }))
    const there = { actor: ANN, place: CHAT, locale }
    const shown = await world.ask('ops access link', {}, { actor: OPERATOR, locale })
    const code = /code=([0-9A-Z-]+)/.exec(JSON.stringify(shown.reply))?.[1] ?? ''
    const entered = await world.ask('ops access link', { code }, there)
    const pages = [
      looks('the code', shown),
      looks('entered', entered),
      looks('entered twice', await world.ask('ops access link', { code }, there)),
      looks('unlinked by oneself', await world.ask('ops access link', { code: 'off' }, there)),
      looks(
        'unlinked by an admin',
        await world.ask(
          'ops access link',
          { code: 'off', who: 'discord:300' },
          { actor: ADMIN, locale },
        ),
      ),
    ]
    t.assert.snapshot(pages.join('\n'), { serializers: [String] })
  })
}
