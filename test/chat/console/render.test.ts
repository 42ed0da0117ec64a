import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { localise } from '../../../src/core/localise.ts'
import { code, reply, text } from '../../../src/core/reply.ts'

test('nothing that others wrote moves the cursor of a terminal, wherever it stands', () => {
  const said = reply.ok(
    'By \u001b[2Jana',
    [text('a\u001b]0;title\u0007\tb'), code('one\u001b[31m\ntwo\u009b1A')],
    { footer: '\u0008x' },
  )
  assert.equal(renderConsole(localise(said, 'en')), '✅ By ana\na\tb\n  one\n  two\n(x)')
})
