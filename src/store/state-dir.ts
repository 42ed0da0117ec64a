import { access, constants } from 'node:fs/promises'
import { OpsError } from '../core/errors.ts'
import { tr } from '../core/text.ts'
import { makeDirectory } from './make-directory.ts'

/** Makes `OPS_STATE_DIR`, for its owner alone, where there is none. Rejects with `bad_input` when it can't be written. */
export async function makeStateDir(path: string): Promise<void> {
  try {
    makeDirectory(path)
    // With `/.` a file of that name is none, whatever may be done with it.
    await access(`${path}/.`, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unusable(path, error)
  }
}

function unusable(path: string, cause: unknown): OpsError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return new OpsError(
    'bad_input',
    tr(
      `OPS_STATE_DIR: ${path} is no directory that this program can write${code}.`,
      `OPS_STATE_DIR：${path} 不是本程式可寫入的目錄${code}。`,
    ),
    {
      cause,
      hint: tr(
        'Name another one, or give it to the user that the program runs as.',
        '請改用其他目錄，或把它交給執行本程式的使用者。',
      ),
    },
  )
}
