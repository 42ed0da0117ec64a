import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localise } from '../../src/core/localise.ts'
import { fields, type Reply, reply, table, text } from '../../src/core/reply.ts'
import { LOCALES, tr } from '../../src/core/text.ts'

const T = (name: string) => tr(`${name} en`, `${name} 中文`)

/** A reply in which every text there can be is a pair. */
const EVERY: Reply = reply.warn(
  T('title'),
  [
    text(T('text')),
    fields([T('label'), T('value')], [T('number'), 5], [T('left out'), undefined]),
    table([T('head')], [[T('cell'), 'plain']]),
    { type: 'code', code: 'code stays', language: 'sh' },
    { type: 'progress', steps: [{ label: T('step'), state: 'doing', ms: 5 }] },
    { type: 'secret', label: T('secret'), value: 'hunter2' },
    { type: 'file', name: 'log.txt', content: 'content stays', about: T('about') },
  ],
  {
    footer: T('footer'),
    actions: [
      {
        label: T('button'),
        style: 'danger',
        token: 'x.0',
        intent: { do: 'cancel', job: 'J-1' },
        ask: { label: T('ask'), placeholder: 'stays' },
        choices: [{ label: T('choice'), value: 'v' }],
        into: 'note',
      },
    ],
  },
)

for (const locale of LOCALES)
  test(`every text of a reply is said in ${locale}, and nothing else changes`, () => {
    const s = (name: string) => `${name} ${locale === 'en' ? 'en' : '中文'}`
    assert.deepEqual(localise(EVERY, locale), {
      tone: 'warn',
      locale,
      title: s('title'),
      blocks: [
        { type: 'text', text: s('text') },
        {
          type: 'fields',
          fields: [
            [s('label'), s('value')],
            [s('number'), '5'],
          ],
        },
        { type: 'table', head: [s('head')], rows: [[s('cell'), 'plain']] },
        { type: 'code', code: 'code stays', language: 'sh' },
        { type: 'progress', steps: [{ label: s('step'), state: 'doing', ms: 5 }] },
        { type: 'secret', label: s('secret'), value: 'hunter2' },
        { type: 'file', name: 'log.txt', content: 'content stays', about: s('about') },
      ],
      footer: s('footer'),
      actions: [
        {
          label: s('button'),
          style: 'danger',
          token: 'x.0',
          intent: { do: 'cancel', job: 'J-1' },
          ask: { label: s('ask'), placeholder: 'stays' },
          choices: [{ label: s('choice'), value: 'v' }],
          into: 'note',
        },
      ],
    })
  })

test('what a reply has not, its localised form has not', () => {
  assert.deepEqual(localise(reply.ok(T('title')), 'en'), {
    tone: 'ok',
    locale: 'en',
    title: 'title en',
    blocks: [],
  })
})
