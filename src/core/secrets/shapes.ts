import { join, type Text, tr } from '../text.ts'

/** A secret that the gateway or one of its providers knows by name. */
interface Known {
  /** What it is for, in two or three words. */
  readonly about: Text
  readonly shape: RegExp
  /** What it looks like, as the end of "… looks like". */
  readonly form: string
  /** The channel that runs by it, as the gateway names it. */
  readonly channel?: string
}

const key = (name: string): Text => tr(`${name} key`, `${name} 金鑰`)
const bot = (name: string): Text => tr(`${name} bot`, `${name} 機器人`)
const google: Known = {
  about: key('Google Gemini'),
  shape: /^(AIza[\w-]{35}|AQ\.[\w.-]{20,})$/,
  form: 'AIza and 35 more characters',
}

/** Shapes are the providers' own, kept as wide as these have ever been; a new one is let through by its own name only. */
export const KNOWN: Readonly<Record<string, Known>> = {
  ANTHROPIC_API_KEY: {
    about: key('Anthropic'),
    shape: /^sk-ant-[\w-]{20,}$/,
    form: 'sk-ant-… with 20 or more characters behind it',
  },
  OPENAI_API_KEY: {
    about: key('OpenAI'),
    shape: /^sk-(?!ant-|or-)[\w-]{20,}$/,
    form: 'sk-… or sk-proj-… with 20 or more characters behind it',
  },
  OPENROUTER_API_KEY: {
    about: key('OpenRouter'),
    shape: /^sk-or-[\w-]{20,}$/,
    form: 'sk-or-… with 20 or more characters behind it',
  },
  GOOGLE_API_KEY: google,
  GEMINI_API_KEY: google,
  GROQ_API_KEY: { about: key('Groq'), shape: /^gsk_\w{20,}$/, form: 'gsk_…' },
  XAI_API_KEY: { about: key('xAI'), shape: /^xai-[\w-]{20,}$/, form: 'xai-…' },
  DISCORD_BOT_TOKEN: {
    about: bot('Discord'),
    shape: /^[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}$/,
    form: 'three parts joined by dots, the first beginning with M, N or O (the bot token, not the client secret or public key)',
    channel: 'discord',
  },
  TELEGRAM_BOT_TOKEN: {
    about: bot('Telegram'),
    shape: /^\d{5,16}:[\w-]{30,}$/,
    form: 'the digits of the bot’s id, a colon and 35 characters, as BotFather gives it',
    channel: 'telegram',
  },
  SLACK_BOT_TOKEN: {
    about: bot('Slack'),
    shape: /^xoxb-[\w-]{20,}$/,
    form: 'xoxb-…',
    channel: 'slack',
  },
  SLACK_APP_TOKEN: {
    about: tr('Slack app token', 'Slack 應用程式權杖'),
    shape: /^xapp-[\w-]{20,}$/,
    form: 'xapp-…',
    channel: 'slack',
  },
}

/** Fly takes no more for one app's secrets than this, and no provider gives anything near it. In bytes. */
const LONGEST = 65_536
const PLACEHOLDER =
  /^(undefined|null|none|nil|changeme|secret|token|test|todo|x+|\*+|<.*>|\$\{.*\}|your[-_ ].*)$/i

/** What is wrong with a value, in a sentence that does not hold it; nothing when it may be set. */
export const wrongValue = (name: string, value: string): Text | undefined =>
  wrapped(name, value) ?? wrongShape(name, value)

/** What gets around a value when it is copied. */
function wrapped(name: string, value: string): Text | undefined {
  const bare = value.trim()
  if (bare === '') return tr('The value is empty.', '這個值是空的。')
  if (Buffer.byteLength(value) > LONGEST)
    return tr('The value is longer than 64 KiB.', '這個值超過 64 KiB。')
  if (/[\r\n]$|^[\r\n]/.test(value))
    return tr(
      'There is a line break before or behind the value; copy it without.',
      '值的前後有換行；請不要一起複製。',
    )
  if (bare !== value)
    return tr(
      'There is a blank before or behind the value; copy it without.',
      '值的前後有空白；請不要一起複製。',
    )
  if (/^(["'`“”‘’]).*["'`“”‘’]$/s.test(value))
    return tr('There are quotes around the value; leave them out.', '值的前後有引號；請去掉。')
  if (value.startsWith(`${name}=`) || /^(export\s+)?[A-Z][A-Z\d_]+=\S{8}/.test(value))
    return tr(
      'That begins with a name and =; give only what stands behind the =.',
      '開頭是名稱與 =；請只提供 = 之後的部分。',
    )
  // oxlint-disable-next-line no-control-regex -- a control character is just what is sought
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value))
    return tr('There is a control character in the value.', '值裡有控制字元。')
  if (PLACEHOLDER.test(value) || /…|\.\.\.$/.test(value))
    return tr(
      'That is a placeholder or was cut short, not the value itself.',
      '這是範例文字或被截斷，不是真正的值。',
    )
  return undefined
}

function wrongShape(name: string, value: string): Text | undefined {
  const known = KNOWN[name]
  if (known === undefined || known.shape.test(value)) return undefined
  const other = Object.entries(KNOWN).find(([, { shape }]) => shape.test(value))
  const what = tr(
    `That is no value for ${name}: it should look like ${known.form}.`,
    `這不是 ${name} 的值：應該像 ${known.form}。`,
  )
  if (other === undefined) return what
  return join(' ', what, tr(`It looks like one for ${other[0]}.`, `看起來是 ${other[0]} 的值。`))
}
