import type { AccessState, Grant } from '../../src/core/access.ts'
import type { Actor, Place } from '../../src/core/invocation.ts'

/** One person of each role, and places of each kind. */
export const APPS = ['my-openclaw'] as const
export const ROLES = ['nobody', 'viewer', 'responder', 'operator', 'admin', 'owner'] as const
export type Who = (typeof ROLES)[number]
export const GUILD: Place = { platform: 'discord', space: '9', room: '91', private: false }
export const PLACES: Readonly<Record<string, Place>> = {
  room: GUILD,
  thread: { ...GUILD, room: '99', parent: '91' },
  capped: { ...GUILD, room: '92' },
  strange: { ...GUILD, space: '8' },
  private: { platform: 'discord', space: '5', private: true },
}
const idOf = (who: Who): string => String(ROLES.indexOf(who))
export const actorOf = (who: Who): Actor => ({
  platform: 'discord',
  id: idOf(who),
  name: who,
  roles: [],
})
const grant = (role: Grant['role'], id: string): Grant => ({
  id: `G-${role}-${id}`,
  subject: { kind: 'user', platform: 'discord', id },
  role,
  apps: '*',
  scope: { platform: 'discord', space: '9' },
  deny: false,
  until: null,
  by: 'discord:5',
  at: 0,
  reason: null,
})
const GIVEN = ['viewer', 'responder', 'operator', 'admin'] as const
const ceiling = (room: string) => ({
  scope: { platform: 'discord', space: '9', room } as const,
  role: 'responder' as const,
  until: null,
  by: 'discord:5',
  at: 0,
  reason: null,
})
export const state = (isFrozen: boolean): AccessState => ({
  owners: ['discord:5'],
  trusted: [{ platform: 'discord', space: '9', by: 'discord:5', at: 0 }],
  grants: [...GIVEN.map((role) => grant(role, idOf(role))), grant('admin', '7')],
  ceilings: [ceiling('92')],
  links: [],
  freeze: isFrozen ? { by: 'discord:5', name: 'Olga', at: 0, reason: 'a test' } : null,
})
