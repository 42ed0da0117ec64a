import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessState } from '../../src/core/access.ts'
import type { AuditEntry } from '../../src/core/audit.ts'
import { createButtons } from '../../src/core/buttons.ts'
import { decideAgain } from '../../src/core/decide-again.ts'
import { createDispatcher } from '../../src/core/dispatcher.ts'
import type { Actor, Invocation, Place } from '../../src/core/invocation.ts'
import type { JobRecord } from '../../src/core/job-record.ts'
import type { Limits } from '../../src/core/limits.ts'
import { createMayPress } from '../../src/core/may-press.ts'
import { BLANK } from '../../src/core/private.ts'
import type { Action } from '../../src/core/reply.ts'
import { say } from '../../src/core/text.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { request } from '../helpers/people.ts'
import { createWorld } from '../helpers/world.ts'
import { actorOf, APPS, PLACES, ROLES, state } from './everybody.ts'

/*
 * Every command × every role × every kind of place × every surface, as the registry has them: whichever way a request comes in, the real
 * front (or the worker) gives the same answer, and what is merely shown (buttons, completion, help) is never more than that.
 */

const registry = await loadCommands()
const PATHS = [...registry.keys()]
const NO_LIMITS: Limits = {
  ask: () => undefined,
  spent: () => false,
  refused: () => undefined,
  admitted: () => undefined,
  reveal: () => undefined,
}
/** What is asked for privately is asked for before a job is made. */
const blank = (path: string) => {
  const hidden = registry.get(path)?.command.private
  return hidden === undefined ? {} : { [hidden.option]: BLANK }
}
/** So many buttons has one reply. */
const CHUNK = 50

async function setup(given: AccessState) {
  const world = await createWorld({ registry, settled: false })
  const access = {
    ...world.deps.access,
    snapshot: () => given,
    fresh: async () => given,
    frozen: async () => given.freeze,
  }
  const seen: AuditEntry[] = []
  const audit = { record: (entry: AuditEntry) => void seen.push(entry) }
  const deps = { ...world.deps, access, audit, apps: APPS }
  const front = createDispatcher(deps, NO_LIMITS)
  /** Why not, or `go`; what is wrong with the options is told only to those who may. */
  const why = (): string => {
    const last = seen.splice(0).findLast(({ event }) => event === 'refused')
    return last === undefined || last.detail === 'input' ? 'go' : (last.detail ?? '')
  }
  return { deps, front, why }
}
type Setup = Awaited<ReturnType<typeof setup>>
type Who = { readonly actor: Actor; readonly place: Place }

async function tokens({ deps }: Setup, { actor, place }: Who, ask: boolean) {
  const buttons = createButtons({ ...deps, may: () => true })
  const found = new Map<string, string>()
  for (let from = 0; from < PATHS.length; from += CHUNK) {
    const paths = PATHS.slice(from, from + CHUNK)
    const actions = paths.map((command): Action => ({
      label: command,
      style: 'neutral',
      intent: { do: 'run', command, input: {} },
      ...(ask && { ask: { label: 'x' } }),
    }))
    const words = { tone: 'info', title: 'x', blocks: [], actions } as const
    const made = await buttons.equip(words, { id: `r-${from}`, place, asker: actor })
    for (const { label, token = '' } of made.actions ?? []) found.set(say(label, 'en'), token)
  }
  return found
}

/** What each surface says about each command. */
async function surfacesFor(
  one: Setup,
  who: Who,
): Promise<Record<string, (path: string) => Promise<string>>> {
  const { front, why, deps } = one
  const [plain, asking] = [await tokens(one, who, false), await tokens(one, who, true)]
  const typed = (path: string, surface: Invocation['surface']) => {
    front.admit(request(path, {}, { ...who, surface, at: deps.clock.now() }))
    return why()
  }
  const pressed = async (token = '', answer?: string) => {
    const surface = answer === undefined ? 'button' : 'modal'
    const { command: _, input: __, ...rest } = request('', {}, { ...who, surface })
    await front.press({ ...rest, token, ...(answer !== undefined && { answer }) })
    return why()
  }
  return {
    slash: async (path) => typed(path, 'slash'),
    words: async (path) => typed(path, 'text'),
    button: async (path) => pressed(plain.get(path)),
    modal: async (path) => pressed(asking.get(path), 'x'),
    worker: async (path) => {
      const invocation = request(path, {}, who)
      const verdict = await decideAgain(deps, { invocation, options: blank(path) } as JobRecord)
      const axis = 'axis' in verdict ? String(verdict.axis) : 'go'
      return axis === 'input' ? 'go' : axis
    },
  }
}

/** Nothing is shown to those whom a press or a command would refuse; a freeze hides nothing. */
async function shownTo(one: Setup, { actor, place }: Who, allowed: ReadonlySet<string>) {
  const { deps, front } = one
  const may = createMayPress({ registry, access: deps.access, apps: APPS, now: deps.clock.now })
  const buttons = PATHS.filter((command) =>
    may({ do: 'run', command, input: {} }, { id: 'x', place, asker: actor }),
  )
  const completed: string[] = []
  for (const { path, options } of registry.values())
    for (const { name } of options) {
      const asked = { command: path, option: name, typed: '', input: {}, actor, place }
      const offered = await front.complete({ ...asked, locale: 'en' })
      if (offered.length > 0) completed.push(path)
    }
  const id = `help-${actor.id}`
  const help = front.admit(request('ops help', {}, { id, actor, place, at: deps.clock.now() }))
  const said = help.kind === 'admitted' ? JSON.stringify(await help.run()) : ''
  one.why()
  const listed = PATHS.filter((path) => said.includes(`"/${path}"`))
  for (const [what, paths] of Object.entries({ buttons, completed, listed }))
    for (const path of paths) assert.ok(allowed.has(path), `${what}: ${path} for ${actor.name}`)
  // And nothing less: who may run it finds it.
  const wanted = PATHS.filter((path) => allowed.has(path))
  assert.deepEqual(buttons, wanted, `buttons of ${actor.name}`)
  if (help.kind === 'admitted') assert.deepEqual(listed, wanted, `help of ${actor.name}`)
}

for (const [name, place] of Object.entries(PLACES))
  for (const isFrozen of name === 'room' ? [false, true] : [false])
    test(`surfaces: ${name}${isFrozen ? ', frozen' : ''}: all of them say the same, and nothing more is shown`, async () => {
      const one = await setup(state(isFrozen))
      for (const role of ROLES) {
        const who = { actor: actorOf(role), place }
        const surfaces = Object.entries(await surfacesFor(one, who))
        const allowed = new Set<string>()
        for (const path of PATHS) {
          const said = new Map<string, string>()
          for (const [surface, ask] of surfaces) said.set(surface, await ask(path))
          assert.equal(
            new Set(said.values()).size,
            1,
            `${path} ${role}: ${JSON.stringify([...said])}`,
          )
          if (['go', 'frozen'].includes(said.get('slash') ?? '')) allowed.add(path)
        }
        await shownTo(one, who, allowed)
      }
    })

test('surfaces: the local console and the command line are the owner, and are asked as everybody is', async () => {
  const one = await setup(state(false))
  const actor: Actor = { platform: 'console', id: 'local', name: 'local', roles: [] }
  const place: Place = { platform: 'console', space: 'local', private: true }
  for (const path of PATHS)
    for (const surface of ['console', 'cli'] as const) {
      const admission = one.front.admit(request(path, {}, { actor, place, surface }))
      assert.equal(one.why(), 'go', path)
      if (admission.kind === 'refused')
        assert.doesNotMatch(admission.reply.title, /You may not/, path)
    }
})
