/** Limits of the Bot API, in characters after entity parsing where nothing else is said. */
export const LIMITS = {
  text: 4096,
  title: 256,
  caption: 1024,
  footer: 256,
  /** Of an answer to a press. */
  answer: 200,
  placeholder: 64,
  callbackBytes: 64,
  buttonLabel: 40,
  buttonsPerRow: 3,
  /** What a phone shows of the labels in one row before it cuts them. */
  rowLetters: 48,
  rows: 24,
  fileName: 60,
  menuEntries: 100,
  menuDescription: 256,
} as const
