import { createHash } from 'node:crypto'
import { flyErrors } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { appOf, json } from './router.ts'
import type { FakeApp, FakeSecret, Json } from './types.ts'
import type { World } from './world.ts'
import { record, rfc3339 } from './values.ts'

const all = '/v1/apps/:app/secrets'
const one = `${all}/:name`
const listQuery = ['min_version', 'version', 'show_secrets']

/** Setting a secret changes no machine: only an update gives it the new values. */
export const secretRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: all,
    action: 'secrets.list',
    query: listQuery,
    handle: (context) => json({ secrets: [...appOf(context).secrets.values()].map(view) }),
  },
  {
    method: 'POST',
    path: all,
    action: 'secrets.update',
    schema: 'AppSecretsUpdateRequest',
    writes: true,
    handle: (context) => {
      const app = appOf(context)
      const values = record(context.body['values'])
      const version = setSecrets(context.world, app, values)
      const secrets = [...app.secrets.values()].filter(({ name }) => name in values).map(view)
      return json({ secrets, version, Version: version })
    },
  },
  { method: 'GET', path: one, action: 'secret.get', query: listQuery, handle: get },
  {
    method: 'POST',
    path: one,
    action: 'secret.set',
    schema: 'SetAppSecretRequest',
    writes: true,
    handle: (context) => {
      const app = appOf(context)
      const name = context.params['name'] ?? ''
      const version = setSecrets(context.world, app, { [name]: context.body['value'] })
      const secret = app.secrets.get(name)
      const shown = secret === undefined ? {} : view(secret)
      return json({ ...shown, version, Version: version }, 201)
    },
  },
  {
    method: 'DELETE',
    path: one,
    action: 'secret.delete',
    writes: true,
    handle: (context) => {
      const name = context.params['name'] ?? ''
      const version = setSecrets(context.world, appOf(context), { [name]: null })
      return json({ version, Version: version })
    },
  },
]

function get(context: Context): Answer {
  const secret = appOf(context).secrets.get(context.params['name'] ?? '')
  if (secret === undefined) throw flyErrors.secretNotFound()
  return json(view(secret))
}

/** Sets values, or with null removes them, as one new version of the vault; gives its number. */
export function setSecrets(world: World, app: FakeApp, values: Json): number {
  const now = world.clock.now()
  const next = new Map(app.secrets)
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string') next.delete(name)
    else {
      const createdAt = next.get(name)?.createdAt ?? now
      next.set(name, { name, value, createdAt, updatedAt: now })
    }
  }
  app.secrets = next
  const version = newest(app).version + 1
  app.vault.push({ version, at: now, values: next })
  return version
}

/**
 * What a machine made now gets: with `atLeast` the newest values; without it only those that have reached its host, which
 * takes `delays.secrets`.
 */
export function secretsFor(
  world: World,
  app: FakeApp,
  { atLeast, skip }: { readonly atLeast?: number | undefined; readonly skip?: boolean },
): { readonly values: Readonly<Record<string, string>>; readonly version: number } {
  const last = newest(app)
  if (atLeast !== undefined && atLeast > last.version) throw flyErrors.secretsTimeout(atLeast)
  const arrived = world.clock.now() - world.settings.delays.secrets
  const seen =
    atLeast === undefined ? (app.vault.findLast(({ at }) => at <= arrived) ?? last) : last
  const pairs = [...seen.values.values()].map(({ name, value }) => [name, value] as const)
  return { values: skip === true ? {} : Object.fromEntries(pairs), version: seen.version }
}

function newest(app: FakeApp): FakeApp['vault'][number] {
  return app.vault.at(-1) ?? { version: 0, at: 0, values: new Map() }
}

function view({ name, value, createdAt, updatedAt }: FakeSecret): Json {
  return {
    name,
    digest: createHash('sha256').update(value).digest('hex').slice(0, 16),
    created_at: rfc3339(createdAt),
    updated_at: rfc3339(updatedAt),
  }
}
