import { OpsError } from '../core/errors.ts'
import { tr } from '../core/text.ts'

/** Place in a stream that somebody gave back to us. */
export const badPlace = (): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      'This is no place in the list. Start again without it.',
      '這不是清單中的有效位置。請不帶此值重新開始。',
    ),
  )
