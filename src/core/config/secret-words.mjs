// What is to be kept secret in a config file, by the names of keys and by the looks of words. Is sent into the machine, too, so it
// needs nothing but the language. Too much masked is a nuisance, too little a leak: when in doubt it is masked.

/** Parts of names that stand before a secret, however they are written together: `botToken`, `api_key`, `CLIENTSECRET`. */
const SECRET_PART =
  /token|secret|passw|passphrase|credential|apikey|privatekey|accesskey|signingkey|encryptkey|encryptionkey|serviceaccount|cookie|authorization|bearer|mnemonic|nsec/
const SECRET_WORDS = new Set('key keys pass pwd pin otp dsn jwt salt signature sid'.split(' '))
/** Below these everything is somebody's value: variables and headers are where secrets are put under any name. */
const CARRIERS = new Set(['env', 'vars', 'environment', 'headers'])
/** Names such as `maxTokens` count tokens; a number there is no secret. */
const COUNTED =
  /(?:^|_)(?:max|min|limit|budget|count|ttl|ms|seconds|minutes|hours|days|length|timeout|interval|size|reserve|context|input|output|tokens|floor|threshold|ratio|percent|expires|expiry|window|port)(?:_|$)/

const wordsIn = (name) =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)

/** Whether what stands behind this key is to be masked, and everything below it. */
export function isSecretKey(name) {
  const words = wordsIn(name)
  return (
    SECRET_PART.test(words.join('')) ||
    words.some((word) => SECRET_WORDS.has(word)) ||
    (words.length === 1 && CARRIERS.has(words[0]))
  )
}

/** Whether a number behind a secret key only counts something. */
export const isCount = (name) => COUNTED.test(wordsIn(name).join('_'))

const KNOWN =
  /(?<![A-Za-z0-9])(?:(?:sk|pk|rk|xox[a-z]|xapp|glpat|pplx|xai|tvly)-|(?:gh[a-z]|github_pat|hf|gsk|npm|whsec|dop_v1|shpat|r8|lin_api|ntn|fo1|fm[12][a-z]?|sk|pk|rk)_|AIza|AKIA|ASIA|ya29\.|SG\.|eyJ)[A-Za-z0-9_.-]{8,}/
const FORMS = [
  KNOWN,
  /\d{6,}:[A-Za-z0-9_-]{30,}/,
  /[A-Za-z0-9_-]{18,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{18,}/,
  /-----BEGIN/,
  /\b(?:bearer|basic|FlyV1)\s+\S{8,}/i,
  /:\/\/[^\s/@]+@/,
  /[?&#](?:[\w-]*(?:token|key|secret|sig|signature|password|auth|code))=[^&\s]/i,
  /\/(?:services|webhooks)\/[\w-]+\/[\w-]{8,}/,
  /[0-9a-fA-F]{32,}/,
]
/** Long runs that no person would choose. */
const RANDOM = /[A-Za-z0-9]{20,}|[A-Za-z0-9+/_=-]{28,}/g
const looksRandom = (run) =>
  /\d/.test(run) &&
  /[A-Za-z]/.test(run) &&
  (/^[A-Za-z0-9]+$/.test(run) || (/[a-z]/.test(run) && /[A-Z]/.test(run)))

/** Whether a value has the looks of a token, wherever it stands. */
export const looksSecret = (value) =>
  FORMS.some((form) => form.test(value)) || (value.match(RANDOM) ?? []).some(looksRandom)

/** The same for keys, which people do choose: ids of guilds and names of agents are none. */
export const keyLooksSecret = (name) =>
  FORMS.some((form) => form.test(name)) ||
  (name.match(RANDOM) ?? []).some((run) => (run.match(/\d/g) ?? []).length > 3 && looksRandom(run))
