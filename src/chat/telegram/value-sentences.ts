import { type Reply, reply, text } from '../../core/reply.ts'
import { type Text, tr } from '../../core/text.ts'

/** Under a question for a value. */
export const VALUE_RULES: Text = tr(
  'Your next message in this chat is taken as the value and then deleted here: text, or a text file of at most 64 KiB. 10 minutes; /cancel to leave it.',
  '你在此聊天的下一則訊息會作為這個值，隨後在此刪除：文字，或最大 64 KiB 的文字檔。限 10 分鐘；送出 /cancel 可放棄。',
)

/** Left in the group while the question waits in the private chat. */
export const ASKED_PRIVATELY: Reply = reply.info(
  tr('I asked you for it in our private chat', '我已在私人聊天中詢問你'),
  [text(tr('Do not write it here.', '請不要寫在這裡。'))],
)

/** Said in a group to somebody who has no private chat with the bot yet: the link asks there. */
export const valueLink = (url: string): Reply =>
  reply.info(
    tr('I have to ask you this in private', '這個問題我必須私下問你'),
    [
      text(
        tr(
          'Open our private chat with this button within 10 minutes; it works for the person who asked. Do not write it here.',
          '請在 10 分鐘內用這個按鈕開啟私人聊天；只對提出要求的人有效。請不要寫在這裡。',
        ),
      ),
    ],
    { actions: [{ label: tr('Give it privately', '私下提供'), style: 'primary', url }] },
  )

/** Said about the message that held the value. */
export const DELETED: Reply = reply.ok(
  tr('I deleted your message from this chat', '我已從此聊天刪除你的訊息'),
)
export const NOT_DELETED: Reply = reply.warn(
  tr('I could not delete your message', '我無法刪除你的訊息'),
  [
    text(
      tr(
        'Delete it yourself now: what you wrote lies in this chat until then.',
        '請立刻自行刪除：在那之前，你寫的內容仍留在此聊天中。',
      ),
    ),
  ],
)

/** The question is over, and something was written all the same. */
export const VALUE_LATE: Reply = reply.warn(tr('That came after the ten minutes', '已超過十分鐘'), [
  text(tr('Nothing was kept. Send the command again.', '沒有保留任何內容。請重新送出指令。')),
])

/** Telegram's apps cut what is longer into several messages, of which this would be the first. */
export const VALUE_CUT: Reply = reply.error(
  tr('That is too long for one message', '超過一則訊息的長度'),
  [
    text(
      tr(
        'Nothing was kept: Telegram splits what is longer than 4096 characters. Send the command again, and then the value as a text file.',
        '沒有保留任何內容：Telegram 會拆開超過 4096 個字元的內容。請重新送出指令，再以文字檔提供這個值。',
      ),
    ),
  ],
)

/** Said when the person would rather not give the value. */
export const VALUE_CANCELLED: Reply = reply.info(tr('Cancelled', '已取消'), [
  text(tr('Nothing was kept and nothing was changed.', '沒有保留任何內容，也未做任何變更。')),
])

/** A picture in the place of a value; the question still stands. */
export const NOT_A_FILE: Reply = reply.warn(
  tr(
    'A picture is no value, so I took it out of this chat',
    '圖片不能當作值，我已將它從此聊天移除',
  ),
  [text(tr('Send text, or a text file.', '請傳送文字或文字檔。'))],
)
/** Forwarded in the place of a value; the question still stands. */
export const NOT_YOURS: Reply = reply.warn(
  tr('That was forwarded, so I did not take it', '這是轉傳的訊息，因此沒有採用'),
  [text(tr('Send the file yourself.', '請自行傳送該檔案。'))],
)
/** A file in a group from somebody who is asked for a value; the question still stands. */
export const NOT_HERE: Reply = reply.warn(
  tr('A value does not belong here, so I did not take it', '值不該放在這裡，因此沒有採用'),
  [
    text(
      tr(
        'I ask you for it in our private chat. If the file is a secret, consider it burnt: others may have it.',
        '請在我們的私人聊天中提供。若檔案內容是密鑰，請視為已外洩：其他人可能已取得。',
      ),
    ),
  ],
)
