import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderMessage } from '../../src/chat/discord/render.ts'
import { renderKeyboard } from '../../src/chat/telegram/keyboard.ts'
import { renderReply } from '../../src/chat/telegram/render.ts'
import { LOCALES } from '../../src/core/text.ts'
import { check } from '../fakes/discord/validate.ts'
import { createValidator } from '../fakes/telegram/validate.ts'
import { incidentAndCommands } from '../helpers/incident-commands.ts'

const telegram = createValidator()

for (const locale of LOCALES)
  test(`timeline, silence and its undo on both platforms, ${locale}`, async (t) => {
    const { id, run } = await incidentAndCommands()
    await run('ack', { id })
    const answers = [
      await run('alerts', { id }),
      await run('silence', { id, for: '1h' }),
      await run('unsilence', { id }),
    ]
    for (const answer of answers) {
      const said = locale === 'en' ? answer.en : answer.zh
      const actions = (said.actions ?? []).map((action, n) => ({ ...action, token: `t${n}` }))
      const { body, files } = renderMessage({ ...said, actions })
      assert.deepEqual(check.message(body), [])
      t.assert.snapshot({ body, files: files.map(({ name, data }) => [name, String(data)]) })
      const { html, documents } = renderReply(said)
      const { rows } = renderKeyboard(actions, () => 'x'.repeat(22))
      const keyboard = { reply_markup: { inline_keyboard: rows } }
      const message = { chat_id: 1, text: html, parse_mode: 'HTML', ...keyboard }
      assert.deepEqual(telegram('sendMessage', message), [])
      t.assert.snapshot({ html, documents, rows: rows.map((row) => row.map(({ text }) => text)) })
    }
  })
