import { newestLine } from '../doctor/check.ts'
import { type Seen, without } from '../doctor/seen.ts'
import type { Machine } from '../fly.ts'
import { tr } from '../text.ts'
import type { Detector, Moment, Trouble } from './detector.ts'
import { gatewaysSeen } from './seen-of.ts'
import { findings, runOf, troubleOf } from './trouble.ts'

/** What the gateway's own words say it stumbles over. */
export const START_DETECTORS: readonly Detector[] = [
  {
    id: 'lock',
    doc: tr(
      'The gateway does not start because a lock says that another one runs. Over when it is ready.',
      '鎖定顯示另一個閘道正在執行，因此無法啟動。就緒即結束。',
    ),
    severity: 'critical',
    threshold: null,
    down: true,
    onlyLines: true,
    needs: ['gateway'],
    cures: ['machine unlock'],
    detect: (moment) => each(moment, lock),
  },
  {
    id: 'config.rejected',
    doc: tr(
      'The gateway refuses the config file, or would at its next start. Over when it takes one.',
      '閘道拒絕設定檔，或下次啟動時會拒絕。採用設定後即結束。',
    ),
    severity: 'critical',
    threshold: null,
    needs: ['logs'],
    cures: ['config validate'],
    detect: (moment) => each(moment, rejected),
  },
  {
    id: 'config.reverted',
    doc: tr(
      'The gateway threw a written config away and took the backup. Over when it was written again, or after two days.',
      '閘道捨棄了寫入的設定並改用備份。再次寫入或兩天後結束。',
    ),
    severity: 'critical',
    threshold: null,
    needs: ['logs', 'inside'],
    cures: ['config history'],
    detect: (moment) => each(moment, reverted),
  },
]

type Ran = Moment & { readonly machine: Machine; readonly seen: Seen }

const each = (moment: Moment, find: (ran: Ran) => Trouble | undefined): readonly Trouble[] =>
  gatewaysSeen(moment.after, moment.now).flatMap((one) => find({ ...moment, ...one }) ?? [])

function lock({ machine, seen, now }: Ran): Trouble | undefined {
  const [found] = findings('lock', seen)
  return (
    found &&
    troubleOf(found, {
      ...runOf(machine.id),
      title: tr('A lock is in the way', '鎖定阻擋啟動'),
      since: atOf(seen, LOCKS) ?? now,
      from: 'line',
    })
  )
}
const LOCKS = ['lock.already_running', 'lock.state_owned', 'lock.lifecycle_owned']

const atOf = (seen: Seen, ids: readonly string[]): number | undefined =>
  newestLine(seen, ids, { ever: true })?.line.at

/** By the gateway's own words first; else by what was read of the file, which is over when the file is another. */
function rejected({ machine, seen, after, now }: Ran): Trouble | undefined {
  const title = tr('Config refused', '設定被拒絕')
  const [said] = findings('config.invalid', { ...seen, config: without('') })
  if (said !== undefined)
    return troubleOf(said, {
      ...runOf(machine.id),
      title,
      since: atOf(seen, ['config.invalid', 'config.reload_refused']) ?? now,
      from: 'line',
    })
  const [found] = findings('config.invalid', seen)
  return (
    found &&
    troubleOf(found, {
      ...runOf(machine.id),
      title,
      since: after.config.at,
      from: 'look',
      needs: ['config'],
    })
  )
}

function reverted({ machine, seen, now }: Ran): Trouble | undefined {
  const found = findings('config.reverted', seen).find(({ severity }) => severity === 'critical')
  const aside = (seen.inside.known ? seen.inside.value.clobbered?.newestAt : null) ?? null
  return (
    found &&
    troubleOf(found, {
      ...runOf(machine.id),
      group: `config/${machine.id}`,
      title: tr('Config thrown away', '設定被捨棄'),
      since: aside ?? atOf(seen, ['config.reverted']) ?? now,
      // The file that was put aside is there for all to see; without it there are only words.
      ...(aside === null
        ? { from: 'line', needs: ['logs'] }
        : { from: 'look', needs: ['inside'], past: true }),
    })
  )
}
