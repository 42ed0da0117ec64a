import { flyErrors } from './errors.ts'
import { destroy } from './machine-changes.ts'
import { newApp } from './make.ts'
import { isGone } from './placement.ts'
import type { Answer, Context, Route } from './router.ts'
import { appOf, json, page } from './router.ts'
import type { FakeApp, Json } from './types.ts'
import type { World } from './world.ts'
import { text } from './values.ts'

export const appRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/apps',
    action: 'apps.list',
    query: ['org_slug', 'app_role', 'limit', 'cursor'],
    handle: list,
  },
  {
    method: 'POST',
    path: '/v1/apps',
    action: 'apps.create',
    query: ['wait'],
    schema: 'CreateAppRequest',
    writes: true,
    handle: create,
  },
  {
    method: 'GET',
    path: '/v1/apps/:app',
    action: 'app.get',
    handle: (context) => json(view(context.world, appOf(context))),
  },
  { method: 'DELETE', path: '/v1/apps/:app', action: 'app.delete', writes: true, handle: remove },
  {
    method: 'POST',
    path: '/v1/apps/:app/deploy_token',
    action: 'app.deploy_token',
    schema: 'CreateAppDeployTokenRequest',
    writes: true,
    handle: deployToken,
  },
]

function list({ world, query, token }: Context): Answer {
  const slug = query.get('org_slug')
  if (slug === null) throw flyErrors.invalid('org_slug is required')
  if (slug !== world.settings.orgSlug && slug !== 'personal') throw flyErrors.forbidden()
  const all = [...world.apps.values()].filter(
    ({ name }) => token.apps === '*' || token.apps.includes(name),
  )
  const [apps, next] = page(all, query, 5000)
  return json({
    total_apps: all.length,
    apps: apps.map((app) => view(world, app)),
    next_cursor: next,
  })
}

function create({ world, body, token }: Context): Answer {
  // A deploy token is one app's.
  if (token.apps !== '*') throw flyErrors.forbidden()
  const name = text(body['name'])
  const slug = text(body['org_slug'])
  const key = text(body['idempotency_key']) ?? null
  if (name === undefined || !/^[a-z0-9-]{1,63}$/.test(name)) throw flyErrors.invalid('name')
  if (slug !== world.settings.orgSlug && slug !== 'personal') throw flyErrors.forbidden()
  const same = [...world.apps.values()].find((app) => key !== null && app.idempotencyKey === key)
  if (same !== undefined && same.name !== name) throw flyErrors.invalid('idempotency_key')
  if (same !== undefined) return created(same)
  if (world.apps.has(name) || world.otherOrgApps.has(name)) throw flyErrors.nameTaken()
  const visibleAt = world.clock.now() + world.settings.delays.appVisible
  const network = text(body['network'])
  const parts = { name, visibleAt, idempotencyKey: key }
  return created(newApp(world, network === undefined ? parts : { ...parts, network }))
}

function created(app: FakeApp): Answer {
  return json({ id: app.id, created_at: app.createdAt }, 201)
}

function remove(context: Context): Answer {
  const { world } = context
  const app = appOf(context)
  for (const machine of app.machines.values()) {
    if (machine.state !== 'destroyed' && machine.state !== 'destroying') destroy(world, machine)
  }
  world.apps.delete(app.name)
  return { status: 202 }
}

function deployToken(context: Context): Answer {
  const { world } = context
  const app = appOf(context)
  const token = `FlyV1 fm2_${Buffer.from(`${app.name}-${world.ids.nonce()}`).toString('base64url')}`
  const user = `${world.ids.nonce()}@tokens.fly.io`
  world.tokens.set(token.slice('FlyV1 '.length), {
    token: token.slice('FlyV1 '.length),
    apps: [app.name],
    readOnly: false,
    user,
  })
  return json({ token })
}

function view(world: World, app: FakeApp): Json {
  const machines = [...app.machines.values()].filter(({ state }) => state !== 'destroyed')
  const volumes = [...app.volumes.values()].filter((volume) => !isGone(volume))
  return {
    id: app.id,
    name: app.name,
    internal_numeric_id: 4_417_309,
    network: app.network,
    network_cidr: 'fdaa:0:1da8::/48',
    status: machines.length > 0 && app.status === 'pending' ? 'deployed' : app.status,
    machine_count: machines.length,
    volume_count: volumes.length,
    organization: {
      name: 'Acme Labs',
      slug: world.settings.orgSlug,
      internal_numeric_id: 118_832,
    },
  }
}
