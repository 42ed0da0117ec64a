import { type Reply, reply, text } from '../../core/reply.ts'
import { type Text, tr } from '../../core/text.ts'

/** Said when Telegram does not vouch for who wrote a command. */
export const UNCLEAR_SENDER: Reply = reply.warn(
  tr('I cannot tell who sent this', '我無法確認這是誰送的'),
  [
    text(
      tr(
        'Send the command as yourself: not as an anonymous admin or a channel, not forwarded, and not through another bot.',
        '請用自己的身分送出指令：不要用匿名管理員或頻道身分、不要轉傳，也不要透過別的機器人。',
      ),
    ),
  ],
)

/** Said when plain words come in a private chat and no value is waited for. */
export const PLAIN_TALK: Reply = reply.info(
  tr('I read commands and replies', '我只讀取指令與回覆'),
  [
    text(
      tr(
        'Nothing was done. If this answers a question of mine, send it as a reply to that question. /help lists the commands.',
        '沒有執行任何動作。若這是要回答我的問題，請以「回覆」該問題的方式送出。指令列表請用 /help。',
      ),
    ),
  ],
)

/** Said in a group to somebody who may not and cannot be told why in private. */
export const REFUSED_SHORT: Reply = reply.error(
  tr('You may not do that here', '你不能在這裡這麼做'),
  [
    text(
      tr(
        'Open a private chat with me, press Start and try again: then I can tell you why.',
        '請先開啟與我的私人聊天並按「開始」，再試一次，我就能私下告訴你原因。',
      ),
    ),
  ],
)

/** Said when a fault of ours stopped the work. */
export const FAULT: Reply = reply.error(tr('Something went wrong on my side', '我這邊出了問題'), [
  text(
    tr(
      'I do not know how far this got. Look at /ops jobs before you ask again.',
      '我不確定進行到哪裡。再次要求之前，請先看 /ops jobs。',
    ),
  ),
])

/** The text of a command that cannot be read. */
export const badWords = (problem: Text): Reply =>
  reply.error(tr('I cannot read that', '我看不懂這個指令'), [text(problem)])

/** Said when a link of ours is used up, too old or somebody else's. */
export const DEAD_LINK: Reply = reply.warn(tr('This link no longer works', '這個連結已失效'), [
  text(
    tr(
      'It works once, for 10 minutes, for the person who asked. Send the command again.',
      '它只能用一次，限 10 分鐘內、由提出要求的人使用。請再送一次指令。',
    ),
  ),
])

/** Said when a secret has to be asked for and there is no private chat to ask in. */
export const askPrivately = (url: string): Reply =>
  reply.info(
    tr('I have to ask you this in private', '這個問題我必須私下問你'),
    [
      text(
        tr(
          'Open a private chat with me, press Start there, then press the button here again.',
          '請開啟與我的私人聊天並按「開始」，再回來按一次這裡的按鈕。',
        ),
      ),
    ],
    { actions: [{ label: tr('Open private chat', '開啟私人聊天'), style: 'primary', url }] },
  )

/** Said when an answer is given to a question that is over. */
export const QUESTION_OVER: Reply = reply.warn(tr('This question is over', '這個問題已經結束'), [
  text(
    tr(
      'It was answered already or too long ago. Press the button again to be asked anew.',
      '它已經回答過，或是問得太久以前了。請再按一次按鈕重新作答。',
    ),
  ),
])

/** Said when a press can no longer be answered, and so must not be acted upon. */
export const LATE_PRESS: Reply = reply.warn(
  tr('That press reached me too late', '這次按下太晚才送到'),
  [text(tr('Nothing was done. Press again.', '什麼都沒做，請再按一次。'))],
)

/** Left in the group where the words for one person went to their private chat. */
export const SENT_PRIVATELY: Reply = reply.info(tr('Sent privately', '已私下傳送'), [
  text(
    tr(
      'The answer is in the private chat of the person who asked.',
      '回覆已送到提出要求者的私人聊天。',
    ),
  ),
])

/** The sign on a button whose press is being worked on. */
export const SECOND_PRESS: Text = tr(
  'I have that press already; wait for its answer.',
  '這次按下我已經收到了，請等候回覆。',
)
