import { type Finding, finding } from '../checks/finding.ts'
import { valueOr } from '../in-time.ts'
import { tr, utc } from '../text.ts'
import { nextSize } from '../volumes/list-render.ts'
import { type Check, newestLine, quoted, ready } from './check.ts'
import { id, isReady, ofLine } from './line-check.ts'
import { LOCK_CHECK } from './lock-check.ts'
import type { Seen } from './seen.ts'

export const LOG_CHECKS: readonly Check[] = [
  LOCK_CHECK,
  ofLine({
    id: 'port.in_use',
    severity: 'critical',
    about: tr('The port is free for the gateway', '連接埠可供閘道使用'),
    signatures: ['port.in_use'],
    past: true,
    says: tr(
      'Another process has the gateway’s port, so it does not start.',
      '其他程序佔用了閘道的連接埠，因此無法啟動。',
    ),
    cures: ['restart'],
    cure: (seen) => ({ run: ready('restart', id(seen)) }),
  }),
  ofLine({
    id: 'command.flag',
    severity: 'critical',
    about: tr('The start command is understood', '啟動指令可被理解'),
    signatures: ['start.bad_flag'],
    past: true,
    says: tr(
      'The start command has a flag with a value that the gateway refuses.',
      '啟動指令中有閘道不接受的參數值。',
    ),
    cures: ['machine command'],
    cure: (seen) => ({ run: ready('machine command', id(seen)) }),
  }),
  ofLine({
    id: 'start.migration',
    severity: 'critical',
    about: tr('The state needs no migration', '狀態不需移轉'),
    signatures: ['start.migration'],
    past: true,
    says: tr(
      'The gateway does not start before its state is migrated or let go of by another process.',
      '狀態須先完成移轉或由其他程序釋放，閘道才能啟動。',
    ),
    cures: ['deploy rollback'],
    cure: () => ({ run: ready('deploy rollback') }),
  }),
  ofLine({
    id: 'breaker',
    severity: 'critical',
    about: tr('Channels are not held back', '頻道未被暫停'),
    signatures: ['crashloop.tripped', 'crashloop.channel_suppressed'],
    over: ['crashloop.recovered'],
    says: tr(
      'After several hard ends the gateway runs without its channels. Wait until it has run five minutes, then restart once.',
      '多次異常結束後，閘道在沒有頻道的狀態下運行。請等它運行滿五分鐘後，只重新啟動一次。',
    ),
    cures: ['restart'],
    cure: (seen) => ({ run: ready('restart', id(seen)) }),
  }),
  ofLine({
    id: 'channel.exited',
    severity: 'warning',
    about: tr('No channel stopped', '沒有頻道停止'),
    signatures: ['channel.exited', 'channel.no_plugin', 'plugin.install_failed'],
    says: tr('The log tells of a channel that does not run.', '紀錄顯示有頻道未運作。'),
    cures: ['logs'],
    cure: () => ({ run: ready('logs', { grep: 'channel|plugin' }) }),
  }),
  ofLine({
    id: 'debugger',
    severity: 'critical',
    about: tr('No debugger is open', '未開啟除錯器'),
    signatures: ['gateway.inspector_opened'],
    says: tr(
      'Somebody sent SIGUSR1: a debugger is open inside the machine until it is restarted.',
      '有人送出 SIGUSR1：機器內的除錯器會持續開啟，直到重新啟動。',
    ),
    cures: ['restart'],
    cure: (seen) => ({ run: ready('restart', id(seen)) }),
  }),
  ofLine({
    id: 'volume.enospc',
    severity: 'critical',
    about: tr('Nothing failed for want of disk', '沒有因磁碟不足而失敗'),
    signatures: ['state.full'],
    says: tr('A write failed because the volume is full.', '磁碟區已滿，寫入失敗。'),
    cures: ['volumes extend'],
    cure: (seen) => {
      const own = valueOr(seen.deployment.volumes, []).find(
        ({ attachedMachine }) => attachedMachine === seen.machine?.id,
      )
      if (own === undefined) return { run: ready('volumes extend') }
      const size = String(nextSize(own.sizeGb))
      return { run: ready('volumes extend', { volume: own.id, size }) }
    },
  }),
  {
    id: 'start.failed',
    severity: 'critical',
    about: tr('The last start succeeded', '上次啟動成功'),
    needs: ['logs', 'gateway'],
    cures: ['logs'],
    find: (seen) => {
      const hit = newestLine(seen, ['start.failed'])
      if (hit === undefined || isReady(seen)) return []
      const words = tr(
        'The gateway failed to start; its own words say why.',
        '閘道啟動失敗；原因見其訊息。',
      )
      return [
        {
          ...finding('start.failed', 'critical', words),
          evidence: quoted(hit),
          run: ready('logs', id(seen)),
        },
      ]
    },
  },
  {
    id: 'log.secret',
    severity: 'critical',
    about: tr('No secret is printed', '紀錄中沒有密鑰'),
    needs: ['logs'],
    cures: ['logs'],
    find: secretsFound,
    open: ({ redacted }) =>
      redacted === null ? tr('Nobody counted such lines.', '沒有統計這類行數。') : undefined,
  },
]

/** A value that is known is sure; a shape met by whoever read the logs is worth a look. */
function secretsFound({ redacted, printed }: Seen): readonly Finding[] {
  if (redacted !== null && redacted > 0)
    return [
      {
        ...finding(
          'log.secret',
          'critical',
          tr(
            'The gateway prints a secret into its log, where everyone with access to the app reads it. Change that secret, and find out what prints it.',
            '閘道把密鑰印在紀錄中，能存取此應用程式的人都看得到。請更換該密鑰並找出來源。',
          ),
        ),
        evidence: tr(`${redacted} lines`, `${redacted} 行`),
        run: ready('logs'),
      },
    ]
  if (printed === undefined) return []
  return [
    {
      ...finding(
        'log.secret',
        'warning',
        tr(
          'Secret printed in logs: what looks like a credential was taken out of lines that were read here. If it is one, change it, and find out what prints it.',
          '紀錄中印出了密鑰：這裡讀取的行中有疑似憑證的內容已被隱去。若確實是憑證，請更換並找出來源。',
        ),
      ),
      evidence: tr(
        `${printed.lines} lines, last ${utc(printed.at)}`,
        `${printed.lines} 行，最後一次於 ${utc(printed.at)}`,
      ),
      run: ready('logs'),
    },
  ]
}
