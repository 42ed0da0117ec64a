import assert from 'node:assert/strict'
import { commandOf } from '../../../src/core/machine-config.ts'
import { overrideOf } from '../../../src/core/overrides.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { tryEverywhere } from './config-change.ts'

const OLD = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
const NEW = `${OLD} --verbose`

const runs = ({ config }: FakeMachine): string => commandOf(config).join(' ')

tryEverywhere({
  line: (machine) =>
    [
      'machine command',
      ...(machine === undefined ? [] : [`machine=${machine}`]),
      `set="${NEW}"`,
    ].join(' '),
  isNew: (machine) => runs(machine) === NEW,
  isOld: (machine) => runs(machine) === OLD,
  unproven: /has the new command/,
  also: async ({ store, deployed: { app, machine } }, end) => {
    const set = await overrideOf(store, { app, machine: machine.id })
    assert.deepEqual(set?.command, end === 'new' ? NEW.split(' ') : undefined)
  },
  // Two places: the reads that prove the update; and ten on the way back, where everything is read, whatever was spoiled.
  half: { there: 14, back: 71 },
})
