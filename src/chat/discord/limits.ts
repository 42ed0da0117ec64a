/** What Discord takes in one message, in characters unless said otherwise (developer docs: resources/message, components/reference). */
export const LIMITS = {
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  /** Discord allows 2048; small print stays small. */
  footer: 512,
  /** Over all texts of all embeds of one message. */
  embedSum: 6000,
  rows: 5,
  buttonsInRow: 5,
  buttonLabel: 80,
  customId: 100,
  url: 512,
  selectOptions: 25,
  selectText: 100,
  placeholder: 150,
  modalTitle: 45,
  modalLabel: 45,
  modalAbout: 100,
  textPlaceholder: 100,
  textValue: 4000,
  choices: 25,
  choiceText: 100,
  threadName: 100,
  files: 10,
  /** Bytes over all files of one message: the attachment default; a request may be larger. */
  fileBytes: 10 * 1024 * 1024,
  commandOptions: 25,
  commandText: 100,
  /** Names, descriptions and choice values of one command; of several languages the longest counts. */
  commandSum: 8000,
} as const

/** How long an interaction's token answers, less what a slow request may take, in ms. */
export const TOKEN_LIFE_MS = 15 * 60_000 - 30_000
/** A command that waited longer than this is not trusted any more, in ms. */
export const STALE_MS = 60_000
/** How long completion may take before nothing is offered: an answer after 3 s counts for nothing. In ms. */
export const COMPLETE_MS = 2000

/** The largest `n` up to `most` for which `fits(n)` holds, when fitting gets no easier as `n` grows; 0 when none does. */
export function largest(most: number, fits: (n: number) => boolean): number {
  if (fits(most)) return most
  let low = 0
  let high = most
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}
