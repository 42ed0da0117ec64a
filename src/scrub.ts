import { MASK, withoutShapes } from './core/secret-shapes.ts'

/** Takes secrets out of text: those it was told of, and whatever looks like one. */
export interface Scrubber {
  /** From now on this value is left out, also in base64 and URL-encoded. Shorter than 6 characters it would tear up ordinary words and is ignored. */
  readonly hide: (value: string) => void
  /** For one line of JSON: values are sought as JSON writes them, so that the frame stays whole. */
  readonly line: (json: string) => string
  /** For any other text. */
  readonly text: (text: string) => string
}

const SHORTEST = 6

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
