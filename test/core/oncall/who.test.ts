import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessState } from '../../../src/core/access.ts'
import { localise } from '../../../src/core/localise.ts'
import { NOBODY } from '../../../src/core/oncall/schedule.ts'
import { renderWho, whoNow } from '../../../src/core/oncall/who.ts'
import { START } from '../../helpers/clock.ts'

const owned = (...owners: string[]): AccessState => ({
  owners,
  trusted: [],
  grants: [],
  ceilings: [],
  links: [],
  freeze: null,
})

const KNOWN: ReadonlyArray<readonly [string, AccessState | undefined, lines: string[][]]> = [
  [
    'an owner is known: they are asked instead',
    owned('discord:1'),
    [['Asked instead', 'discord:1']],
  ],
  ['no owner is known: nobody is said to be asked instead', owned(), []],
  ['who rules was not read yet: nobody is said to be asked instead', undefined, []],
]
for (const [what, state, lines] of KNOWN)
  test(`who: nobody is on call and ${what}`, () => {
    const { blocks } = localise(renderWho(whoNow(NOBODY, state, START)), 'en')
    const fields = blocks.flatMap((block) => (block.type === 'fields' ? block.fields : []))
    assert.deepEqual(fields, lines)
  })
