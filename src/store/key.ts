import { randomBytes } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OpsError } from '../core/errors.ts'
import { tr } from '../core/text.ts'
import { createOnce } from './files.ts'
import { makeDirectory } from './make-directory.ts'

const FILE = 'secret.key'

/** 32 bytes from `OPS_SECRET_KEY`: 64 hexadecimal digits, or base64 (also its URL form). Rejects with `bad_input` without repeating the value. */
export function parseKey(text: string): Buffer {
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex')
  const key = /^[\w+/-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined
  if (key?.length === 32) return key
  throw new OpsError(
    'bad_input',
    tr(
      'OPS_SECRET_KEY is not a key of 32 bytes. Make one with: openssl rand -hex 32',
      'OPS_SECRET_KEY 不是 32 位元組的金鑰。請用此指令產生：openssl rand -hex 32',
    ),
  )
}

/** The key of this state directory, made on first use, mode 0600. Processes that start together get the same one. */
export async function loadOrCreateKey(stateDir: string): Promise<Buffer> {
  const path = join(stateDir, FILE)
  makeDirectory(stateDir)
  await createOnce(path, `${randomBytes(32).toString('hex')}\n`)
  await chmod(path, 0o600)
  const text = await readFile(path, 'utf8')
  if (/^[0-9a-f]{64}\s*$/.test(text)) return parseKey(text)
  throw new OpsError(
    'conflict',
    tr(
      `The key file ${FILE} in OPS_STATE_DIR is damaged. Restore it from a backup; without it the sealed secrets stay closed, and only deleting it makes a new one.`,
      `OPS_STATE_DIR 中的金鑰檔 ${FILE} 已損毀。請從備份還原；沒有它就無法開啟已封存的機密，只有刪除該檔才會產生新的金鑰。`,
    ),
  )
}
