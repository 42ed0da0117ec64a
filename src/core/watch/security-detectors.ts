import { isPublic } from '../deployment.ts'
import { ready } from '../doctor/check.ts'
import { duration, type Text, tr, utc } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { DAY, MINUTE } from './moments.ts'
import { gatewaysSeen } from './seen-of.ts'
import type { Certificate } from './sight.ts'
import { evidence, findings, troubleOf } from './trouble.ts'

/** Somebody at the door, or a door that is about to stop closing. */
export const SECURITY_DETECTORS: readonly Detector[] = [
  {
    id: 'debugger',
    doc: tr(
      'The log tells of a debugger that was opened inside the machine. Over when a new run is ready.',
      '紀錄顯示機器內開啟了除錯器。重新啟動並就緒後結束。',
    ),
    severity: 'critical',
    threshold: null,
    onlyLines: true,
    needs: ['machines', 'gateway'],
    cures: ['restart'],
    detect: opened,
  },
  {
    id: 'token.guessed',
    doc: tr(
      'So many wrong gateway tokens within a quarter of an hour, or a lock-out by the gateway itself; our own trials do not count. Over after a quiet quarter.',
      '十五分鐘內錯誤的閘道權杖達此次數，或閘道自行鎖定；本機器人的測試不計。十五分鐘平靜後結束。',
    ),
    severity: 'warning',
    threshold: { default: 10, unit: 'x', min: 3, max: 60 },
    onlyLines: true,
    needs: ['logs'],
    cures: ['network private'],
    detect: guessed,
  },
  {
    id: 'log.secret',
    doc: tr(
      'The log printed a secret that is known here (critical), or what looks like a credential (warning). Over after a day without another.',
      '紀錄印出了已知的密鑰（嚴重），或疑似憑證的內容（警告）。一天內未再出現即結束。',
    ),
    severity: 'critical',
    threshold: null,
    onlyLines: true,
    needs: ['logs'],
    cures: [],
    detect: printed,
  },
  {
    id: 'certificate',
    doc: tr(
      'The certificate of a custom domain ends within so many days (critical when it has), or has not been issued for a day. Over when it is good.',
      '自訂網域的憑證將在此天數內到期（已到期為嚴重），或一天內未核發。恢復正常即結束。',
    ),
    severity: 'critical',
    threshold: { default: 14, unit: 'd', min: 1, max: 60 },
    needs: ['certificates'],
    cures: [],
    detect: certificates,
  },
]

function opened({ after, now }: Moment): readonly Trouble[] {
  return gatewaysSeen(after, now).flatMap(({ machine: { id }, seen }) =>
    findings('debugger', seen).map((found) =>
      troubleOf(found, {
        key: id,
        group: `debugger/${id}`,
        machine: id,
        title: tr('A debugger is open', '除錯器已開啟'),
        since: now,
        from: 'line',
      }),
    ),
  )
}

const GUESS_MS = 15 * MINUTE

function guessed({ after, now, threshold }: Moment): readonly Trouble[] {
  const { wrongTokens, lines, list } = after.memory
  const recent = wrongTokens.filter((at) => now - at < GUESS_MS)
  const locked = lines.filter(
    ({ signature, at }) => signature === 'ws.rate_limited' && now - at < GUESS_MS,
  )
  const [first] = [...(recent.length >= threshold ? recent : []), ...locked.map(({ at }) => at)]
  if (first === undefined) return []
  const closed = list !== null && !list.some(isPublic)
  return [
    {
      key: 'token',
      group: 'token',
      machine: null,
      title: tr('Wrong tokens, again and again', '權杖反覆錯誤'),
      text:
        recent.length >= threshold
          ? tr(
              `Within a quarter of an hour the gateway refused ${threshold} tokens or more. An old browser tab does that after a rotation; so does somebody who guesses.`,
              `閘道在十五分鐘內拒絕了 ${threshold} 次以上的權杖。輪替後未關閉的瀏覽器分頁會如此，有人在猜測也會。`,
            )
          : tr(
              'The gateway locked a client out after too many wrong tokens.',
              '用戶端權杖錯誤次數過多，閘道已將其鎖定。',
            ),
      evidence: [
        evidence(tr('Refused', '拒絕次數'), String(recent.length)),
        ...locked.slice(-1).map(({ at }) => evidence(tr('Locked out', '鎖定'), utc(at))),
      ],
      fix: closed ? null : ready('network private'),
      since: first,
      from: 'line',
    },
  ]
}

