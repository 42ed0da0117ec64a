import { type Answer, ok, type Request, refuse } from './answer.ts'
import { userObject } from './gateway.ts'
import type { World } from './world.ts'

/** `GET /guilds/:id`: for the bot, a guild that it was removed from does not exist. */
export function guild(world: World, _: Request, id: string): Answer {
  if (!world.guilds.has(id) || world.left.has(`${id} ${world.app}`)) return refuse(10004)
  const held = [...world.users.values()].flatMap(({ roles }) => roles)
  const roles = [...new Set([id, ...held])].filter((role) => !world.left.has(`${id} ${role}`))
  return ok({ id, name: 'guild', roles: roles.map((role) => ({ id: role, name: role })) })
}

/** `GET /guilds/:id/members/:user`. */
export function member(
  world: World,
  _: Request,
  { guild: id, user }: { readonly guild: string; readonly user: string },
): Answer {
  if (!world.guilds.has(id) || world.left.has(`${id} ${world.app}`)) return refuse(50001)
  const found = world.users.get(user)
  if (found === undefined || world.left.has(`${id} ${user}`)) return refuse(10007)
  return ok({ user: userObject(found), roles: found.roles })
}
