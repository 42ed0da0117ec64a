import type { Access, Grant } from '../../src/core/access.ts'
import type { Actor, Address, Invocation, Place } from '../../src/core/invocation.ts'

export const APPS = ['my-openclaw', 'second-app'] as const
export const GUILD = '900000000000000001'

/** Someone on Discord whom nobody gave a role yet. */
export const person = (id: string, roles: readonly string[] = []): Actor => ({
  platform: 'discord',
  id,
  name: `Person ${id}`,
  roles,
})

export const OWNER = person('100')
export const ADMIN = person('200')
export const OPERATOR = person('300')
export const RESPONDER = person('400')
export const VIEWER = person('500')
export const STRANGER = person('600')
export const LOCAL: Actor = { platform: 'console', id: 'local', name: 'local', roles: [] }

export const HERE: Place = { platform: 'discord', space: GUILD, room: '910', private: false }
export const ELSEWHERE: Place = { ...HERE, space: '900000000000000002' }
export const CONSOLE: Place = { platform: 'console', space: 'local', private: true }

export const addressIn = (place: Place, actor: Actor): Address => ({
  platform: place.platform,
  chat: place.room ?? place.space,
  user: actor.id,
  private: place.private,
})

/** A grant as `/ops access allow` writes it. */
export const grantTo = (
  actor: Actor,
  role: Grant['role'],
  more: Partial<Grant> = {},
): Omit<Grant, 'id' | 'at'> => ({
  subject: { kind: 'user', platform: actor.platform, id: actor.id },
  role,
  apps: '*',
  scope: { platform: HERE.platform, space: HERE.space },
  deny: false,
  until: null,
  by: 'discord:100',
  reason: null,
  ...more,
})

/** Trusts the guild and gives each of the people above their role in it. */
export async function settleIn(access: Access): Promise<void> {
  await access.trust(HERE, 'discord:100')
  await access.grant(grantTo(ADMIN, 'admin'))
  await access.grant(grantTo(OPERATOR, 'operator'))
  await access.grant(grantTo(RESPONDER, 'responder'))
  await access.grant(grantTo(VIEWER, 'viewer'))
}

/** A request as a platform would hand it in. */
export function request(
  command: string,
  input: Invocation['input'] = {},
  more: Partial<Invocation> = {},
): Invocation {
  const { actor = OWNER, place = HERE } = more
  return {
    id: 'i-1',
    command,
    input,
    actor,
    place,
    address: addressIn(place, actor),
    surface: 'slash',
    locale: 'en',
    at: 0,
    ...more,
  }
}
