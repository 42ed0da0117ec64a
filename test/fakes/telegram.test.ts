import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { Telegraf, Telegram } from 'telegraf'
import { type FakeTelegramOptions, startFakeTelegram } from './telegram/index.ts'
import { readButtons } from './telegram/content.ts'
import { parseHtml } from './telegram/html.ts'
import { createTypeCheck, createValidator, tableIsHere } from './telegram/validate.ts'

async function start(t: TestContext, options?: FakeTelegramOptions) {
  const fake = await startFakeTelegram(options)
  t.after(() => fake.close())
  const api = new Telegram(fake.token, { apiRoot: fake.url })
  const ana = fake.user()
  fake.start(ana)
  return { fake, api, ana, chat: fake.private(ana) }
}
const failing = (code: number, words: RegExp) => (error: Error) => {
  assert.match(error.message, new RegExp(`^${code}: `))
  assert.match(error.message, words)
  return true
}

suite('The Telegram double', { timeout: 60_000 }, () => {
  test('runs a whole bot of telegraf, launched and stopped', async (t) => {
    const { fake } = await start(t)
    const bot = new Telegraf(fake.token, { telegram: { apiRoot: fake.url } })
    bot.command('ping', (ctx) => ctx.reply('pong'))
    const launched = bot.launch({ allowedUpdates: ['message'] })
    const ben = fake.user()
    fake.say(ben, fake.private(ben), '/ping')
    const answer = await fake.message(fake.private(ben))
    assert.equal(answer.text, 'pong')
    bot.stop()
    await launched
  })

  test('keeps updates until they are confirmed, and drops kinds nobody asked for', async (t) => {
    const { fake, api, ana, chat } = await start(t)
    const one = fake.say(ana, chat, 'one')
    const two = fake.say(ana, chat, 'two')
    fake.edit(two, 'changed')
    const all = await api.getUpdates(0, 100, 0, ['message'])
    assert.deepEqual(
      (await api.getUpdates(0, 100, one.update, undefined)).map(({ update_id }) => update_id),
      all.slice(1).map(({ update_id }) => update_id),
    )
    assert.equal((await api.getUpdates(0, 1, 0, undefined)).length, 1)
    fake.edit(one, 'not for us')
    assert.equal(fake.updates.pending(), all.length - 1)
    await api.getUpdates(0, 100, two.update + 2, undefined)
    assert.equal(fake.updates.pending(), 0)
  })

  test('holds a poll open until something comes, and gives way to a newer one', async (t) => {
    const { fake, api, ana, chat } = await start(t)
    await api.getUpdates(0, 100, 800_000_000, undefined)
    const older = assert.rejects(
      api.getUpdates(30, 100, 0, undefined),
      failing(409, /terminated by other/),
    )
    while (!fake.updates.polling()) await api.getMe()
    const newer = api.getUpdates(30, 100, 0, undefined)
    await older
    fake.say(ana, chat, 'hello')
    assert.equal((await newer).length, 1)
  })

  test('delivers to a webhook with its secret until it is taken', async (t) => {
    const seen: unknown[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers['x-telegram-bot-api-secret-token'])
      request.resume()
      response.writeHead(seen.length < 3 ? 500 : 200).end()
      if (seen.length === 3) server.emit('taken')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { fake, api, ana, chat } = await start(t, {
      webhookRetryMs: 1,
      reach: () => `${origin}/x`,
    })
    await api.getUpdates(0, 100, 800_000_000, undefined)
    await assert.rejects(api.setWebhook('http://plain'), failing(400, /HTTPS/))
    await api.setWebhook('https://bot.example/x', { secret_token: 's3' })
    await assert.rejects(api.getUpdates(0, 1, 0, undefined), failing(409, /webhook is active/))
    const taken = once(server, 'taken')
    fake.say(ana, chat, 'hello')
    await taken
    assert.deepEqual(seen, ['s3', 's3', 's3'])
    await api.deleteWebhook()
    server.closeAllConnections()
  })

  for (const [html, expected] of [
    ['a <b>b</b> &amp; &lt;c&gt; &#39;&#x41; &nbsp;', "a b & <c> 'A &nbsp;"],
    ['<pre><code class="language-js">x</code></pre>', 'x'],
    ['<blockquote expandable>l <i>m</i></blockquote>', 'l m'],
    ['<a href="https://x.y/?a=1&amp;b">z</a>', 'z'],
    ['<div>x</div>', /Unsupported start tag "div" at byte offset 0/],
    ['ö < 1', /Unsupported start tag "" at byte offset 3/],
    ['<b>x', /Can't find end tag corresponding to start tag "b"/],
    ['x</b>', /Unmatched end tag/],
    ['<b><i>x</b></i>', /expected "<\/i>", found "<\/b>"/],
    ['<code><b>x</b></code>', /"b" inside "code"/],
    ['<blockquote><blockquote>x</blockquote></blockquote>', /inside "blockquote"/],
    ['<b class="x">y</b>', /Unexpected attributes/],
  ] as const)
    test(`reads HTML as Telegram does: ${html}`, () => {
      if (typeof expected === 'string') assert.equal(parseHtml(html).text, expected)
      else assert.throws(() => parseHtml(html), expected)
    })

  test('refuses what Telegram refuses of messages', async (t) => {
    const { fake, api, chat } = await start(t)
    const html = { parse_mode: 'HTML' } as const
    const send = (text: string, extra = {}) => api.sendMessage(chat.id, text, extra)
    await assert.rejects(send('x'.repeat(4097)), failing(400, /message is too long/))
    await assert.rejects(send(`<b>${'x'.repeat(4097)}</b>`, html), failing(400, /too long/))
    await send(`<b>${'&lt;'.repeat(4096)}</b>`, html)
    await assert.rejects(send('<b> </b>', html), failing(400, /text is empty/))
    const data = (callback_data: string) => ({
      reply_markup: { inline_keyboard: [[{ text: 'x', callback_data }]] },
    })
    const sent = await send('x', data('ö'.repeat(32)))
    const edit = (text: string) =>
      api.editMessageText(chat.id, sent.message_id, undefined, text, data('ö'.repeat(32)))
    await assert.rejects(edit('x'), failing(400, /message is not modified/))
    await edit('y')
    await api.deleteMessage(chat.id, sent.message_id)
    await assert.rejects(edit('z'), failing(400, /message to edit not found/))
    await assert.rejects(send('x', { message_thread_id: 5 }), failing(400, /thread not found/))
    await assert.rejects(api.sendMessage(1, 'x'), failing(400, /chat not found/))
    await assert.rejects(
      send('x', { reply_parameters: { message_id: 9_999 } }),
      failing(400, /message to be replied not found/),
    )
    assert.equal(fake.messages(chat).length, 1)
  })

  test('lets nobody be written to who did not begin', async (t) => {
    const { fake, api } = await start(t)
    const ben = fake.user()
    const chat = fake.private(ben)
    await assert.rejects(api.sendMessage(chat.id, 'x'), failing(403, /can't initiate conversation/))
    fake.start(ben)
    await api.sendMessage(chat.id, 'x')
    fake.block(ben)
    await assert.rejects(api.sendMessage(chat.id, 'x'), failing(403, /blocked by the user/))
  })

  test('takes an answer to a press once, for 15 seconds', async (t) => {
    let now = Date.UTC(2026, 0, 1)
    const { fake, api, ana, chat } = await start(t, { clock: { now: () => now } })
    await api.sendMessage(chat.id, 'x', {
      reply_markup: { inline_keyboard: [[{ text: 'Go', callback_data: 'd' }]] },
    })
    const [message] = fake.messages(chat)
    assert.ok(message)
    const press = fake.press(message, 'Go', ana)
    now += 14_999
    await api.answerCbQuery(press.id, 'ok', { show_alert: true })
    assert.deepEqual(press.answer, { text: 'ok', alert: true })
    await assert.rejects(api.answerCbQuery(press.id), failing(400, /query is too old/))
    const late = fake.press(message, 'Go', ana)
    now += 15_000
    await assert.rejects(api.answerCbQuery(late.id), failing(400, /query is too old/))
  })

  test('slows down a group at 20 messages a minute', async (t) => {
    let now = 0
    const { fake, api } = await start(t, { clock: { now: () => now } })
    const group = fake.group()
    for (let n = 0; n < 20; n += 1) await api.sendMessage(group.id, `${n}`)
    now += 20_000
    await assert.rejects(api.sendMessage(group.id, 'x'), (error: { parameters?: object }) => {
      assert.deepEqual(error.parameters, { retry_after: 40 })
      return true
    })
    now += 40_000
    await api.sendMessage(group.id, 'x')
  })

  test('takes documents as multipart, and moves groups', async (t) => {
    const { fake, api, chat } = await start(t)
    await api.sendDocument(chat.id, { source: Buffer.from('hällo'), filename: 'a.txt' })
    assert.deepEqual(fake.messages(chat)[0]?.document, { name: 'a.txt', content: 'hällo' })
    const group = fake.group()
    const moved = fake.migrate(group)
    await assert.rejects(api.sendMessage(group.id, 'x'), (error: { parameters?: object }) => {
      assert.deepEqual(error.parameters, { migrate_to_chat_id: moved.id })
      return true
    })
  })

  test('hands out what people send, as the published table has it, while its message is there', async (t) => {
    const { fake, api, ana, chat } = await start(t)
    const check = createTypeCheck()
    const sent = fake.send(ana, chat, { content: Buffer.from('key') })
    fake.send(ana, chat, { content: Buffer.from('png'), as: 'photo' })
    const updates = await api.getUpdates(0, 100, 0, ['message'])
    assert.deepEqual(
      updates.flatMap((update) => check('Update', update)),
      [],
    )
    const [file] = updates.flatMap((update) =>
      'message' in update && 'document' in update.message ? update.message.document : [],
    )
    assert.ok(file)
    const found = await api.getFile(file.file_id)
    assert.deepEqual(check('File', found), [])
    assert.equal(await (await fetch(await api.getFileLink(found))).text(), 'key')
    await api.deleteMessage(chat.id, sent.message.id)
    await assert.rejects(api.getFile(file.file_id), failing(400, /wrong file_id/))
    assert.equal((await fetch(`${fake.url}/file/botother/${found.file_path}`)).status, 404)
  })

  test('does not close in silence over requests that nobody expects', async () => {
    const fake = await startFakeTelegram()
    const api = new Telegram(fake.token, { apiRoot: fake.url })
    await assert.rejects(api.getChat(5), failing(404, /Not Found/))
    await assert.rejects(fake.close(), /unexpected requests to Telegram:\ngetChat: not expected/)
  })

  test('refuses a button with more than 64 bytes', () => {
    assert.throws(
      () => readButtons({ inline_keyboard: [[{ text: 'x', callback_data: 'ö'.repeat(33) }]] }),
      /DATA_INVALID/,
    )
  })

  test('checks parameters by the published table', (t) => {
    if (!tableIsHere())
      return t.skip('../shared/reference/chat/telegram-api.json is not beside the repository')
    const validate = createValidator()
    const text = { chat_id: 1, text: 'x' }
    assert.deepEqual(validate('sendMessage', text), [])
    assert.deepEqual(validate('sendMessage', { text: 'x' }), ['sendMessage.chat_id: missing'])
    assert.deepEqual(validate('sendMessage', { ...text, colour: 1 }), [
      'sendMessage.colour: unknown',
    ])
    assert.deepEqual(validate('sendMessage', { ...text, text: 5 }), [
      'sendMessage.text: not String',
    ])
    const markup = { force_reply: true, input_field_placeholder: 'x'.repeat(65) }
    assert.deepEqual(validate('sendMessage', { ...text, reply_markup: markup }), [
      'sendMessage.reply_markup.input_field_placeholder: 65 characters, allowed 1-64',
    ])
    assert.deepEqual(
      validate('answerCallbackQuery', { callback_query_id: '1', text: 'x'.repeat(201) }),
      ['answerCallbackQuery.text: 201 characters, allowed 0-200'],
    )
    assert.deepEqual(validate('noSuchThing', {}), ['noSuchThing: no such method'])
  })
})
