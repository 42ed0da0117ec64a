import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { list, record } from './values.ts'

/** Fly's own description, kept beside the repository; tests that need it say so when it is not there. */
const file = join(import.meta.dirname, '../../../../shared/reference/fly/openapi.json')

export interface OpenApi {
  /** Why an answer is not what the document says, or null. */
  readonly answerFault: (answer: ApiAnswer) => string | null
  /** Field names of a schema. */
  readonly fieldsOf: (schema: string) => readonly string[]
  /** `METHOD path` of every operation. */
  readonly operations: readonly string[]
}
interface ApiAnswer {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly body: unknown
}

/** `null` where the document is not at hand. */
export function loadOpenApi(): OpenApi | null {
  if (!existsSync(file)) return null
  const document = record(JSON.parse(readFileSync(file, 'utf8')))
  const schemas = record(record(document['components'])['schemas'])
  const ajv = new Ajv({ strict: false, validateFormats: false, allowUnionTypes: true })
  ajv.addSchema(record(loosen({ components: { schemas } })), 'fly')
  const operations = operationsOf(document)
  const compiled = new Map<string, ValidateFunction>()
  const validatorOf = (schema: unknown): ValidateFunction => {
    const text = JSON.stringify(loosen(schema)).replaceAll('"#/', '"fly#/')
    const validate = compiled.get(text) ?? ajv.compile(record(JSON.parse(text)))
    compiled.set(text, validate)
    return validate
  }
  return {
    operations: operations.map(({ method, path }) => `${method} ${path}`),
    fieldsOf: (schema) => Object.keys(record(record(schemas[schema])['properties'])),
    answerFault: (answer) => {
      const operation = operations.find(
        ({ method, pattern }) => method === answer.method && pattern.test(answer.path),
      )
      if (operation === undefined) return `no operation ${answer.method} ${answer.path}`
      const error = answer.status >= 400
      const schema = error
        ? { $ref: '#/components/schemas/ErrorResponse' }
        : operation.answers[String(answer.status)]
      if (schema === undefined) return `status ${String(answer.status)} is not described`
      if (schema === null) return null
      const validate = validatorOf(schema)
      if (validate(asDescribed(answer))) return null
      return `${answer.method} ${answer.path}: ${ajv.errorsText(validate.errors)}`
    },
  }
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly pattern: RegExp
  /** Schema by status; null where no body is described. */
  readonly answers: Readonly<Record<string, unknown>>
}

function operationsOf(document: Record<string, unknown>): readonly Operation[] {
  return Object.entries(record(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(record(methods))
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        answers: answersOf(record(record(operation)['responses'])),
      })),
  )
}

function answersOf(responses: Record<string, unknown>): Record<string, unknown> {
  const pairs = Object.entries(responses).map(([status, response]) => {
    const content = record(record(record(response)['content'])['application/json'])
    return [status, content['schema'] ?? null] as const
  })
  return Object.fromEntries(pairs)
}

/** Where live Fly is known to differ from its document (FLY.md §1.1): the lease's envelope and PascalCase keys. */
function asDescribed({ path, body, status }: ApiAnswer): unknown {
  if (status < 400 && path.endsWith('/lease')) return record(body)['data']
  if (path.startsWith('/v1/platform/')) return lowerCase(body)
  return body
}

function lowerCase(value: unknown): unknown {
  if (Array.isArray(value)) return list(value).map(lowerCase)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toLowerCase(), lowerCase(inner)]),
  )
}

/**
 * Everything may be null, `autostop` comes back as a boolean, addresses carry a `type`: more known differences. Otherwise objects
 * are closed, so that the fake cannot invent fields.
 */
function loosen(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return list(value).map((item) => loosen(item))
  if (typeof value !== 'object' || value === null) return value
  if (key === 'autostop') return {}
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'example')
    .map(([name, inner]) => [name, loosen(inner, name)] as const)
  const out = record(Object.fromEntries(entries))
  if (typeof out['type'] !== 'string') return out
  const properties = record(out['properties'])
  if (key === 'IPAssignment') properties['type'] = { type: 'string' }
  const closed = 'properties' in out && !('additionalProperties' in out)
  return {
    ...out,
    ...(closed ? { properties, additionalProperties: false } : {}),
    type: [out['type'], 'null'],
    ...(Array.isArray(out['enum']) ? { enum: [...list(out['enum']), null] } : {}),
  }
}