function printed({ after: { memory }, now }: Moment): readonly Trouble[] {
  const { secrets } = memory
  if (secrets === null || now - secrets.at >= DAY) return []
  const isKnown = secrets.known > 0
  return [
    {
      key: 'log',
      group: 'log.secret',
      machine: null,
      severity: isKnown ? 'critical' : 'warning',
      title: tr('Secret printed in logs', '紀錄印出密鑰'),
      text: isKnown
        ? tr(
            'The app prints a secret into its log, where everyone with access to it reads it. Change that secret, and find out what prints it.',
            '應用程式把密鑰印在紀錄中，能存取的人都看得到。請更換該密鑰並找出來源。',
          )
        : tr(
            'A line of the log holds what looks like a credential. If it is one, change it, and find out what prints it.',
            '紀錄中有疑似憑證的內容。若確實是憑證，請更換並找出來源。',
          ),
      evidence: [evidence(tr('Lines', '行數'), String(secrets.known + secrets.shaped))],
      fix: null,
      since: secrets.at,
      from: 'line',
    },
  ]
}

function certificates(moment: Moment): readonly Trouble[] {
  const { certificates: found } = moment.after
  if (!found.known) return []
  return found.value.flatMap((one) => certificate(one, moment) ?? [])
}

function certificate(one: Certificate, { now, threshold }: Moment): Trouble | undefined {
  const { hostname, status, configured, createdAt, expiresAt } = one
  const rest = { key: hostname, group: 'certificate', machine: null, fix: null } as const
  const seen = [evidence(tr('Status', '狀態'), status)]
  if (expiresAt !== null && expiresAt - now < threshold * DAY) {
    const over = expiresAt <= now
    const text = over ? expired(hostname, expiresAt) : expiring(hostname, expiresAt)
    const title = over
      ? tr('Certificate has run out', '憑證已到期')
      : tr('Certificate runs out', '憑證即將到期')
    const since = over ? expiresAt : now
    const severity = over ? 'critical' : 'warning'
    const limit = evidence(tr('Limit', '門檻'), duration(threshold * DAY))
    return { ...rest, severity, title, text, evidence: [...seen, limit], since, from: 'look' }
  }
  const waiting = configured === false || status.startsWith('pending')
  if (!waiting || createdAt === null || now - createdAt < DAY) return undefined
  return {
    ...rest,
    severity: 'warning',
    title: tr('Certificate not issued', '憑證未核發'),
    text: tr(
      `Fly has no certificate for ${hostname} since ${utc(createdAt)}: fly certs check ${hostname} names the DNS records it wants.`,
      `Fly 自 ${utc(createdAt)} 起仍無 ${hostname} 的憑證：fly certs check ${hostname} 會列出所需的 DNS 紀錄。`,
    ),
    evidence: seen,
    since: createdAt,
    from: 'look',
  }
}

const expired = (hostname: string, at: number): Text =>
  tr(
    `The certificate of ${hostname} ended at ${utc(at)}: browsers refuse it. fly certs check ${hostname} says what keeps Fly from renewing it.`,
    `${hostname} 的憑證已於 ${utc(at)} 到期，瀏覽器會拒絕連線。fly certs check ${hostname} 會說明無法續期的原因。`,
  )
const expiring = (hostname: string, at: number): Text =>
  tr(
    `The certificate of ${hostname} ends at ${utc(at)} and should have been renewed by now. fly certs check ${hostname} says what keeps Fly from it.`,
    `${hostname} 的憑證將於 ${utc(at)} 到期，早該續期。fly certs check ${hostname} 會說明原因。`,
  )
