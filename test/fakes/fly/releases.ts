import { FlyError } from './errors.ts'
import type { Route } from './router.ts'
import { appOf, json } from './router.ts'
import type { FakeApp, FakeRelease, Json } from './types.ts'
import type { World } from './world.ts'
import { rfc3339 } from './values.ts'

export const releaseRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/apps/:app/releases',
    action: 'releases.list',
    query: ['limit'],
    handle: (context) => {
      const limit = Number(context.query.get('limit') ?? 20)
      return json({ releases: appOf(context).releases.slice(0, limit).map(view) })
    },
  },
  {
    method: 'GET',
    path: '/api/v1/apps/:app/releases/current',
    action: 'releases.current',
    handle: (context) => {
      const [current] = appOf(context).releases
      if (current === undefined) throw new FlyError(404, 'release not found')
      return json(view(current))
    },
  },
]

/** Adds the newest release; `status` is `complete` unless told. */
export function newRelease(
  world: World,
  app: FakeApp,
  parts: { readonly image: string; readonly status?: string; readonly user?: string },
): FakeRelease {
  const release = {
    id: world.ids.short(),
    version: (app.releases[0]?.version ?? 0) + 1,
    createdAt: world.clock.now(),
    image: parts.image,
    user: parts.user ?? 'dana@acme-labs.dev',
    status: parts.status ?? 'complete',
  }
  app.releases.unshift(release)
  app.status = 'deployed'
  return release
}

function view(release: FakeRelease): Json {
  return {
    id: release.id,
    version: release.version,
    stable: release.status === 'complete',
    in_progress: release.status === 'running',
    status: release.status,
    strategy: 'ROLLING',
    user: release.user,
    created_at: rfc3339(release.createdAt),
    image_ref: release.image,
  }
}
