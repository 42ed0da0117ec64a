/** Takes secrets out of text: those it was told of, and whatever looks like one. */
export interface Scrubber {
  /** From now on this value is left out, also in base64 and URL-encoded. Shorter than 6 characters it would tear up ordinary words and is ignored. */
  readonly hide: (value: string) => void
  /** For one line of JSON: values are sought as JSON writes them, so that the frame stays whole. */
  readonly line: (json: string) => string
  /** For any other text. */
  readonly text: (text: string) => string
}

const MASK = '[secret]'
const SHORTEST = 6

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

/** Base64 of a value wherever it begins in what was encoded: only the middle is the same, so that is what is sought. */
function base64Forms(value: string): readonly string[] {
  const middle = (offset: number) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3))
    return whole.toString('base64').slice(offset === 0 ? 0 : 4)
  }
  const whole = Buffer.from(value).toString('base64')
  return [whole, whole.replace(/=+$/, ''), middle(0), middle(1), middle(2)].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ])
}

const inUrl = (value: string): readonly string[] => {
  const encoded = encodeURIComponent(value.toWellFormed())
  const small = encoded.replace(/%../g, (byte) => byte.toLowerCase())
  return [encoded, small, encoded.replaceAll('%20', '+'), encodeURI(value.toWellFormed())]
}
const inJson = (value: string): string => JSON.stringify(value).slice(1, -1)

/** A scrubber that knows shapes only, until it is told values. */
export function createScrubber(): Scrubber {
  const raw = createMask()
  const json = createMask()
  return {
    hide: (value) => {
      if (value.length < SHORTEST) return
      const forms = [value, ...inUrl(value), ...base64Forms(value)]
      const quoted = forms.map(inJson)
      raw.add([...forms, ...quoted])
      // Twice: what somebody else sent as JSON often lies in a message as text.
      json.add([...quoted, ...quoted.map(inJson)])
    },
    line: (line) => withoutShapes(json.apply(line)),
    text: (text) => withoutShapes(raw.apply(text)),
  }
}

const withoutShapes = (text: string): string =>
  SHAPES.reduce((left, [shape, kept]) => left.replace(shape, kept + MASK), text)

function createMask() {
  const known = new Set<string>()
  let pattern: RegExp | undefined
  return {
    add: (forms: readonly string[]) => {
      forms.filter((form) => form.length >= SHORTEST).forEach((form) => known.add(form))
      // The longest first, so that a secret that holds another one goes as a whole.
      const ordered = [...known].sort((a, b) => b.length - a.length)
      pattern = new RegExp(ordered.map((form) => RegExp.escape(form)).join('|'), 'g')
    },
    apply: (text: string): string => (pattern === undefined ? text : text.replace(pattern, MASK)),
  }
}
