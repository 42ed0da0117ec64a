import { flyErrors } from './errors.ts'
import { appOf, json, type Route } from './router.ts'
import type { FakeCertificate } from './types.ts'
import { rfc3339 } from './values.ts'

const path = '/v1/apps/:app/certificates'

/** The list has no dates; they come with each one alone. */
export const certificateRoutes: readonly Route[] = [
  {
    method: 'GET',
    path,
    action: 'certificates.list',
    query: ['limit', 'cursor', 'filter'],
    handle: (context) => {
      const { certificates = [] } = appOf(context)
      return json({ certificates: certificates.map(summary), total_count: certificates.length })
    },
  },
  {
    method: 'GET',
    path: `${path}/:hostname`,
    action: 'certificates.get',
    handle: (context) => {
      const { certificates = [] } = appOf(context)
      const found = certificates.find(({ hostname }) => hostname === context.params['hostname'])
      if (found === undefined) throw flyErrors.appNotFound()
      const { hostname, status, expiresAt } = found
      const entry = { source: 'fly', status, expires_at: rfc3339(expiresAt) }
      return json({ hostname, status, configured: found.configured, certificates: [entry] })
    },
  },
]

const summary = ({ hostname, status, configured, createdAt }: FakeCertificate) => ({
  hostname,
  status,
  configured,
  created_at: rfc3339(createdAt),
})
