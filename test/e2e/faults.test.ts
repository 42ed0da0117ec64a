import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Fault, PlacedFault } from '../fakes/fly/faults.ts'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import { EXTREMES, startSystem, type System } from '../helpers/system.ts'

/* Whatever is wrong, status answers in time with what is known, what is not, and why: never green, never red by guess. */
const FOREVER = Number.POSITIVE_INFINITY
const LIST = /\/v1\/apps\/my-openclaw\/machines$/

interface Case {
  readonly name: string
  readonly arrange: (world: { fly: FakeFly; machine: string }) => PlacedFault | void
  readonly says: readonly RegExp[]
  readonly never?: RegExp
}

const all =
  (fault: Fault): Case['arrange'] =>
  ({ fly }) =>
    fly.fault({ ...fault, times: FOREVER })
const exec =
  (fault: Fault): Case['arrange'] =>
  ({ fly }) =>
    fly.fault({ ...fault, path: /\/exec$/, times: FOREVER })
const READY = /: the gateway is ready/

const CASES: readonly Case[] = [
  { name: 'all is well', arrange: () => {}, says: [READY] },
  {
    name: 'Fly answers 401',
    arrange: all({ kind: 'answer', status: 401 }),
    says: [/token/i],
    never: READY,
  },
  {
    name: 'Fly answers 403',
    arrange: all({ kind: 'answer', status: 403 }),
    says: [/token|allow/i],
    never: READY,
  },
  {
    name: 'Fly answers 404',
    arrange: all({ kind: 'answer', status: 404 }),
    says: [/not|no /i],
    never: READY,
  },
  {
    name: 'only the volumes fail',
    arrange: ({ fly }) =>
      fly.fault({ kind: 'answer', status: 403, path: /volumes$/, times: FOREVER }),
    says: [READY, /volumes could not be read/],
  },
  {
    name: 'the machine list is not JSON',
    arrange: ({ fly }) => fly.fault({ kind: 'malformed', path: LIST, times: FOREVER }),
    says: [/whether the gateway is ready is unknown/, /machines could not be read/],
    never: READY,
  },
  {
    name: 'the machine list is a web page',
    arrange: ({ fly }) => fly.fault({ kind: 'html', path: LIST, times: FOREVER }),
    says: [/unknown/],
    never: READY,
  },
  {
    name: 'exec is refused',
    arrange: exec({ kind: 'answer', status: 403 }),
    says: [/is ready is unknown/],
    never: READY,
  },
  {
    name: 'exec times out',
    arrange: exec({ kind: 'answer', status: 408 }),
    says: [/is ready is unknown/],
    never: READY,
  },
  {
    name: 'the host is unreachable',
    arrange: ({ fly, machine }) => fly.setHost(machine, 'unreachable'),
    says: [/is ready is unknown/, /host/],
    never: READY,
  },
]

/** Whoever asks in their own private chat needs nobody's trust first. */
async function ask({ telegram, owner }: System): Promise<string> {
  const person = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(person)
  telegram.start(person)
  const before = new Set(telegram.messages(chat).map(({ id }) => id))
  telegram.say(person, chat, '/status')
  const isAnswer = ({ id, text }: { id: number; text: string }) =>
    !before.has(id) && /J-[0-9A-Z]{6}/.test(text) && !text.startsWith('⏳')
  return (await telegram.message(chat, isAnswer)).text
}

describe('status under faults', { concurrency: true }, () => {
  for (const shape of EXTREMES)
    describe(shape.name, { skip: shape.skip, concurrency: 1 }, () => {
      let system: System
      let machine: string
      before(async () => {
        system = await startSystem(shape, {}, { runtime: 'process', rateLimits: false })
        machine = (await system.fly.deployOpenclaw()).machine.id
        await system.fly.untilLog('my-openclaw', /\[gateway\] ready/)
      })
      after(() => system.stop())
      let placed: PlacedFault | void
      afterEach(() => {
        placed?.remove()
        system.fly.setHost(machine, 'ok')
      })
      for (const { name, arrange, says, never } of CASES)
        it(name, async () => {
          placed = arrange({ fly: system.fly, machine })
          const text = await ask(system)
          for (const pattern of says) assert.match(text, pattern)
          if (never) assert.doesNotMatch(text, never)
        })
    })
})
