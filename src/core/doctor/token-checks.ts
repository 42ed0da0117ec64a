import { secretChecks } from '../checks/app.ts'
import { type Finding, finding, type Severity } from '../checks/finding.ts'
import { valueOr } from '../in-time.ts'
import { type Text, tr } from '../text.ts'
import { tokenFindings } from '../token/findings.ts'
import { TOKEN } from '../token/look.ts'
import { type Check, newestLine, quoted, ready } from './check.ts'
import { isReady } from './line-check.ts'
import type { Seen } from './seen.ts'

/** What the look at the running process's token found; the value itself is never seen. */
function found({ machine, token, deployment, now }: Seen): readonly Finding[] {
  if (machine === undefined || !token.known || !deployment.gateway.known) return []
  const { secrets, gateway } = deployment
  const secret = secrets.known ? secrets.value.find(({ name }) => name === TOKEN) : null
  return tokenFindings({ machine, report: gateway.value, token: token.value }, { secret, now })
}

type Words = Readonly<Record<string, Text>>
const EVIDENCE: Words = {
  'token.shadowed': 'gateway.auth.token',
  'token.flag': '--token',
}

const ofToken = (
  ids: readonly [string, ...string[]],
  about: Text,
  cure: { readonly severity?: Severity; readonly run?: ReturnType<typeof ready> } = {},
): Check => {
  const [id] = ids
  const { severity = 'critical', run } = cure
  return {
    id,
    severity,
    about,
    needs: ['machines', 'gateway', 'token'],
    cures: run === undefined ? [] : [run.command.replace('openclaw ', '')],
    find: (seen) =>
      found(seen)
        .filter((one) => ids.includes(one.id) && !(one.id === 'token.refused' && isShadowed(seen)))
        .map((one) => ({
          ...one,
          id,
          evidence: EVIDENCE[one.id] ?? '',
          ...(run !== undefined && { run }),
        })),
    open: (seen) => (seen.token.known && id === 'token.open' ? unasked(seen) : undefined),
  }
}

/** Then its own is refused for a reason that has its own check. */
const isShadowed = ({ token }: Seen): boolean => token.known && token.value.shadow !== null

/** 403, 429 and silence prove nothing (OPENCLAW.md §6). */
function unasked(seen: Seen): Text | undefined {
  const { token } = seen
  if (isShadowed(seen)) return tr('Another token goes before the secret.', '另有權杖優先於密鑰。')
  return token.known && token.value.other === 'unknown'
    ? tr('The gateway gave no clear answer to a made-up token.', '閘道對虛構的權杖沒有明確回應。')
    : undefined
}

const setOne = ({ deployment: { app } }: Seen): Text => {
  const line = `fly secrets set ${TOKEN}=$(openssl rand -hex 32) -a ${app}`
  return tr(`Give it one: ${line}`, `請設定：${line}`)
}

/** Fly's list tells of a secret that is not there; the log and the process tell of one that did not arrive. */
function missingToken(seen: Seen): readonly Finding[] {
  const listed = secretChecks(seen.deployment).filter(({ id }) => id === 'token.missing')
  const hit = newestLine(seen, ['auth.no_token'])
  const cure = { run: ready(listed.length > 0 ? 'token rotate' : 'secrets apply') }
  const line = hit === undefined || isReady(seen) ? undefined : quoted(hit)
  if (line !== undefined)
    return [
      {
        ...finding(
          'token.missing',
          'critical',
          tr(
            'The gateway refuses to start because it has no token.',
            '閘道因為沒有權杖而拒絕啟動。',
          ),
        ),
        evidence: line,
        ...cure,
      },
    ]
  const inside = found(seen).filter(({ id }) => id === 'token.missing')
  return (listed.length > 0 ? listed : inside).map((one) => ({
    ...one,
    evidence: tr(`no secret ${TOKEN}`, `沒有密鑰 ${TOKEN}`),
    ...cure,
  }))
}

function placeholder(seen: Seen): readonly Finding[] {
  const hit = isReady(seen) ? undefined : newestLine(seen, ['auth.placeholder_token'])
  const run = ready('token rotate')
  if (hit === undefined)
    return found(seen)
      .filter(({ id }) => id === 'token.placeholder')
      .map((one) => ({ ...one, run }))
  return [
    {
      ...finding(
        'token.placeholder',
        'critical',
        tr(
          'The gateway refuses to start because its token is a placeholder.',
          '閘道因為權杖是範例值而拒絕啟動。',
        ),
      ),
      evidence: quoted(hit),
      run,
    },
  ]
}

export const TOKEN_CHECKS: readonly Check[] = [
  {
    id: 'token.missing',
    severity: 'critical',
    about: tr('There is a gateway token', '有閘道權杖'),
    needs: ['machines', 'secrets'],
    cures: ['token rotate', 'secrets apply'],
    find: missingToken,
  },
  {
    id: 'token.placeholder',
    severity: 'critical',
    about: tr('The token is no placeholder', '權杖不是範例值'),
    needs: ['token'],
    cures: ['token rotate'],
    find: placeholder,
  },
  ofToken(
    ['token.shadowed'],
    tr('No other token goes before the secret', '沒有其他權杖優先於密鑰'),
    { run: ready('config unset', { path: 'gateway.auth.token' }) },
  ),
  ofToken(['token.flag'], tr('No token in the start command', '啟動指令不含權杖'), {
    run: ready('machine command'),
  }),
  {
    ...ofToken(
      ['token.config_env'],
      tr('No token in the machine’s plain variables', '機器的一般變數不含權杖'),
    ),
    find: (seen) =>
      found(seen)
        .filter(({ id }) => id === 'token.config_env')
        .map((one) => ({ ...one, evidence: `env.${TOKEN}`, hint: setOne(seen) })),
  },
  ofToken(['token.short'], tr('The token is long enough', '權杖長度足夠'), {
    severity: 'warning',
    run: ready('token rotate'),
  }),
  ofToken(
    ['token.open', 'token.refused'],
    tr('Its own token opens it, and no other', '只有自身的權杖可用'),
    { run: ready('token check') },
  ),
  {
    id: 'fly_token.scope',
    severity: 'warning',
    about: tr('The Fly token covers the app', 'Fly 權杖涵蓋此應用程式'),
    needs: ['scopes'],
    cures: [],
    find: ({ scopes, deployment: { app } }) => {
      const all = valueOr(scopes, [])
      const covers = all.some(
        ({ apps }) => apps.length === 0 || apps.includes(app) || apps.includes('*'),
      )
      if (all.length === 0 || covers) return []
      const names = [...new Set(all.flatMap(({ apps }) => apps))].join(', ')
      return [
        {
          ...finding(
            'fly_token.scope',
            'warning',
            tr(
              `The Fly token of the bot does not name ${app} among its apps, so changes may be refused.`,
              `機器人的 Fly 權杖未涵蓋 ${app}，變更可能會被拒絕。`,
            ),
          ),
          evidence: `tokens/current apps: ${names}`,
          hint: tr(
            `Make one for it: fly tokens create deploy -a ${app}, and set FLY_API_TOKEN.`,
            `請建立新的：fly tokens create deploy -a ${app}，並設定 FLY_API_TOKEN。`,
          ),
        },
      ]
    },
    open: ({ scopes }) =>
      valueOr(scopes, []).length === 0
        ? tr('Fly does not say what the token covers.', 'Fly 未說明權杖的涵蓋範圍。')
        : undefined,
  },
]
