import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { payload as hookBody, SIGN } from '../../helpers/hooks.ts'
import type { Stage } from './stage.ts'

const post = (url: string, headers: Readonly<Record<string, string>>, body: string | Buffer) =>
  fetch(url, { method: 'POST', headers, body: body as string })

/** Bodies in Discord's name without its signature over them, and such as are no interaction. */
export async function forgedInteractions(stage: Stage): Promise<void> {
  const { discord, people, room, url } = stage
  const to = `${url}/discord/interactions`
  const { exchange, raw } = discord.command(people.discord.admin, room(0), '/ops freeze', {
    reason: 'a joke',
  })
  const { headers, body } = discord.signed(raw)
  const [signature = '', at = ''] = [
    headers['x-signature-ed25519'],
    headers['x-signature-timestamp'],
  ]
  const own = generateKeyPairSync('ed25519').privateKey
  const forged = sign(null, Buffer.from(at + body), own).toString('hex')
  const other = discord.signed({ ...raw, type: 1 })
  const without = (given: object, name: string) =>
    Object.fromEntries(Object.entries(given).filter(([key]) => key !== name))
  const table: ReadonlyArray<readonly [string, Record<string, string>, string]> = [
    ['no headers', {}, body],
    ['no signature', without(headers, 'x-signature-ed25519'), body],
    ['no time', without(headers, 'x-signature-timestamp'), body],
    ['another key', { ...headers, 'x-signature-ed25519': forged }, body],
    ['the signature of another body', { ...other.headers }, body],
    ['another time', { ...headers, 'x-signature-timestamp': String(Number(at) + 1) }, body],
    ['a time that is none', { ...headers, 'x-signature-timestamp': `${at}e0` }, body],
    ['another body', { ...headers }, `${body} `],
    ['no hex', { ...headers, 'x-signature-ed25519': 'z'.repeat(128) }, body],
    ['half of it', { ...headers, 'x-signature-ed25519': signature.slice(2) }, body],
  ]
  await stage.unchanged('forged interactions', async () => {
    for (const [what, sent, text] of table)
      assert.equal((await post(to, sent, text)).status, 401, what)
    for (const payload of [[], 'x', 7, null, {}, { type: 99 }, { type: 'x' }]) {
      const signed = discord.signed(payload as object)
      const { status } = await post(to, { ...signed.headers }, signed.body)
      assert.ok(status === 202 || status === 400, `${JSON.stringify(payload)}: ${status}`)
    }
    const text = discord.signedText('no JSON')
    assert.equal((await post(to, { ...text.headers }, text.body)).status, 400)
    stage.pass(5 * 60_000 + 2000)
    assert.equal((await post(to, { ...headers }, body)).status, 401, 'signed five minutes ago')
  })
  assert.equal(exchange.ack, undefined, 'nobody was answered')
  assert.deepEqual(
    stage.forged().filter((line) => line.startsWith('discord')),
    [
      'discord interactions: not signed',
      'discord interactions: wrong or old signature',
      'discord interactions: not signed, 1 more within an hour',
      'discord interactions: wrong or old signature, 8 more within an hour',
    ],
    'in the record, folded',
  )
}

