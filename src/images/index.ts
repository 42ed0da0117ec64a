import { createHash } from 'node:crypto'
import { Agent, interceptors, request } from 'undici'
import type { Dispatcher } from 'undici'
import type { ImageFound, Images } from '../core/images.ts'
import { type Text, tr } from '../core/text.ts'
import { MANIFESTS, type Manifest, readLabels, readManifest } from './manifest.ts'
import { canonical, PUBLIC_REGISTRIES, type Registry } from './registries.ts'

/** Longer than a registry needs, short enough that somebody still waits for the question. */
const LIMIT_MS = 8000
const MOST_BYTES = 4 * 1024 * 1024

interface Deps {
  /** The registries that are asked, by the name images use; for tests. */
  readonly registries?: Readonly<Record<string, Registry>>
  /** Makes the signal that ends a question to a registry; for tests. */
  readonly deadline?: () => AbortSignal
}

interface Asked {
  readonly registry: Registry
  readonly repository: string
  readonly dispatcher: Dispatcher
  readonly signal: AbortSignal
}

/** Reads public registries by their distribution API: at most four small calls, none of which says who asks. */
export function createImages(deps: Deps = {}): Images & { readonly close: () => Promise<void> } {
  const { registries = PUBLIC_REGISTRIES, deadline = () => AbortSignal.timeout(LIMIT_MS) } = deps
  const agent = new Agent({ maxResponseSize: MOST_BYTES })
  // Blobs are handed out by other hosts; a token does not follow there.
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 3 }))
  return {
    close: () => agent.close(),
    find: async (name, signal) => {
      const host = canonical(name.registry)
      const registry = Object.hasOwn(registries, host) ? registries[host] : undefined
      if (registry === undefined) return unknown(notAsked(host))
      const asked = {
        registry,
        repository: withLibrary(host, name.repository),
        dispatcher,
        signal: AbortSignal.any([signal, deadline()]),
      }
      try {
        return await find(asked, name.digest ?? name.tag ?? 'latest')
      } catch {
        signal.throwIfAborted()
        return unknown(noAnswer(host))
      }
    },
  }
}

/** Docker Hub's own images lie in a folder that names leave out. */
const withLibrary = (host: string, repository: string): string =>
  host === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository

async function find(asked: Asked, reference: string): Promise<ImageFound> {
  const authorization = await authorize(asked)
  const top = await manifestOf(asked, reference, authorization)
  if (typeof top === 'number') return refused(top)
  const { digest, manifest } = top
  const same = manifest.part === null ? [] : [manifest.part]
  const version = manifest.version ?? (await labelled(asked, manifest, authorization))
  return { exists: true, digest, same, version, why: null }
}

type Headers = Readonly<Record<string, string>>

async function authorize({ registry, repository, dispatcher, signal }: Asked): Promise<Headers> {
  if (registry.token === null) return {}
  const url = new URL(registry.token)
  url.searchParams.set('scope', `repository:${repository}:pull`)
  const { statusCode, body } = await request(url, { dispatcher, signal })
  const answer: unknown = statusCode === 200 ? await body.json() : await body.dump()
  const token = typeof answer === 'object' && answer !== null && 'token' in answer && answer.token
  return typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}
}

/** The manifest, or the status with which it was refused. */
async function manifestOf(
  asked: Asked,
  reference: string,
  authorization: Headers,
): Promise<{ digest: string; manifest: Manifest } | number> {
  const { registry, repository, dispatcher, signal } = asked
  const url = `${registry.url}/v2/${repository}/manifests/${reference}`
  const headers = { ...authorization, accept: MANIFESTS }
  const answer = await request(url, { dispatcher, signal, headers })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) return answer.statusCode
  const manifest = readManifest(JSON.parse(text))
  if (manifest === undefined) throw new TypeError('this is no manifest')
  return { digest: digestOf(text, answer.headers['docker-content-digest']), manifest }
}

function digestOf(text: string, header: string | string[] | undefined): string {
  if (typeof header === 'string' && /^sha256:[0-9a-f]{64}$/.test(header)) return header
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** The release by the image's labels; a fault on the way there only leaves it unknown. */
async function labelled(
  asked: Asked,
  manifest: Manifest,
  authorization: Headers,
): Promise<string | null> {
  try {
    const { part } = manifest
    const own = part === null ? undefined : await manifestOf(asked, part, authorization)
    if (typeof own === 'number') return null
    const digest = own?.manifest.config ?? manifest.config
    if (digest === null) return null
    const { registry, repository, dispatcher, signal } = asked
    const url = `${registry.url}/v2/${repository}/blobs/${digest}`
    const { statusCode, body } = await request(url, { dispatcher, signal, headers: authorization })
    const json: unknown = statusCode === 200 ? await body.json() : await body.dump()
    return readLabels(json)
  } catch {
    return null
  }
}

const NOTHING = { digest: null, same: [], version: null }
const unknown = (why: Text): ImageFound => ({ ...NOTHING, exists: null, why })

function refused(status: number): ImageFound {
  if (status === 404)
    return {
      ...NOTHING,
      exists: false,
      why: tr('The registry has no such image.', '登錄庫沒有這個映像檔。'),
    }
  return unknown(
    status === 401 || status === 403
      ? tr('The registry shows it only to those who sign in.', '登錄庫只讓已登入者查看這個映像檔。')
      : tr(`The registry answered ${status}.`, `登錄庫回應 ${status}。`),
  )
}

const notAsked = (host: string): Text =>
  tr(`${host} is not asked: only public registries are.`, `不會查詢 ${host}：只查詢公開的登錄庫。`)
const noAnswer = (host: string): Text =>
  tr(`${host} did not answer as it should.`, `${host} 沒有正常回應。`)
