import type { IncomingMessage } from 'node:http'
import type { Params, Upload } from './validate.ts'

/** Fields that a multipart body carries as text though they are something else. */
const NUMBERS = new Set(['chat_id', 'message_id', 'message_thread_id'])
const JSONS = new Set(['reply_markup', 'reply_parameters', 'entities', 'caption_entities'])

/** Parameters of a request, from JSON or multipart. */
export async function readParams(request: IncomingMessage): Promise<Params> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
  const body = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) return readForm(body, type)
  const parsed: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'))
  if (typeof parsed !== 'object' || parsed === null) throw new Error('body is not an object')
  return { ...parsed }
}

async function readForm(body: Buffer, type: string): Promise<Params> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': type },
  }).formData()
  const params: Record<string, unknown> = {}
  for (const [name, value] of form) params[name] = await readPart(name, value)
  // telegraf repeats the name of the method as a field; the server ignores it
  delete params['method']
  return params
}

async function readPart(name: string, value: string | File): Promise<unknown> {
  if (typeof value !== 'string')
    return { name: value.name, content: await value.text() } satisfies Upload
  if (NUMBERS.has(name)) return Number(value)
  if (JSONS.has(name)) return JSON.parse(value) as unknown
  return value === 'true' || value === 'false' ? value === 'true' : value
}
