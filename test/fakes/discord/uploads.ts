import type { IncomingMessage, ServerResponse } from 'node:http'
import type { APIFileUploadComponent } from 'discord-api-types/v10'
import { check } from './validate.ts'
import type { FakeUpload, World } from './world.ts'

export interface Attached {
  readonly id: string
  readonly filename: string
  readonly size: number
  readonly url: string
  readonly proxy_url: string
  readonly content_type: string
  readonly ephemeral: true
}

/** Takes an upload, as Discord does before a modal is sent off, and gives what the interaction says of it. */
export function attach(
  world: World,
  origin: string,
  upload: FakeUpload | undefined,
): Attached | undefined {
  if (upload === undefined) return undefined
  const id = world.snowflake()
  const path = `/ephemeral-attachments/${world.app}/${id}/${upload.name}`
  world.uploads.set(path, upload)
  const url = upload.url ?? `${origin}${path}?ex=1&is=1&hm=1`
  const attached: Attached = {
    id,
    filename: upload.name,
    size: upload.size ?? upload.content.length,
    url,
    proxy_url: url,
    content_type: 'text/plain; charset=utf-8',
    ephemeral: true,
  }
  world.violations.push(...check.attachment(attached))
  return attached
}

/** What a file field of a modal holds when it is sent off. */
export function uploadedIn(
  {
    required = true,
    min_values: least = 1,
  }: Pick<APIFileUploadComponent, 'required' | 'min_values'>,
  attached: Attached | undefined,
): { readonly values: readonly string[] } {
  if (attached === undefined && required && least > 0) throw new Error('a file is required')
  return { values: attached === undefined ? [] : [attached.id] }
}

interface Http {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
}

/** The host of uploads: no API, and no business of the bot's token. False for a path of the API. */
export function serveUpload(world: World, path: string, { incoming, response }: Http): boolean {
  if (!path.startsWith('/ephemeral-attachments/')) return false
  if (incoming.headers.authorization !== undefined)
    world.violations.push(`${path} carries an Authorization header`)
  const upload = world.uploads.get(path)
  const location = upload?.redirect
  const status = upload === undefined ? 404 : location === undefined ? 200 : 302
  response.writeHead(status, location === undefined ? {} : { location })
  response.end(upload?.content)
  const seen = { method: incoming.method ?? 'GET', path, body: undefined, status }
  world.requests.push(seen)
  world.events.emit('request', seen)
  return true
}