/** Updates in Telegram's name without its secret, and such as are no update. */
export async function forgedUpdates(stage: Stage): Promise<void> {
  const { url, telegram, owner } = stage
  const hook = telegram.updates.webhook() ?? assert.fail('no webhook')
  const to = `${url}${new URL(hook.url).pathname}`
  const from = { id: Number(owner.telegram), is_bot: false, first_name: 'Olga' }
  const chat = { id: from.id, type: 'private', first_name: 'Olga' }
  const said = {
    message_id: 9,
    date: Math.floor(Date.now() / 1000),
    chat,
    from,
    text: '/ops freeze reason="a joke"',
  }
  const body = JSON.stringify({ update_id: 7, message: said })
  const name = 'x-telegram-bot-api-secret-token'
  const right = { [name]: 'the-right-one' }
  await stage.unchanged('forged updates', async () => {
    assert.equal((await post(to, {}, body)).status, 401)
    for (const secret of ['', 'the-wrong-one', 'the-right-one ', 'the-right-on', 'THE-RIGHT-ONE'])
      if (secret.trim() !== 'the-right-one')
        assert.ok([401, 403].includes((await post(to, { [name]: secret }, body)).status), secret)
    for (const path of ['/telegram/', '/telegram/x', `${new URL(to).pathname}x`, '/telegram'])
      assert.equal((await post(`${url}${path}`, right, body)).status, 404, path)
    for (const text of ['', 'x', '[]', '{}', '{"update_id":"7"}', 'null'])
      assert.equal((await post(to, right, text)).status, 400, text)
    for (const update of [
      { update_id: 1 },
      { update_id: 2, message: {} },
      { update_id: 3, callback_query: { id: '1' } },
    ])
      assert.ok((await post(to, right, JSON.stringify(update))).status < 600)
  })
  const told = stage.forged().filter((line) => line.startsWith('telegram'))
  for (const why of [/: no secret$/, /: wrong secret$/, /: wrong secret, \d more within an hour$/])
    assert.ok(
      told.some((line) => why.test(line)),
      `${why}`,
    )
}

/** Alerts from nobody: unknown paths, other sources' secrets, wrong, old and missing signatures; the same one twice is one. */
export async function forgedHooks(stage: Stage): Promise<void> {
  const { url, endpoint, logged } = stage
  const [plain, signed] = await Promise.all(
    (['alertmanager', 'grafana'] as const).map((source) =>
      endpoint.hooks.createHook(source, { by: 'x' }),
    ),
  )
  assert.ok(plain && signed?.key)
  const secretOf = ({ path }: typeof plain) => path.reveal().split('/').at(-1) ?? ''
  const key = signed.key.reveal()
  const body = hookBody('grafana.firing.json')
  const firing = hookBody('alertmanager.firing.json')
  const seconds = (ms: number) => String(Math.floor((endpoint.clock.now() + ms) / 1000))
  const send = async (path: string, headers: Record<string, string>, text: Buffer) =>
    (await post(`${url}${path}`, headers, text)).status
  const [one, two] = [plain.path.reveal(), signed.path.reveal()]
  await stage.unchanged('forged hooks', async () => {
    for (const path of [
      `${one}x`,
      one.slice(0, -1),
      `/hooks/grafana/${secretOf(plain)}`,
      '/hooks/nobody/x',
      '/hooks/alertmanager/',
    ])
      assert.equal(await send(path, {}, firing), 404, path)
    const wrong = [
      {},
      SIGN.grafana('another key', body, seconds(0)),
      SIGN.grafana(key, firing, seconds(0)),
      SIGN.grafana(key, body, seconds(-600_000)),
    ]
    for (const headers of wrong) assert.equal(await send(two, headers, body), 401)
    assert.equal(await send(one, {}, Buffer.alloc(300 * 1024, 0x20)), 413)
  })
  const warned = logged.filter(
    ({ message }) => message === 'A hook was not signed as it should be.',
  )
  assert.equal(warned.length, 4, 'said in the log')
  const told = stage.forged().filter((line) => line.startsWith('hooks'))
  for (const line of [
    'hooks alertmanager: no such address',
    'hooks other: no such address',
    'hooks grafana: not signed as it should be',
    'hooks grafana: not signed as it should be, 3 more within an hour',
  ])
    assert.ok(told.includes(line), `${line} in ${JSON.stringify(told)}`)
  const open = async () => (await endpoint.oncall.oncall.list()).length
  const right = SIGN.grafana(key, body, seconds(0))
  assert.equal(await send(two, right, body), 202)
  const before = await open()
  assert.ok(before > 0, 'the true one counts')
  assert.equal(await send(two, right, body), 202)
  assert.equal(await open(), before, 'once')
}
