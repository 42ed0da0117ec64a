import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadOpenApi } from './openapi.ts'
import { checkBody, fieldsOf, requestFields } from './request-fields.ts'
import { flyRoutes } from './routes.ts'

const openApi = loadOpenApi()
const skip = openApi === null ? 'the OpenAPI document is not at hand' : false

void test('the request fields are those of the document', { skip }, () => {
  for (const schema of Object.keys(requestFields)) {
    assert.deepEqual(
      [...fieldsOf(schema).keys()].toSorted(),
      openApi?.fieldsOf(schema).toSorted(),
      schema,
    )
  }
})

void test('every endpoint is in the document', { skip }, () => {
  const known = new Set(
    openApi?.operations.map((operation) => operation.replaceAll(/\{\w+\}/g, '*')),
  )
  for (const { method, path } of flyRoutes.filter((route) => route.path.startsWith('/v1/'))) {
    assert.ok(known.has(`${method} ${path.replaceAll(/:\w+/g, '*')}`), `${method} ${path}`)
  }
})

void test('the check of answers has teeth', { skip }, () => {
  const path = '/v1/apps/a/machines/b'
  const fault = (body: unknown, status = 200): string | null | undefined =>
    openApi?.answerFault({ method: 'GET', path, status, body })
  assert.equal(fault({ id: 'x', state: null }), null)
  assert.match(fault({ id: 7 }) ?? '', /must be string/)
  assert.match(fault({ identity: 'x' }) ?? '', /additional properties/)
  assert.match(fault({ error: 'x', status: 'odd' }, 422) ?? '', /allowed values/)
  assert.match(fault({}, 299) ?? '', /not described/)
})

void test('unknown fields and wrong types are found at any depth', () => {
  const config = {
    image: 'x',
    services: [
      { internal_port: 3000, auto_stop_machines: 'off', checks: [{ timeout: 5_000_000_000 }] },
    ],
    checks: { up: { port: '3000' } },
    env: { A: 'b' },
  }
  const { unknown, wrong } = checkBody('UpdateMachineRequest', { config, force: true })
  assert.deepEqual(unknown, [
    'UpdateMachineRequest.config.services.auto_stop_machines',
    'UpdateMachineRequest.force',
  ])
  assert.deepEqual(wrong, { path: 'UpdateMachineRequest.config.checks.up.port', type: 'int' })
})
