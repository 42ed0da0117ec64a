import { type Finding, finding } from '../checks/finding.ts'
import { join, type Text, tr, utc } from '../text.ts'
import { type Check, newestLine, quoted, ready } from './check.ts'
import type { Seen } from './seen.ts'

const USUAL_USER = '1000:1000'

export const CONFIG_CHECKS: readonly Check[] = [
  {
    id: 'config.invalid',
    severity: 'critical',
    about: tr('The config file is valid', '設定檔有效'),
    needs: ['logs', 'config'],
    cures: ['config validate'],
    find: invalid,
  },
  {
    id: 'config.missing',
    severity: 'critical',
    about: tr('There is a config file', '有設定檔'),
    needs: ['inside', 'logs'],
    cures: ['config history'],
    find: (seen) => {
      const hit = newestLine(seen, ['config.missing'])
      const gone = seen.inside.known && seen.inside.value.config?.state === 'missing'
      // Without one a gateway that allows it runs on defaults, which is what a first start looks like.
      if (hit === undefined && !gone) return []
      return [
        {
          ...finding(
            'config.missing',
            hit === undefined ? 'info' : 'critical',
            hit === undefined
              ? tr(
                  'There is no config file: the gateway runs on its defaults.',
                  '沒有設定檔：閘道以預設值運行。',
                )
              : tr(
                  'There is no config file, and the start command does not allow that.',
                  '沒有設定檔，而啟動指令不允許這樣。',
                ),
          ),
          evidence:
            hit === undefined && seen.inside.known ? seen.inside.value.configPath : quotedOr(hit),
          ...(hit !== undefined && { run: ready('config history') }),
        },
      ]
    },
  },
  {
    id: 'config.unreadable',
    severity: 'critical',
    about: tr('The gateway may read its config', '閘道可讀取其設定'),
    needs: ['inside', 'logs'],
    cures: [],
    find: (seen) => {
      const hit = newestLine(seen, ['config.unreadable', 'state.unwritable'])
      const { inside } = seen
      const file =
        inside.known && inside.value.config?.state === 'there' ? inside.value.config : null
      if (hit === undefined && file?.readable !== false) return []
      const path = inside.known ? inside.value.configPath : 'openclaw.json'
      return [
        {
          ...finding(
            'config.unreadable',
            'critical',
            tr(
              'The gateway’s user may not read its config file, so the next start fails.',
              '閘道的使用者無法讀取設定檔，下次啟動會失敗。',
            ),
          ),
          evidence: file === null ? quotedOr(hit) : `${path}: uid ${file.uid}, mode ${file.mode}`,
          hint: tr(
            `Give it back: fly ssh console -C "chown ${USUAL_USER} ${path}"`,
            `請還原擁有者：fly ssh console -C "chown ${USUAL_USER} ${path}"`,
          ),
        },
      ]
    },
  },
  {
    id: 'config.reverted',
    severity: 'critical',
    about: tr('No config was thrown away', '沒有設定被捨棄'),
    needs: ['inside', 'logs'],
    cures: ['config history'],
    find: reverted,
  },
]

const quotedOr = (hit: ReturnType<typeof newestLine>) => (hit === undefined ? '' : quoted(hit))

/** By the gateway's own words where it has said something, else by what was read of the file. */
function invalid(seen: Seen): readonly Finding[] {
  const hit = newestLine(seen, ['config.invalid', 'config.reload_refused'])
  const good = newestLine(seen, ['config.reloaded', 'gateway.ready', 'gateway.listening'])
  const line =
    hit !== undefined && (good === undefined || good.line.at < hit.line.at) ? hit : undefined
  const problem = seen.config.known ? seen.config.value.problem : null
  if (line === undefined && problem === null) return []
  const says = tr(
    'The gateway refuses the config file as it is; one that runs goes on with the old one, and the next start fails.',
    '閘道拒絕目前的設定檔；執行中的會沿用舊設定，但下次啟動會失敗。',
  )
  return [
    {
      ...finding('config.invalid', 'critical', join(' ', says, problem?.what ?? '')),
      evidence: line === undefined ? (problem?.at ?? '') : quoted(line),
      run: ready('config validate'),
    },
  ]
}

/** Days after it nobody looks for the cause any more. */
const REVERT_MS = 2 * 86_400_000

const LOST = tr(
  'What was written then does not count; write it again with its meta block kept.',
  '當時寫入的內容無效；請保留 meta 區塊後重新寫入。',
)
const TAKEN_SINCE = tr(
  'It has taken over another change since; see whether all you meant is in it.',
  '之後已採用另一次變更；請確認內容是否完整。',
)
const WRITTEN_SINCE = tr(
  'The file was written again since; see whether all you meant is in it.',
  '之後檔案已再次寫入；請確認內容是否完整。',
)

/** The backup is put in place in the same moment; the gateway's own touches follow within it. */
const SAME_MS = 60_000

/** What has become of a config that was thrown away at that time: the log forgets its line, the file keeps its time. */
function sinceRevert(seen: Seen, at: number): Text | undefined {
  const taken = newestLine(seen, ['config.reloaded'], { ever: true })
  if (taken !== undefined && taken.line.at > at) return TAKEN_SINCE
  const file = seen.inside.known ? seen.inside.value.config : null
  return file?.state === 'there' && file.changedAt > at + SAME_MS ? WRITTEN_SINCE : undefined
}

function reverted(seen: Seen) {
  const hit = newestLine(seen, ['config.reverted'], { ever: true })
  const clobbered = seen.inside.known ? seen.inside.value.clobbered : null
  const at = Math.max(clobbered?.newestAt ?? 0, hit?.line.at ?? 0)
  if (at === 0 || seen.now - at > REVERT_MS) return []
  const since = sinceRevert(seen, at)
  return [
    {
      ...finding(
        'config.reverted',
        since === undefined ? 'critical' : 'info',
        join(
          ' ',
          tr(
            `The gateway threw a written config away at ${utc(at)} and took the backup.`,
            `閘道於 ${utc(at)} 捨棄了寫入的設定並改用備份。`,
          ),
          since ?? LOST,
        ),
      ),
      evidence: hit === undefined ? `.clobbered: ${clobbered?.count}` : quoted(hit),
      run: ready('config history'),
    },
  ]
}
