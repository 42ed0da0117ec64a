import type { Role } from '../command.ts'
import { ROLES } from '../command.ts'
import { OpsError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { type Text, tr } from '../text.ts'
import { CHECKS } from './checks.ts'

/** The commands that cure something: who may run them, and the verb on their button. Held to the commands themselves by a test. */
export const CURES: Readonly<Record<string, { readonly role: Role; readonly label: Text }>> = {
  logs: { role: 'responder', label: tr('Logs', '紀錄') },
  restart: { role: 'responder', label: tr('Restart', '重新啟動') },
  memory: { role: 'operator', label: tr('Memory', '記憶體') },
  'token check': { role: 'operator', label: tr('Token check', '檢查權杖') },
  'token rotate': { role: 'admin', label: tr('Rotate token', '輪替權杖') },
  'network private': { role: 'admin', label: tr('Make private', '設為私有') },
  'machine start': { role: 'operator', label: tr('Start', '啟動') },
  'machine stop': { role: 'operator', label: tr('Stop', '停止') },
  'machine command': { role: 'admin', label: tr('Start command', '啟動指令') },
  'machine repair': { role: 'admin', label: tr('Repair', '修復') },
  'machine unlock': { role: 'operator', label: tr('Unlock', '解除鎖定') },
  'config get': { role: 'operator', label: tr('Config', '設定') },
  'config set': { role: 'admin', label: tr('Set config', '變更設定') },
  'config unset': { role: 'admin', label: tr('Unset config', '移除設定') },
  'config validate': { role: 'operator', label: tr('Validate', '驗證') },
  'config history': { role: 'operator', label: tr('Config history', '設定歷史') },
  'secrets apply': { role: 'admin', label: tr('Apply secrets', '套用密鑰') },
  'deploy launch': { role: 'owner', label: tr('Launch', '建立部署') },
  'deploy rollback': { role: 'operator', label: tr('Roll back', '回復') },
  'deploy history': { role: 'viewer', label: tr('Deploys', '部署歷史') },
  'volumes snapshot': { role: 'operator', label: tr('Snapshot', '建立快照') },
  'volumes extend': { role: 'admin', label: tr('Extend', '擴大') },
}

/** A command's name as cures are listed, from the path of a button. */
export const cureName = (command: string): string => command.replace(/^openclaw /, '')

/** Who may ask for the cure of a check: the least of those that its commands want; the command itself decides again. */
export function roleOfFix(fix: string): Role {
  const cures = CHECKS.find(({ id }) => id === fix)?.cures ?? []
  const roles = cures.map((name) => CURES[name]?.role ?? 'owner')
  return ROLES.find((role) => roles.includes(role)) ?? 'viewer'
}

/** The id of a check, or what is wrong with it. */
export function checkedFix(fix: string): string {
  const wanted = fix.trim().toLowerCase()
  const ids = CHECKS.map(({ id }) => id)
  if (ids.includes(wanted)) return wanted
  const guess = nearest(wanted, ids)
  throw new OpsError('bad_input', tr(`There is no check “${fix}”.`, `沒有「${fix}」這項檢查。`), {
    hint:
      guess === undefined
        ? tr('/openclaw doctor names the checks.', '/openclaw doctor 會列出檢查。')
        : tr(`Did you mean fix=${guess}?`, `是指 fix=${guess} 嗎？`),
  })
}
