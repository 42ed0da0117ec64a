import type { ConfigTrouble } from '../core/config/port.ts'
import { bytes, type Text, tr } from '../core/text.ts'

/** What each trouble means, and what to do about it. */
const WORDS: Readonly<Record<ConfigTrouble, Text>> = {
  machine: tr(
    'The machine does not run, so its config file can’t be reached. Start it.',
    '機器並未執行，無法存取其設定檔，請啟動它。',
  ),
  missing: tr(
    'There is no config file. config set makes one.',
    '沒有設定檔。config set 會建立一份。',
  ),
  unreadable: tr(
    'The config file may not be read there. Look at its owner and mode.',
    '沒有權限讀取該設定檔，請查看擁有者與權限。',
  ),
  encoding: tr(
    'The config file is not UTF-8 text, so it is left alone. Write it anew.',
    '設定檔不是 UTF-8 文字，因此沒有動它，請重新寫入。',
  ),
  large: tr('The config file is too large to be read this way.', '設定檔太大，無法以此方式讀取。'),
  version: tr(
    'That version is not kept. config history lists those that are.',
    '沒有保留該版本。config history 會列出現有版本。',
  ),
  changed: tr(
    'The config file was changed in the meantime, so it was left alone. Send the command again for a new plan.',
    '設定檔在此期間已被變更，因此沒有動它，請重新送出指令以取得新的計畫。',
  ),
  same: tr('The config file says that already.', '設定檔已是如此。'),
  masked: tr(
    'That would have written a masked value over a real one, so nothing was changed. Set the whole value.',
    '這會以遮蔽後的值覆蓋真正的值，因此沒有變更，請設定完整的值。',
  ),
  broken: tr(
    'The file would be no JSON5 afterwards, so nothing was changed.',
    '變更後的檔案將不是有效的 JSON5，因此沒有變更。',
  ),
  invalid: tr(
    'OpenClaw’s own check refuses the changed file, so nothing was changed.',
    'OpenClaw 的檢查拒絕變更後的檔案，因此沒有變更。',
  ),
  stuck: tr(
    'The disk refuses that: full, read-only, or not ours to write. Look at volumes list.',
    '磁碟拒絕：已滿、唯讀或沒有寫入權限，請查看 volumes list。',
  ),
  unknown: tr(
    'The answer from inside the machine could not be read. Try again.',
    '無法讀取機器內部的回應，請再試一次。',
  ),
}

const isTrouble = (why: string): why is ConfigTrouble => Object.hasOwn(WORDS, why)

/** The trouble a script names, with its sentence. */
export function troubleOf(why: string, size?: number) {
  const trouble = isTrouble(why) ? why : 'unknown'
  if (trouble !== 'large' || size === undefined) return { trouble, why: WORDS[trouble] }
  const much = bytes(size)
  return {
    trouble,
    why: tr(
      `The config file (${much}) is too large to be read this way.`,
      `設定檔（${much}）太大，無法以此方式讀取。`,
    ),
  }
}
