import { tr } from './text.ts'

export const GONE = tr(
  'This button is used up or too old. Send the command again.',
  '這個按鈕已用過或過期。請重新送出指令。',
)
export const LATE = tr(
  'My memory cannot be reached, so nothing was done. Try again in a minute.',
  '目前無法存取資料，因此沒有執行任何動作。請一分鐘後再試。',
)
export const ASKER = tr('Only the person who asked can confirm this.', '只有提出的人可以確認。')
export const SECOND = tr(
  'Someone else has to approve this; you asked for it.',
  '這是你提出的，必須由其他人核准。',
)
export const SAME = tr(
  'Someone else has to approve this: your account is linked to the one that asked.',
  '須由其他人核准：你的帳號與提出者的帳號屬於同一人。',
)
export const MORE = tr(
  'This takes more than a moment ago: somebody who could approve it is here now, or an admin asks for more. Nothing was done. Send the command again.',
  '現在需要更嚴格的確認：此處已有可以核准的人，或管理員要求更嚴格。沒有執行任何動作。請重新送出指令。',
)
export const OVER = tr('That job is over already.', '該工作已經結束。')
