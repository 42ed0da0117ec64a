/** What stands where something secret was. */
export const MASK = '[secret]'

/** Shapes of credentials, each with what is kept in front of it. Sources: FLY.md §2.9, CHAT.md §1.2 and §2.8. */
const SHAPES: ReadonlyArray<readonly [shape: RegExp, kept: string]> = [
  [/\bFlyV1\s+[^\s"'<>\\]{6,}/gi, ''],
  // Words of prose follow "basic" and "bearer" too: a credential is long or holds more than letters.
  [/\b(?:Bearer|Basic)\s+(?=\S{20}|\S*[\d_~+/=]|\S*[.-]\w)[^\s"'<>\\]{6,}/gi, ''],
  [/\b(?:fm1r|fm1a|fm2|fo1)_[\w+/=%-]{4,}/g, ''],
  // Discord: id in base64, time, signature. Telegram: id and 35 characters, in URLs right behind "bot".
  [/\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}/g, ''],
  [/(?<!\d)\d{5,16}(?::|%3A)[\w-]{30,}/gi, ''],
  // An interaction's token lets anyone answer in the bot's name for 15 minutes.
  [/(\/(?:webhooks|interactions)\/\d+\/)[\w-]{20,}/g, '$1'],
  // Not the name of a file: stacks of our own lie below such folders.
  [/(\/hooks\/[a-z-]+\/|\/telegram\/)[\w%-]{8,}(?![\w%-]|\.\w)/g, '$1'],
  [/(\b[a-z][a-z\d+.-]{0,20}:\/\/)[^\s"'/?#<>\\]+@/gi, '$1'],
  [/([?&](?:[\w-]{0,40}(?:token|secret|password|signature)|key|sig)=)[^\s"'&#<>\\]+/gi, '$1'],
  [/\bsk-[\w-]{16,}|\bAIza[\w-]{30,}/g, ''],
]

/** What else logs of an app may hold: keys of providers, JWTs, values behind telling names, gateway tokens (32 bytes of hex; a digest says `sha256:`). */
const PRINTED: typeof SHAPES = [
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, ''],
  [
    /\b(?:ya29\.[\w-]{20,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abeprs]-[\w-]{10,}|xapp-[\w-]{10,}|AKIA[A-Z\d]{16}|gsk_\w{20,}|hf_\w{20,}|r8_\w{20,}|pplx-\w{20,})/g,
    '',
  ],
  [
    /((?:^|[\s"'{,(&?_-])(?:\w{0,40}(?:api_?key|token|secret|passw(?:or)?d|credential)s?)["']?\s{0,2}[:=]\s{0,2}["']?)(?=[^\s"',}]*\d)[^\s"',}[\]]{8,}/gi,
    '$1',
  ],
  [/(?<![\w:@-])[0-9a-f]{64}(?![\w-])/gi, ''],
]

const without = (text: string, shapes: typeof SHAPES): string =>
  shapes.reduce((left, [shape, kept]) => left.replace(shape, kept + MASK), text)

/** The text without whatever looks like a credential. */
export const withoutShapes = (text: string): string => without(text, SHAPES)

/** The same for what a foreign program printed, where more is taken for a secret. */
export const withoutPrinted = (text: string): string => without(without(text, SHAPES), PRINTED)
