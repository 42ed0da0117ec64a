import { stripVTControlCharacters } from 'node:util'

/** A longer line is cut and says so: nobody reads on, and everything known stands near the front. */
const LONGEST = 2000

// Everything that moves a cursor, rings, or turns text around; tabs stay.
const CONTROLS =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

/** A log line without colours and control characters, in well-formed text and not endless. */
export function tidy(message: string): string {
  const plain = stripVTControlCharacters(message.slice(0, LONGEST * 4))
    .replace(CONTROLS, '')
    .toWellFormed()
    .trimEnd()
  const over = plain.length - LONGEST
  return over <= 0 ? plain : `${plain.slice(0, LONGEST).toWellFormed()}… (+${over})`
}
