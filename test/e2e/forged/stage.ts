import assert from 'node:assert/strict'
import type { AuditEntry } from '../../../src/core/audit.ts'
import type { Grant } from '../../../src/core/access.ts'
import type { FakeMessage } from '../../fakes/discord/world.ts'
import { type InsideSystem, startInside } from '../../helpers/inside-system.ts'
import { grantTo } from '../../helpers/people.ts'

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Two guilds and two groups that are trusted, and in each an admin, an operator and a viewer; everybody else is a stranger. */
export async function openStage(on: Parameters<typeof startInside>[0]) {
  const inside = await startInside(on)
  const { discord, telegram, endpoint } = inside
  const guilds = [discord.guild(), discord.guild()] as const
  const rooms = guilds.map((guild) => [discord.channel(guild), discord.channel(guild)] as const)
  const groups = [telegram.group(), telegram.group()] as const
  const people = {
    discord: three(() => discord.user()),
    telegram: three(() => telegram.user()),
  }
  const { access } = endpoint
  const spaces = {
    discord: guilds.map(({ id }) => id),
    telegram: groups.map(({ id }) => String(id)),
  }
  for (const platform of ['discord', 'telegram'] as const)
    for (const space of spaces[platform]) {
      await access.trust({ platform, space }, `discord:${inside.owner.discord}`)
      for (const role of ['admin', 'operator', 'viewer'] as const) {
        const actor = { platform, id: String(people[platform][role].id), name: role, roles: [] }
        await access.grant(grantTo(actor, role, { scope: { platform, space } }))
      }
    }
  for (const user of Object.values(people.telegram)) telegram.start(user)
  return {
    ...inside,
    people,
    guilds,
    groups,
    room: (guild: 0 | 1, n: 0 | 1 = 0) => rooms[guild]?.[n] ?? assert.fail(),
    /** What the record says of requests that were nobody's, once the numbers are written down. */
    forged: (): readonly string[] => {
      inside.endpoint.forged.tend('ends')
      return inside.logged
        .flatMap(({ data }) => ('audit' in data ? [data.audit as AuditEntry] : []))
        .flatMap(({ event, verb, detail }) => (event === 'forged' ? [`${verb}: ${detail}`] : []))
    },
    refusals: (actor: string) => refusalsOf(inside, actor),
    unchanged: async (what: string, work: () => Promise<void>) => {
      const before = await printOf(inside)
      await work()
      assert.deepEqual(await printOf(inside), before, what)
    },
    /** Turns the loop until it holds. */
    until: async (holds: () => boolean) => {
      while (!holds()) await new Promise(setImmediate)
    },
    grants: async (): Promise<readonly Grant[]> => (await access.fresh()).grants,
  }
}

const three = <T>(make: () => T) => ({ admin: make(), operator: make(), viewer: make() })

/** What anybody could have changed by getting through. */
async function printOf({ endpoint, store, fly }: InsideSystem) {
  const { access, oncall } = endpoint
  return {
    rules: await access.fresh(),
    jobs: (await store.list('job')).length,
    waiting: (await endpoint.engine.queue.counts())['read'] ?? null,
    fly: fly.calls.length,
    incidents: (await oncall.oncall.list()).length,
    settings: (await store.list('place')).length,
  }
}

/** Why somebody was refused, as it was written down. */
const refusalsOf = ({ logged }: InsideSystem, actor: string): readonly (string | null)[] =>
  logged
    .flatMap(({ data }) => ('audit' in data ? [data.audit as AuditEntry] : []))
    .filter((entry) => entry.event === 'refused' && entry.actor === actor)
    .map(({ detail }) => detail)

/** The opaque id behind a button. */
export function tokenOf({ components }: FakeMessage, label: string): string {
  const found = components
    .flatMap((row) => row.components)
    .find((part) => 'label' in part && part.label === label)
  return found && 'custom_id' in found ? found.custom_id : assert.fail(`no button ${label}`)
}
